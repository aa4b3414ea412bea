/* SPDX-License-Identifier: MIT */
/* Candidates for what-fits.
 *
 *     first_conv   blocks.0   blocks.1   blocks.2   blocks.3   ...   classifier
 *                                        |--- biases from here on ---------->
 *                                        |--- and parts of pointwise weights, or lite modules -> */
#include "choose/ways.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTHS = 12 }; /* places from which biases are tried */

static const double slice_parts[] = {1.0 / 8, 1.0 / 4, 1.0 / 2};
static const double slice_from[] = {0.2, 1.0 / 3, 0.5, 2.0 / 3}; /* as shares of the network */
static const double slice_reach[] = {0.6, 1};                    /* of what is behind that */
static const double lite_from[] = {0, 0.2, 1.0 / 3, 0.5, 2.0 / 3};

enum { SLICE_PARTS = 3, SLICE_FROM = 4, SLICE_REACH = 2, LITE_FROM = 5 };

struct finding {
    struct arena *mem;
    const struct parts *parts;
    struct ways ways;
};

/* ---- how good a way is ---- */

/* Accuracy (mean of CIFAR-10 and hand signs, in points over the classifier alone) of biases that
 * learn from a depth on, as a share of the network.  mcunet-5fps, from blocks.0, 2, 4, 6, 8, 10; to
 * 1 point. */
static const struct {
    double from, gain;
} depth_table[] = {{0.067, 8.4}, {0.2, 9.1}, {0.333, 8.8}, {0.467, 7.8}, {0.6, 6.5}, {0.733, 5.1}, {1, 0}};

static double depth_gain(double from)
{
    int i = 0;
    if (from <= depth_table[0].from)
        return depth_table[0].gain;
    while (depth_table[i + 1].from < from)
        i++;
    double t = (from - depth_table[i].from) / (depth_table[i + 1].from - depth_table[i].from);
    return depth_table[i].gain + t * (depth_table[i + 1].gain - depth_table[i].gain);
}

/* An order, not a promise.  All figures are of mcunet-5fps, biases from blocks.4 on:
 *
 *   - Slices.  Bytes of the slices over bytes of the biases, and what they gained over the biases:
 *         0.8: 1.3    1.5: 2.0    3.9: 2.3    6.2: 2.2    7.7: 2.7 points
 *     which is 1.6 + 0.35 log2(ratio) within the error of 1 point.  Beyond 8 nothing was measured:
 * no more than 3.
 *   - Lite modules, five sizes of them: 0.95 to 1.5 points, whatever their size.  So slices beat
 * them byte for byte.
 *   - Everything: not measured; as if it were slices of all. */
static double gain_of(double from, double biases, double slices, double lite)
{
    double gain = depth_gain(from);
    if (slices > 0) {
        double more = 1.6 + 0.35 * log2(slices / (biases > 0 ? biases : 1));
        gain += more < 0 ? 0 : more > 3 ? 3 : more;
    } else if (lite > 0) {
        gain += 1.2;
    }
    return gain;
}

/* ---- ways ---- */

bool way_within(const struct way *a, const struct way *b, int nparam)
{
    for (int i = 0; i < nparam; i++)
        if (a->part[i] > b->part[i])
            return false;
    return true;
}

static double values_of(const struct finding *f, const double *part, enum part_kind kind)
{
    double sum = 0;
    for (int i = 0; i < f->parts->nparam; i++)
        if (f->parts->kind[i] == kind)
            sum += part[i] * (double)f->parts->param[i]->count;
    return sum;
}

static void add_way(struct finding *f, const char *what, const double *part, double from)
{
    struct ways *w = &f->ways;
    double biases = values_of(f, part, PART_BIAS), lite = values_of(f, part, PART_LITE);
    double weights = values_of(f, part, PART_WIDE) + values_of(f, part, PART_NARROW) + values_of(f, part, PART_OTHER);
    for (int i = 0; i < w->count; i++)
        if (!memcmp(w->list[i].part, part, sizeof *part * (size_t)f->parts->nparam))
            return;
    GROW(f->mem, w->list, w->count, w->capacity);
    w->list[w->count++] = (struct way){
        .what = what, .part = part, .values = biases + lite + weights, .gain = gain_of(from, biases, weights, lite)};
}

