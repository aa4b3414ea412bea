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

/* Forward [a, b) in pieces; `save` is what the backward sweep of [a, b) will read. */
static void forward_pieces(const struct segments *s, struct outline *o, struct dice *d, int a, int b,
                           const struct vals *save)
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
        outline_forward(s, o, i, next, &own, roll(d, 6));
    }
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
    struct {
        int a, b;
        enum mode mode;
    } *segment = arena_alloc(mem, sizeof *segment * (size_t)(s->n + 1));
    int n = 0;
    for (int i = 0; i < 8; i++)
        roll(&d, 2); /* seeds that are near each other part ways */
    for (int a = 0; a < s->n; a = segment[n++].b) {
        segment[n].a = a;
        segment[n].b = a + 1 + roll(&d, s->n - a < 4 ? s->n - a : 4);
        segment[n].mode = (enum mode)roll(&d, MODES);
        struct vals save = segment_saved(s, a, segment[n].b, segment[n].mode);
        forward_pieces(s, &o, &d, a, segment[n].b, &save);
    }
    outline_loss(s, &o);
    while (n-- > 0)
        outline_backward(s, &o, segment[n].a, segment[n].b, segment[n].mode, roll(&d, 6));
    outline_last_updates(s, &o);
    shuffle_strips(&o, &d);
    vals_add(mem, &image, g->input);
    struct program *p = simulate(mem, g, &o, &image, &keep);
    p->name = "train";
    return p;
}
