/* SPDX-License-Identifier: MIT */
/* In which manners a segment [a, b) can be run, forward and backward.
 *
 * Its forward pass leaves what its backward sweep reads (enum mode), or its input alone.  Of an input alone all else is made
 * again, either in the backward sweep, row by row, or before it, segment by segment:
 *
 *     forward          a ----------------------------> b      the input at a is kept
 *     ...
 *     forward again    a ---> i ---> k                        each segment keeps what its mode says
 *     backward         a <--- i <--- k <-------------- b      the last one first
 *
 * Within, a segment is run in any of its manners, in parts again if need be: few tensors are held at a time, for more work.
 * Griewank and Walther (Algorithm 799: revolve, 2000, section 2) do so with chains whose steps are all alike. */
#include "schedule/chooser.h"

#include <stdlib.h>

const int grains[GRAINS] = {0, 8, 4, 1};

enum {
    INNER = 400, /* labels kept at a cut within a segment that is made again, */
    AGAIN = 8    /* and the manners to do so that are kept */
};

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* False if another is as good. */
static bool add_manner(struct arena *mem, struct manners *m, struct manner added)
{
    for (int i = 0; i < m->count; i++)
        if (m->list[i].held <= added.held && m->list[i].forward <= added.forward &&
            m->list[i].backward <= added.backward && m->list[i].cost <= added.cost)
            return false;
    GROW(mem, m->list, m->count, m->capacity);
    m->list[m->count++] = added;
    return true;
}

/* False if a mode is no other than one without SAVE_MAPS or APART. */
static bool is_mode(const struct chooser *c, int a, int b, enum mode mode)
{
    if (!segment_learns(c->s, b))
        return mode == 0;
    return (!saves_maps(mode) || segment_slices(c->s, a, b)) && (mode < APART || segment_comes_apart(c->s, a, b, mode));
}

/* In one backward sweep. */
static void add_plain(struct chooser *c, int a, int b, bool last, struct manners *m)
{
    int *next = NEW_ARRAY(c->mem, int, b - a + 1);
    for (enum mode mode = 0; mode < MODES; mode++) {
        if (!is_mode(c, a, b, mode))
            continue;
        struct vals save = segment_saved(c->s, a, b, mode);
        if (segment_keeps_image(c->s, a, b, &save))
            continue;
        int end = forward_end(c, a, b, &save, !last);
        for (int k = 0; k < GRAINS; k++) {
            struct measure f = forward_best(c, a, end, &save, grains[k], !last, next);
            struct measure back = backward_part(c, a, b, mode, grains[k]);
            add_manner(c->kept, m,
                       (struct manner){.held = vals_bytes(c->g, &save),
                                       .cost = f.cost + back.cost,
                                       .forward = f.peak,
                                       .backward = back.peak,
                                       .mode = mode,
                                       .strips = grains[k]});
        }
    }
}

/* A label and all before it, in memory that stays. */
static const struct label *kept_label(struct arena *mem, const struct label *l)
{
    if (!l)
        return NULL;
    struct label *copy = NEW(mem, struct label);
    *copy = *l;
    copy->before = kept_label(mem, l->before);
    return copy;
}

/* Labels at b of what is run again from a on, where the input and the gradient of the result are there.  Only their peak and
 * work count: more work for a lower peak. */
static struct labels front_within(const struct chooser *c, int a, int b)
{
    struct labels *at = NEW_ARRAY(c->mem, struct labels, b - a + 1), front = {0};
    const int64_t gradient = gradient_at(c->s, b) ? val_bytes(gradient_at(c->s, b)) : 0;
    add_label(c->mem, &at[0], (struct label){.cost = 0});
    for (int i = a; i < b; i++) {
        at[i - a] = thinned(c->mem, &at[i - a], INNER);
        for (int k = i + 1; k <= b; k++)
            if (k - i < b - a)
                extend(c->mem, &at[i - a], &at[k - a], i, k, manners_of(c, i, k, k == b), gradient);
    }
    const struct labels all = thinned(c->mem, &at[b - a], INNER);
    for (int i = 0; i < all.count; i++)
        if (!front.count || all.list[i].cost < front.list[front.count - 1].cost) {
            GROW(c->mem, front.list, front.count, front.capacity);
            front.list[front.count++] = all.list[i];
        }
    return front;
}

/* Its input is kept, and all else made again segment by segment. */
static void add_again(struct chooser *c, int a, int b, bool last, struct manners *m)
{
    struct vals save = segment_saved(c->s, a, b, SAVE_INPUT);
    if (b - a < 2 || !save.count || segment_takes(c->s, a))
        return;
    const struct labels front = front_within(c, a, b);
    int *next = NEW_ARRAY(c->mem, int, b - a + 1), count = front.count < AGAIN ? front.count : AGAIN;
    for (int i = 0; i < count; i++) {
        const struct label *inner = &front.list[front.count > AGAIN ? i * (front.count - 1) / (AGAIN - 1) : i];
        struct manner again = {.held = vals_bytes(c->g, &save), .cost = inner->cost, .backward = inner->peak};
        if (!last) { /* forward as coarsely as costs no memory */
            struct measure f = {0};
            int k = GRAINS;
            while (k-- > 0 && (f = forward_best(c, a, b, &save, grains[k], true, next)).peak > inner->peak && k > 0)
                ;
            again.forward = f.peak;
            again.cost += f.cost;
            again.strips = grains[k];
        }
        if (add_manner(c->kept, m, again))
            m->list[m->count - 1].again = kept_label(c->kept, inner);
    }
}

const struct manners *manners_of(const struct chooser *chooser, int a, int b, bool last)
{
    struct manners *m = &chooser->known[2 * (a * (span_of(chooser->s) + 1) + b - a) + last];
    if (m->known)
        return m;
    struct arena *scratch = arena_new();
    struct chooser *c = chooser_in(scratch, chooser);
    add_plain(c, a, b, last, m);
    if (segment_learns(c->s, b))
        add_again(c, a, b, last, m);
    m->known = true;
    arena_free(scratch);
    return m;
}

void extend(struct arena *growing, const struct labels *from, struct labels *to, int a, int b, const struct manners *m,
            int64_t beside)
{
    for (int k = 0; k < m->count; k++)
        for (int i = 0; i < from->count; i++) {
            const struct label *l = &from->list[i];
            const struct manner *way = &m->list[k];
            add_label(growing, to,
                      (struct label){.held = l->held + way->held,
                                     .peak = larger(l->peak, l->held + larger(way->forward + beside, way->backward)),
                                     .cost = l->cost + way->cost,
                                     .before = l,
                                     .a = a,
                                     .b = b,
                                     .strips = way->strips,
                                     .mode = way->mode,
                                     .again = way->again});
        }
}
