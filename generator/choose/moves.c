/* SPDX-License-Identifier: MIT */
/* Steps from a plan to its neighbours. */
#include "choose/plans.h"

#include <math.h>
#include <string.h>

/* ---- neighbours ---- */

static double *copy_of(const struct plans *p, const struct candidate *c)
{
    double *part = NEW_ARRAY(p->mem, double, p->parts->nparam + 1);
    memcpy(part, c->way.part, sizeof *part * (size_t)p->parts->nparam);
    return part;
}

static void move_group(struct plans *p, const struct candidate *c, enum part_kind kind, int group, double to)
{
    if (group < 0 || group >= p->parts->ngroup)
        return;
    double *part = copy_of(p, c);
    for (int i = 0; i < p->parts->nparam; i++)
        if (p->parts->kind[i] == kind && p->parts->group[i] == group)
            part[i] = to;
    plans_add(p, part, c);
}

/* Every slice of a kind times a factor. */
static void move_slices(struct plans *p, const struct candidate *c, enum part_kind kind, double factor)
{
    double *part = copy_of(p, c);
    for (int i = 0; i < p->parts->nparam; i++)
        if (p->parts->kind[i] == kind)
            part[i] = fmin(1, part[i] * factor);
    plans_add(p, part, c);
}

static void move_window(struct plans *p, const struct candidate *c, enum part_kind kind)
{
    int first = -1, last = -1;
    for (int g = 0; g < p->parts->ngroup; g++)
        if (parts_most(p->parts, c->way.part, kind, g) > 0) {
            first = first < 0 ? g : first;
            last = g;
        }
    if (first < 0)
        return;
    double slice = parts_most(p->parts, c->way.part, kind, first);
    move_slices(p, c, kind, 2);
    move_group(p, c, kind, last + 1, slice);
    move_group(p, c, kind, first - 1, slice);
    move_slices(p, c, kind, 0.5);
    if (last > first) {
        move_group(p, c, kind, first, 0);
        move_group(p, c, kind, last, 0);
    }
}

static void move_precision(struct plans *p, const struct candidate *c)
{
    struct candidate other = *c;
    if (c->precision.forward == FORWARD_INT8) {
        other.precision.gradient = c->precision.gradient == GRADIENT_INT8 ? GRADIENT_INT16 : GRADIENT_INT8;
        plans_add(p, c->way.part, &other);
    }
    other = *c;
    other.precision.trained = c->precision.trained == TRAINED_BFLOAT16 ? TRAINED_FLOAT32 : TRAINED_BFLOAT16;
    plans_add(p, c->way.part, &other);
}

static void move_rate(struct plans *p, const struct candidate *c, double factor)
{
    struct candidate other = *c;
    other.optimizer.rate *= factor;
    plans_add(p, c->way.part, &other);
}

void plans_beside(struct plans *p, const struct candidate *c)
{
    move_rate(p, c, 1.6);
    move_rate(p, c, 1 / 1.6);
    move_window(p, c, PART_WIDE);
    move_window(p, c, PART_NARROW);
    for (int g = 0; g < p->parts->ngroup; g++)
        move_group(p, c, PART_BIAS, g, parts_most(p->parts, c->way.part, PART_BIAS, g) > 0 ? 0 : 1);
    move_precision(p, c);
}
