/* SPDX-License-Identifier: MIT */
/* From steps to loops:
 *
 *     steps     a0 b0 a1 b1 c0 a2 b2 c1 ... a9 b9 c8 c9         each a task and its next rows
 *     stages    ab0 ab1 c0 ab2 c1 ... ab9 c8 c9                 b always follows a, on the same rows
 *     pieces    ab0, (ab1 c0) (ab2 c1) .. 9 times, c8 c9        a loop with what comes before and behind it
 *     table     "a" "ab" 9 times "bb"                           instead, where pieces are long
 *
 * The emitted program does the same steps in the same order.  Neighbours of one task are not one call: plans count on
 * rows that are born and die step by step. */
#include "schedule/order.h"

#include <string.h>

/* ---- stages ---- */

enum { NONE = -1, AGAINST = -2 }; /* a task's only neighbour: not seen yet; there is none */

/* Whether two steps that follow each other may be of one stage. */
static bool may_follow(const struct sweep *w, const int *calls, const struct step *a, const struct step *b)
{
    enum pass pa = w->task[a->task].node->pass, pb = w->task[b->task].node->pass;
    if (pa == PASS_LOSS || pb == PASS_LOSS || pa == PASS_UPDATE || pb == PASS_UPDATE || a->task == b->task)
        return false;
    if (w->task[b->task].node->op->given) /* the program waits there */
        return false;
    return (a->y0 == b->y0 && a->y1 == b->y1) || (calls[a->task] == 1 && calls[b->task] == 1);
}

static void see(int *neighbour, int now)
{
    *neighbour = *neighbour == NONE || *neighbour == now ? now : AGAINST;
}

/* next[a]: the task that follows every step of a; before[b]: the one before every step of b. */
static void find_neighbours(const struct sweep *w, const int *calls, int *next, int *before)
{
    for (int i = 0; i < w->ntask; i++)
        next[i] = before[i] = NONE;
    for (int i = 0; i < w->nstep; i++) {
        const struct step *s = &w->step[i];
        bool follows = i > 0 && may_follow(w, calls, s - 1, s);
        bool goes_on = i + 1 < w->nstep && may_follow(w, calls, s, s + 1);
        see(&before[s->task], follows ? s[-1].task : AGAINST);
        see(&next[s->task], goes_on ? s[1].task : AGAINST);
    }
}

/* "blocks.3.lite.conv1" -> the length of "blocks.3" */
static size_t block_length(const char *layer)
{
    size_t first = strcspn(layer, ".");
    return layer[first] ? first + 1 + strcspn(layer + first + 1, ".") : first;
}

/* Functions of a list of calls stay short, or compilers keep hundreds of addresses on their stack: another begins with
 * the next block. */
static bool is_long(const struct sweep *w, const struct stage *s, int next)
{
    enum { ENOUGH = 8, MOST = 24 };
    const char *last = w->task[s->task[s->ntask - 1]].node->name, *name = w->task[next].node->name;
    size_t n = block_length(name);
    return s->ntask >= MOST || (s->ntask >= ENOUGH && (block_length(last) != n || strncmp(last, name, n) != 0));
}

/* A stage for each chain of neighbours; of[task]: its stage. */
static void find_stages(struct arena *mem, const struct sweep *w, struct order *o, int *of)
{
    int *calls = NEW_ARRAY(mem, int, w->ntask), *next = NEW_ARRAY(mem, int, w->ntask),
        *before = NEW_ARRAY(mem, int, w->ntask);
    bool *seen = NEW_ARRAY(mem, bool, w->ntask);
    o->stage = NEW_ARRAY(mem, struct stage, w->ntask);
    for (int i = 0; i < w->nstep; i++)
        calls[w->step[i].task]++;
    find_neighbours(w, calls, next, before);
    for (int i = 0; i < w->nstep; i++) {
        int task = w->step[i].task, b = before[task];
        if (seen[task])
            continue;
        seen[task] = true;
        struct stage *s = b >= 0 && next[b] == task ? &o->stage[of[b]] : NULL;
        if (!s || (calls[task] == 1 && is_long(w, s, task))) {
            s = &o->stage[o->nstage];
            *s = (struct stage){.task = NEW_ARRAY(mem, int, w->ntask), .rows = NEW_ARRAY(mem, struct step, w->ntask)};
            o->nstage++;
        }
        of[task] = (int)(s - o->stage);
        s->rows[s->ntask] = w->step[i];
        s->task[s->ntask++] = task;
    }
}

/* ---- entries ---- */

static void find_entries(const struct sweep *w, struct order *o, const int *of)
{
    for (int i = 0; i < w->nstep; i++) {
        const struct step *s = &w->step[i];
        struct stage *stage = &o->stage[of[s->task]];
        if (stage->task[0] != s->task)
            continue;
        o->entry[o->nentry++] = (struct entry){of[s->task], s->y0, s->y1};
        stage->ncall++;
    }
}

/* ---- pieces ---- */

static bool same_call(const struct entry *a, const struct entry *b)
{
    return a->stage == b->stage && a->y1 - a->y0 == b->y1 - b->y0;
}

/* Of all loops over the entries from `from` to `to`, the one that saves most lines: its head is one, its end another where it
 * has several calls.  times 1: none. */
static struct piece best_loop(const struct entry *e, int from, int to)
{
    enum { LONGEST = 256, WORTH = 1 };
    struct piece best = {from, to - from, 1};
    int saved = WORTH;
    for (int length = 1; length <= LONGEST && from + 2 * length <= to; length++)
        for (int i = from, run = 0; i + length < to; i++) {
            bool same = same_call(&e[i], &e[i + length]),
                 even = run < length || e[i + length].y0 - e[i].y0 == e[i].y0 - e[i - length].y0;
            run = same ? even ? run + 1 : 1 : 0;
            int times = run / length + 1, lines = (times - 1) * length - (length > 1 ? 2 : 1);
            if (lines > saved) {
                saved = lines;
                best = (struct piece){i + 1 - (times - 1) * length, length, times};
            }
        }
    return best;
}

static void find_pieces(struct arena *mem, struct order *o, int from, int to)
{
    if (from == to)
        return;
    struct piece p = best_loop(o->entry, from, to);
    if (p.times > 1)
        find_pieces(mem, o, from, p.from);
    GROW(mem, o->piece, o->npiece, o->capacity);
    o->piece[o->npiece++] = p;
    o->written += p.length;
    if (p.times > 1)
        find_pieces(mem, o, p.from + p.length * p.times, to);
}

struct order *order_new(struct arena *mem, const struct sweep *w)
{
    struct order *o = NEW(mem, struct order);
    int *of = NEW_ARRAY(mem, int, w->ntask);
    o->entry = NEW_ARRAY(mem, struct entry, w->nstep);
    find_stages(mem, w, o, of);
    find_entries(w, o, of);
    find_pieces(mem, o, 0, o->nentry);
    return o;
}

int order_stages(const struct sweep *w)
{
    struct arena *mem = arena_new();
    struct order o = {0};
    find_stages(mem, w, &o, NEW_ARRAY(mem, int, w->ntask));
    arena_free(mem);
    return o.nstage;
}

bool is_list(const struct order *o)
{
    bool list = true;
    for (int i = 0; i < o->nstage; i++)
        list = list && o->stage[i].ncall == 1;
    return list;
}

bool is_table(const struct order *o)
{
    return !is_list(o) && o->written > MOST_WRITTEN && o->nstage <= MOST_STAGES;
}