/* The last layer; biases and lite modules of groups from..; a part of the pointwise weights of
 * from..to. */
static double *parts_from(const struct finding *f, int from, int to, double slice, bool lite)
{
    double *part = NEW_ARRAY(f->mem, double, f->parts->nparam + 1);
    for (int i = 0; i < f->parts->nparam; i++) {
        bool behind = f->parts->group[i] >= from;
        switch (f->parts->kind[i]) {
        case PART_LAST:
            part[i] = 1;
            break;
        case PART_BIAS:
            part[i] = behind;
            break;
        case PART_LITE:
            part[i] = behind && lite;
            break;
        case PART_WIDE:
            part[i] = behind && f->parts->group[i] < to ? slice : 0;
            break;
        case PART_NARROW:
        case PART_POINTWISE:
        case PART_OTHER:
            break;
        }
    }
    return part;
}

static void add_depths(struct finding *f)
{
    int depths = f->parts->ngroup < DEPTHS ? f->parts->ngroup : DEPTHS;
    for (int i = depths - 1; i >= 0; i--) {
        int from = i * f->parts->ngroup / depths;
        add_way(f, arena_format(f->mem, "biases from %s", f->parts->name[from]), parts_from(f, from, 0, 0, false),
                (double)from / f->parts->ngroup);
    }
}

static int group_at(const struct finding *f, double share)
{
    return (int)(share * f->parts->ngroup + 0.5);
}

static void add_slices(struct finding *f, double from_share, double reach)
{
    int from = group_at(f, from_share), to = from + (int)(reach * (f->parts->ngroup - from) + 0.5);
    for (int k = 0; k < SLICE_PARTS && from < f->parts->ngroup; k++) {
        double *part = parts_from(f, from, to, slice_parts[k], false);
        char *what = arena_format(f->mem, "biases from %s, 1/%.0f pointwise", f->parts->name[from], 1 / slice_parts[k]);
        if (to < f->parts->ngroup)
            what = arena_format(f->mem, "%s %s %s", what, to > from + 1 ? "to" : "of",
                                f->parts->name[to > from ? to - 1 : from]);
        if (values_of(f, part, PART_WIDE) > 0)
            add_way(f, what, part, (double)from / f->parts->ngroup);
    }
}

static void add_lite(struct finding *f, double from_share)
{
    int from = group_at(f, from_share);
    double *part = parts_from(f, from, 0, 0, true);
    if (from < f->parts->ngroup && values_of(f, part, PART_LITE) > 0)
        add_way(f, arena_format(f->mem, "biases and lite modules from %s", f->parts->name[from]), part,
                (double)from / f->parts->ngroup);
}

static int by_values(const void *a, const void *b)
{
    const struct way *x = a, *y = b;
    if (x->values < y->values || x->values > y->values)
        return x->values < y->values ? -1 : 1;
    return strcmp(x->what, y->what);
}

struct ways ways_find(struct arena *mem, const struct parts *parts)
{
    struct finding f = {.mem = mem, .parts = parts};
    if (!parts->nparam)
        return f.ways;
    double *all = NEW_ARRAY(mem, double, parts->nparam);
    for (int i = 0; i < parts->nparam; i++)
        all[i] = 1;
    add_way(&f, "the last layer", parts_from(&f, parts->ngroup + 1, 0, 0, false), 1);
    add_depths(&f);
    for (int i = 0; i < SLICE_FROM * SLICE_REACH; i++)
        add_slices(&f, slice_from[i / SLICE_REACH], slice_reach[i % SLICE_REACH]);
    for (int i = 0; i < LITE_FROM; i++)
        add_lite(&f, lite_from[i]);
    add_way(&f, "everything", all, 0);
    f.ways.nparam = parts->nparam;
    qsort(f.ways.list, (size_t)f.ways.count, sizeof *f.ways.list, by_values);
    for (int i = 0; i < f.ways.count; i++)
        patterns_find(mem, &f.ways.list[i], parts);
    return f.ways;
}
