/* SPDX-License-Identifier: MIT */
/* --dump=schedule: what was decided, then each sweep: its tasks by number, and the order of their strips.  A stretch that
 * comes again and again is written once:
 *
 *     order  0 0 (0 1 2)x30 1 2          task 0 twice, then 0 1 2 thirty times, ...          */
#include "schedule/schedule.h"

static void dump_task(const struct task *t, int number, FILE *out)
{
    fprintf(out, "    %d %s %s strip=%d", number, t->node->op->name, t->node->name, t->strip);
    for (int k = 0; k < NODE_OUT; k++)
        if (t->out[k])
            fprintf(out, "  %s: %s %d of %d", t->out[k]->val->name, t->out[k]->buffer->full ? "map" : "ring",
                    t->out[k]->buffer->rows, t->out[k]->val->h);
    fputc('\n', out);
}

/* How often the `length` steps from `at` on come, one time after the other. */
static int repeats(const struct sweep *w, int at, int length)
{
    int end = at + length;
    while (end < w->nstep && w->step[end].task == w->step[end - length].task)
        end++;
    return (end - at) / length;
}

/* The stretch from `at` on that covers the most by coming again; 1 where none does. */
static int stretch_at(const struct sweep *w, int at, int *times)
{
    enum { LONGEST = 64 };
    int best = 1;
    *times = repeats(w, at, 1);
    for (int length = 2; length <= LONGEST && at + 2 * length <= w->nstep; length++) {
        int n = repeats(w, at, length);
        if (n > 1 && n * length > *times * best) {
            best = length;
            *times = n;
        }
    }
    return best;
}

static void dump_order(const struct sweep *w, FILE *out)
{
    fputs("    order ", out);
    for (int at = 0, times; at < w->nstep;) {
        int length = stretch_at(w, at, &times);
        bool once = times * length < 4; /* shorter as it is */
        fputs(once ? "" : " (", out);
        for (int i = 0; i < (once ? times : 1) * length; i++)
            fprintf(out, "%s%d", once || i ? " " : "", w->step[at + i].task);
        if (!once)
            fprintf(out, ")x%d", times);
        at += times * length;
    }
    fputc('\n', out);
}

static const char *grain(int strips)
{
    return strips == 0 ? "in rows" : strips == 1 ? "whole" : strips == 4 ? "in quarters" : "in eighths";
}

static void dump_decision(const struct program *p, FILE *out)
{
    static const char *const keeps[SAVES] = {[SAVE_INPUT] = "its input alone: the rest is made again",
                                             [SAVE_ALL] = "what its backward sweep reads",
                                             [SAVE_SOME] =
                                                 "what its backward sweep reads, less what one operator makes again"};
    for (int i = 0; i < p->nsegment; i++) {
        const struct segment *s = &p->segment[i];
        fprintf(out, "segment %d, %s .. %s: ", i, s->from, s->to ? s->to : "the end");
        if (s->parts)
            fprintf(out, "keeps its input alone: the rest is made again, in %d parts; ", s->parts);
        else if (s->learns)
            fprintf(out, "keeps %s%s%s; ", keeps[s->mode % SAVES],
                    saves_maps(s->mode) ? ", of slices the whole maps" : "",
                    s->mode >= APART ? "; weight gradients one after the other" : "");
        else
            fputs("nothing learns; ", out);
        fprintf(out, "%s\n", grain(s->strips));
    }
    if (!p->nsegment)
        fputs("no segments: every layer whole, or drawn at random, or only forward\n", out);
}

void schedule_dump(const struct program *p, FILE *out)
{
    fprintf(out, "program %s: %d sweeps, %d steps, %lld bytes alive at step %d\n", p->name, p->nsweep, p->steps,
            (long long)p->bound, p->peak);
    dump_decision(p, out);
    for (int s = 0; s < p->nsweep; s++) {
        const struct sweep *w = &p->sweep[s];
        fprintf(out, "sweep %d %s, step %d\n", s, w->title, w->first);
        for (int i = 0; i < w->ntask; i++)
            dump_task(&w->task[i], i, out);
        if (w->ntask > 1)
            dump_order(w, out);
    }
}
