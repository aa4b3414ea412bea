/* SPDX-License-Identifier: MIT */
/* A schedule drawn at random: for the tests that every schedule gives the same bits. */
#include "schedule/segment.h"

struct dice {
    uint64_t state;
};

static int roll(struct dice *d, int sides)
{
    d->state = d->state * 6364136223846793005u + 1442695040888963407u;
    return (int)((d->state >> 33) % (uint64_t)sides);
}

/* Forward [a, b) in pieces; `save` is what the backward sweep of [a, b) will read.  result: what flows on is wanted, too. */
static void forward_pieces(const struct segments *s, struct outline *o, struct dice *d, int a, int b,
                           const struct vals *save, bool result)
{
    for (int i = a, next; i < b; i = next) {
        struct vals own = {0};
        next = i + 1 + roll(d, b - i);
        for (int k = 0; k < save->count; k++) {
            struct val *v = save->list[k];
            int at = v->def ? s->position[v->id] : -1;
            if (at >= s->cut[i].node && at < s->cut[next].node)
                vals_add(s->mem, &own, v);
        }
        outline_forward(s, o, i, next, &own, roll(d, 6), result || next < b);
    }
}

struct drawn {
    int a, b;
    enum mode mode;
};

/* Segments from a to b, and their forward passes.  last: what follows them wants nothing of the last. */
static int draw(const struct segments *s, struct outline *o, struct dice *d, int a, int b, bool last,
                struct drawn *list)
{
    int n = 0;
    for (; a < b; a = list[n++].b) {
        list[n].a = a;
        list[n].b = a + 1 + roll(d, b - a < 4 ? b - a : 4);
        list[n].mode = (enum mode)roll(d, MODES);
        bool wanted = !last || list[n].b < b;
        struct vals save = segment_saved(s, a, list[n].b, list[n].mode);
        if (wanted || list[n].mode % SAVES != SAVE_INPUT)
            forward_pieces(s, o, d, a, list[n].b, &save, wanted);
    }
    return n;
}

/* The backward sweeps of [a, b): in one, or of its parts, which are made again before if its input alone was kept. */
static void backward_drawn(const struct segments *s, struct outline *o, struct dice *d, const struct drawn *t)
{
    bool again = t->mode % SAVES == SAVE_INPUT && segment_learns(s, t->b) && !segment_takes(s, t->a);
    if (!again || t->b - t->a < 2 || roll(d, 2)) {
        outline_backward(s, o, t->a, t->b, t->mode, roll(d, 6));
        return;
    }
    struct drawn *inner = arena_alloc(s->mem, sizeof *inner * (size_t)(t->b - t->a));
    int n = draw(s, o, d, t->a, t->b, true, inner);
    while (n-- > 0)
        backward_drawn(s, o, d, &inner[n]);
}

/* Any number of rows a step will do. */
static void shuffle_strips(struct outline *o, struct dice *d)
{
    for (int i = 0; i < o->nsweep; i++)
        for (int k = 0; k < o->sweep[i].nnode; k++)
            if (roll(d, 2))
                o->sweep[i].strip[k] = 1 + roll(d, node_steps(o->sweep[i].node[k]));
}

struct program *schedule_random(struct arena *mem, const struct graph *g, unsigned seed)
{
    struct segments *s = segments_find(mem, g);
    struct dice d = {seed};
    struct outline o = {0};
    struct vals image = {0}, keep = {0};
    struct drawn *list = arena_alloc(mem, sizeof *list * (size_t)(s->n + 1));
    for (int i = 0; i < 8; i++)
        roll(&d, 2); /* seeds that are near each other part ways */
    int n = draw(s, &o, &d, 0, s->n, false, list);
    outline_loss(s, &o);
    while (n-- > 0)
        backward_drawn(s, &o, &d, &list[n]);
    outline_last_updates(s, &o);
    shuffle_strips(&o, &d);
    vals_add(mem, &image, g->input);
    struct program *p = simulate(mem, g, &o, &image, &keep);
    p->name = "train";
    return p;
}
