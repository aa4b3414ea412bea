/* SPDX-License-Identifier: MIT */
/* What parts of a network take: forward pieces, and backward sweeps of segments.  Each is run dry and packed by itself. */
#include "schedule/chooser.h"

#include <string.h>

enum {
    KNOWN = 1 << 14, /* parts of all graphs, and forward parts of this one, that are remembered */
    MEMO = 1 << 12,
    SPAN = 6,  /* cuts that one segment may span; */
    SHORT = 12 /* all of them in a network of so many */
};

struct known {
    uint64_t key;
    struct measure part; /* peak 0: not yet */
};

struct dry_runs {
    struct known known[KNOWN];
};

struct dry_runs *dry_runs_new(struct arena *mem)
{
    return NEW(mem, struct dry_runs);
}

/* The entry for a key in a table; an older one of the same slot is forgotten. */
static struct known *recall(struct known *table, int size, uint64_t key)
{
    struct known *k = &table[key % (uint64_t)size];
    if (k->key != key)
        *k = (struct known){.key = key};
    return k;
}

struct chooser *chooser_new(struct arena *mem, const struct graph *g, const struct price *price, struct dry_runs *runs)
{
    struct chooser *c = NEW(mem, struct chooser);
    struct segments *s = segments_find(mem, g);
    *c = (struct chooser){mem,
                          g,
                          price,
                          s,
                          runs,
                          NEW_ARRAY(mem, struct known, MEMO),
                          NEW_ARRAY(mem, struct manners, 2 * (s->n + 1) * (span_of(s) + 1)),
                          mem};
    return c;
}

struct chooser *chooser_in(struct arena *mem, const struct chooser *c)
{
    struct chooser *other = NEW(mem, struct chooser);
    *other = *c;
    other->mem = mem;
    other->s = NEW(mem, struct segments);
    *other->s = *c->s;
    other->s->mem = mem;
    return other;
}

int span_of(const struct segments *s)
{
    return s->n <= SHORT ? s->n : SPAN;
}

/* What a part takes once packed.  Bytes alive alone mislead: of a map that dies row by row the dead rows
 * are of use only to what is born later and fits there. */
static int64_t packed_bytes(struct arena *mem, const struct program *p)
{
    enum { EFFORT = 300 };
    struct block *block = NEW_ARRAY(mem, struct block, p->nbuffer);
    for (int i = 0; i < p->nbuffer; i++)
        block[i] = buffer_block(mem, p->buffer[i]);
    return place(mem, block, p->nbuffer, BUFFER_ALIGNMENT, EFFORT).arena;
}

/* A dry run of some sweeps, in memory of its own. */
static struct measure dry_run(const struct chooser *c, const struct outline *o, const struct vals *sources,
                              const struct vals *keep)
{
    struct arena *scratch = arena_new();
    uint64_t key = outline_fingerprint(scratch, c->g, o, sources, keep);
    struct known *known = recall(c->runs->known, KNOWN, hash_bytes(key, c->price->target, strlen(c->price->target)));
    struct measure part = known->part;
    if (!part.peak) {
        struct program *p = simulate(scratch, c->g, o, sources, keep);
        part = (struct measure){packed_bytes(scratch, p), program_work(c->price, p)};
        known->part = part;
    }
    arena_free(scratch);
    return part;
}

static uint64_t key_of(int a, int b, int strips, bool result, const struct vals *save)
{
    uint64_t h = hash_bytes(HASH_START, (int[]){a, b, strips, result}, 4 * sizeof(int));
    for (int i = 0; i < save->count; i++)
        h = hash_bytes(h, &save->list[i]->id, sizeof(int));
    return h;
}

static struct measure forward_part(struct chooser *c, int a, int b, const struct vals *save, int strips, bool result)
{
    struct known *known = recall(c->forward, MEMO, key_of(a, b, strips, result, save));
    if (known->part.peak)
        return known->part;
    struct outline o = {0};
    struct vals keep = {0}, sources = {0};
    outline_forward(c->s, &o, a, b, save, strips, result);
    if (!segment_takes(c->s, a))
        vals_add(c->mem, &sources, c->s->cut[a].val);
    for (int i = 0; i < save->count; i++)
        vals_add(c->mem, &keep, save->list[i]);
    if (result && b < c->s->n)
        vals_add(c->mem, &keep, c->s->cut[b].val);
    for (int i = 0; result && b == c->s->n && i < c->s->tail.count; i++)
        vals_add(c->mem, &keep, c->s->tail.list[i]);
    known->part = dry_run(c, &o, &sources, &keep);
    return known->part;
}

struct vals saved_here(const struct chooser *c, const struct vals *save, int a, int b)
{
    struct vals own = {0};
    for (int i = 0; i < save->count; i++) {
        struct val *v = save->list[i];
        int at = v->def ? c->s->position[v->id] : -1;
        if (v == c->s->cut[a].val || (at >= c->s->cut[a].node && at < c->s->cut[b].node))
            vals_add(c->mem, &own, v);
    }
    return own;
}

int forward_end(const struct chooser *c, int a, int b, const struct vals *save, bool result)
{
    int end = 0;
    for (int i = 0; i < save->count; i++)
        if (save->list[i] != c->s->cut[a].val && c->s->position[save->list[i]->id] > end)
            end = c->s->position[save->list[i]->id];
    while (!result && b > a && c->s->cut[b - 1].node > end)
        b--;
    return b;
}

struct measure forward_best(struct chooser *c, int a, int b, const struct vals *save, int strips, bool result,
                            int *next)
{
    struct measure *best = NEW_ARRAY(c->mem, struct measure, b - a + 1);
    for (int i = b - 1; i >= a; i--) {
        bool none = true;
        for (int k = i + 1; k <= b && k <= i + span_of(c->s); k++) {
            struct vals own = saved_here(c, save, i, k);
            struct measure p = forward_part(c, i, k, &own, strips, result || k < b), rest = best[k - a];
            int64_t later = rest.peak + (k < b ? vals_bytes(c->g, &own) : 0);
            if (k < b && vals_has(&own, c->s->cut[k].val))
                later -= val_bytes(c->s->cut[k].val); /* counted by the next piece */
            struct measure both = {p.peak > later ? p.peak : later, p.cost + rest.cost};
            if (none || both.peak < best[i - a].peak ||
                (both.peak == best[i - a].peak && both.cost < best[i - a].cost)) {
                best[i - a] = both;
                next[i - a] = k;
            }
            none = false;
        }
    }
    return best[0];
}

struct measure backward_part(struct chooser *c, int a, int b, enum mode mode, int strips)
{
    struct outline o = {0};
    struct vals there = backward_sources(c->s, a, b, mode), sources = {0}, keep = {0};
    outline_backward(c->s, &o, a, b, mode, strips);
    for (int i = 0; i < o.nsweep; i++)
        for (int k = 0; k < o.sweep[i].nnode; k++)
            for (int j = 0; j < o.sweep[i].node[k]->nin; j++)
                if (o.sweep[i].node[k]->in[j] && vals_has(&there, o.sweep[i].node[k]->in[j]))
                    vals_add(c->mem, &sources, o.sweep[i].node[k]->in[j]);
    if (gradient_at(c->s, a))
        vals_add(c->mem, &keep, gradient_at(c->s, a));
    return dry_run(c, &o, &sources, &keep);
}
