/* SPDX-License-Identifier: MIT */
#include "choose/plans.h"

#include <math.h>
#include <string.h>

enum { WINDOW = 3, LONGEST = 4, FRACTIONS = 5 };
static const double fractions[FRACTIONS] = {1, 1.0 / 2, 1.0 / 4, 1.0 / 8, 1.0 / 16};

/* Which biases learn, beside a window of groups. */
enum bias_rule { BIAS_NONE, BIAS_WINDOW, BIAS_BEFORE, BIAS_BEHIND, BIAS_AROUND, BIAS_SECOND, BIAS_RULES };

struct sketch {
    int from, to; /* the window */
    enum part_kind kind;
    double slice;
    enum bias_rule rule;
};

static bool bias_learns(const struct sketch *o, int group)
{
    int before = o->from - (o->to - o->from);
    switch (o->rule) {
    case BIAS_NONE:
        return false;
    case BIAS_WINDOW:
        return group >= o->from && group < o->to;
    case BIAS_BEFORE:
        return group >= before && group < o->to;
    case BIAS_BEHIND:
        return group >= o->from;
    case BIAS_AROUND:
        return group >= before;
    default:
        return group >= before && (group >= o->from ? (group - o->from) % 2 == 0 : (o->from - group) % 2 == 0);
    }
}

static bool is_sliced(const struct parts *of, int i, const struct sketch *o)
{
    bool pointwise = of->param[i]->shape[2] * of->param[i]->shape[3] == 1;
    if (o->kind == PART_POINTWISE)
        return of->kind[i] == PART_WIDE || (of->kind[i] == PART_NARROW && pointwise);
    return of->kind[i] == o->kind;
}

static double *parts_of(const struct plans *p, const struct sketch *o)
{
    const struct parts *of = p->parts;
    double *part = NEW_ARRAY(p->mem, double, of->nparam + 1);
    for (int i = 0; i < of->nparam; i++) {
        int group = of->group[i];
        if (of->kind[i] == PART_LAST)
            part[i] = 1;
        else if (of->kind[i] == PART_BIAS)
            part[i] = bias_learns(o, group);
        else if (is_sliced(of, i, o))
            part[i] = group >= o->from && group < o->to ? o->slice : 0;
    }
    return part;
}

/* ---- a list of candidates ---- */

static bool same_parts(const double *a, const double *b, int count)
{
    for (int i = 0; i < count; i++)
        if (fabs(a[i] - b[i]) > 1e-9)
            return false;
    return true;
}

static bool same_candidate(const struct plans *p, const struct candidate *a, const struct candidate *b)
{
    return same_parts(a->way.part, b->way.part, p->parts->nparam) && a->way.of_inputs == b->way.of_inputs &&
           a->floats == b->floats && !strcmp(a->side, b->side) && !strcmp(a->set, b->set) &&
           a->precision.forward == b->precision.forward && a->precision.gradient == b->precision.gradient &&
           a->precision.trained == b->precision.trained && a->optimizer.kind == b->optimizer.kind &&
           fabs(a->optimizer.rate / b->optimizer.rate - 1) < 1e-9;
}

static struct candidate *add(struct plans *p, struct candidate c)
{
    for (int i = 0; i < p->count; i++)
        if (same_candidate(p, p->list[i], &c))
            return NULL;
    c.runs = 0;
    c.way.of_inputs = true;
    patterns_find(p->mem, &c.way, p->parts);
    if (!candidate_plan(p->d, p->base, &c) || !c.fits)
        return NULL;
    struct candidate *own = NEW(p->mem, struct candidate);
    *own = c;
    GROW(p->mem, p->list, p->count, p->capacity);
    return p->list[p->count++] = own;
}

/* A smaller plan of the same form: not to be measured. */
static void forget(struct plans *p, const struct candidate *c)
{
    int i = 0;
    while (i < p->count && p->list[i] != c)
        i++;
    for (p->count -= i < p->count; i < p->count; i++)
        p->list[i] = p->list[i + 1];
}

struct candidate *plans_add(struct plans *p, const double *part, const struct candidate *like)
{
    struct candidate c = *like;
    c.way = (struct way){.part = part, .of_inputs = true};
    c.what = way_describe(p->mem, p->parts, part);
    if (*c.side)
        c.what = arena_format(p->mem, "%s; %s", c.what, c.branch);
    if (c.precision.trained != p->base->precision.trained)
        c.what = arena_format(p->mem, "%s; as %s", c.what, precision_trained(&c.precision));
    return add(p, c);
}

/* The largest part of the weights that fits: what learns less never needs more.  The search begins at a part that is
 * likely, since each plan takes time. */
static struct candidate *add_largest(struct plans *p, struct sketch o)
{
    struct candidate *best = NULL, *c;
    int i = 0;
    while (i < FRACTIONS - 1 && fractions[i] > o.slice)
        i++;
    for (int k = i; k < FRACTIONS && !best; k++) {
        o.slice = fractions[k];
        best = plans_add(p, parts_of(p, &o), &p->like);
        if (k > i && best)
            return best;
    }
    for (int k = i - 1; k >= 0 && best; k--) {
        o.slice = fractions[k];
        if (!(c = plans_add(p, parts_of(p, &o), &p->like)))
            return best;
        forget(p, best);
        best = c;
    }
    return best;
}

/* The same with values of two bytes, where they have four: a larger part may fit. */
static void add_in_two_bytes(struct plans *p, struct sketch o)
{
    enum trained_precision own = p->like.precision.trained;
    if (own == TRAINED_BFLOAT16)
        return;
    p->like.precision.trained = TRAINED_BFLOAT16;
    add_largest(p, o);
    p->like.precision.trained = own;
}

/* ---- windows ---- */

static enum part_kind kind_of_window(const struct parts *of, int from, int to)
{
    return parts_have(of, PART_WIDE, from, to) ? PART_WIDE : PART_NARROW;
}

void plans_of_windows(struct plans *p)
{
    const struct parts *of = p->parts;
    int length = of->ngroup < WINDOW ? of->ngroup : WINDOW;
    for (int from = 0; length && from + length <= of->ngroup; from++) {
        enum part_kind kind = kind_of_window(of, from, from + length);
        if (parts_have(of, kind, from, from + length))
            add_largest(p, (struct sketch){from, from + length, kind, 0.25, BIAS_WINDOW});
    }
}

/* Where the weights of a plan learn. */
static struct sketch sketch_of(const struct plans *p, const struct candidate *c)
{
    struct sketch o = {.from = -1};
    for (int i = 0; i < p->parts->nparam; i++) {
        enum part_kind kind = p->parts->kind[i];
        if (c->way.part[i] <= 0 || kind == PART_LAST || kind == PART_BIAS)
            continue;
        if (o.from < 0)
            o = (struct sketch){.from = p->parts->group[i], .kind = kind, .slice = c->way.part[i]};
        o.to = p->parts->group[i] + 1;
    }
    return o;
}

/* Low-rank branches beside the pointwise convolutions of the window, in place of their slices. */
static void add_low_rank(struct plans *p, struct sketch o, int rank)
{
    struct text side = text_new(p->mem);
    text_put(&side, "%s", "");
    for (int i = 0; i < p->parts->nparam; i++) {
        const char *name = p->parts->param[i]->name;
        if (p->parts->kind[i] == o.kind && p->parts->group[i] >= o.from && p->parts->group[i] < o.to)
            text_put(&side, "    [\"%.*s\"] = { lora = %d },\n", (int)(strrchr(name, '.') - name), name, rank);
    }
    struct candidate like = p->like;
    like.side = side.at;
    like.branch = "*.lora.*";
    o.slice = 0;
    plans_add(p, parts_of(p, &o), &like);
}

void plans_around(struct plans *p, const struct candidate *window)
{
    struct sketch o = sketch_of(p, window);
    if (o.from < 0)
        return;
    for (int rule = BIAS_RULES - 1; rule >= 0; rule--) {
        o.rule = (enum bias_rule)rule;
        add_largest(p, o);
        if (o.rule == BIAS_AROUND)
            add_in_two_bytes(p, o);
        if (o.rule == BIAS_AROUND && o.kind == PART_WIDE && parts_have(p->parts, PART_NARROW, o.from, o.to))
            add_largest(p, (struct sketch){o.from, o.to, PART_NARROW, o.slice, BIAS_AROUND});
    }
    o.rule = BIAS_BEFORE;
    for (int to = o.from + 2; to <= o.from + LONGEST && to <= p->parts->ngroup; to++)
        if (to != o.to)
            add_largest(p, (struct sketch){o.from, to, o.kind, o.slice, BIAS_BEFORE});
    if (parts_have(p->parts, PART_LITE, o.from, o.to))
        add_largest(p, (struct sketch){o.from, o.to, PART_LITE, 1, BIAS_AROUND});
    if (o.kind == PART_WIDE)
        add_low_rank(p, o, 4);
}

/* ---- biases, and all ---- */

/* The rate was found on a window: where so much more learns, half of it is nearer to the best. */
static void add_slices_of_all(struct plans *p)
{
    struct sketch o = {0, p->parts->ngroup, PART_POINTWISE, 0.25, BIAS_BEHIND};
    double rate = p->like.optimizer.rate;
    p->like.optimizer.rate = rate / 2;
    add_largest(p, o);
    add_in_two_bytes(p, o);
    p->like.optimizer.rate = rate;
}

void plans_of_depth(struct plans *p)
{
    const struct parts *of = p->parts;
    int groups = of->ngroup, deepest = groups;
    double *all = NEW_ARRAY(p->mem, double, of->nparam + 1);
    for (int i = 0; i < of->nparam; i++)
        all[i] = 1;
    plans_add(p, all, &p->like);
    if (parts_have(of, PART_WIDE, 0, groups))
        add_slices_of_all(p);
    for (int from = 0; from < groups && deepest == groups; from++) {
        struct sketch o = {from, from, PART_OTHER, 0, BIAS_BEHIND};
        if (plans_add(p, parts_of(p, &o), &p->like))
            deepest = from;
    }
    for (int third = 1; third <= 3; third++) {
        int from = deepest + third * (groups - deepest) / 3;
        struct sketch o = {from, from, PART_OTHER, 0, BIAS_BEHIND};
        plans_add(p, parts_of(p, &o), &p->like);
    }
    if (parts_have(of, PART_LITE, 0, groups))
        add_largest(p, (struct sketch){0, groups, PART_LITE, 1, BIAS_BEHIND});
}
