/* SPDX-License-Identifier: MIT */
/* What a plan is called: "biases of blocks.4-6 blocks.9; inputs 1/4 of blocks.7-9". */
#include "choose/plans.h"

#include <math.h>
#include <string.h>

/* "blocks.4", or "blocks.4-6" */
static void put_range(struct text *t, const struct parts *p, int first, int last)
{
    const char *number = strrchr(p->name[last], '.');
    text_put(t, " %s", p->name[first]);
    if (last > first)
        text_put(t, "-%s", number ? number + 1 : p->name[last]);
}

/* The groups in which just so much of a kind learns, behind `head`; nothing if there are none. */
static void put_groups(struct text *t, const struct parts *p, const double *part, enum part_kind kind, double much,
                       const char *head)
{
    int first = -1;
    for (int g = 0; g <= p->ngroup; g++) {
        bool learns = g < p->ngroup && fabs(parts_most(p, part, kind, g) - much) < 1e-9;
        if (learns && first < 0) {
            first = g;
            text_put(t, "%s", head);
            head = "";
        } else if (!learns && first >= 0) {
            put_range(t, p, first, g - 1);
            first = -1;
        }
    }
}

static bool everything(const struct parts *p, const double *part)
{
    for (int i = 0; i < p->nparam; i++)
        if (part[i] < 1)
            return false;
    return true;
}

char *way_describe(struct arena *mem, const struct parts *p, const double *part)
{
    static const double much[] = {1, 1.0 / 2, 1.0 / 4, 1.0 / 8, 1.0 / 16, 1.0 / 32};
    static const struct {
        enum part_kind kind;
        const char *name;
    } kinds[] = {{PART_WIDE, "pointwise"}, {PART_NARROW, "weights"}, {PART_LITE, "lite"}, {PART_OTHER, "others"}};
    struct text t = text_new(mem);
    text_put(&t, "%s", "");
    if (everything(p, part))
        return arena_string(mem, "everything");
    put_groups(&t, p, part, PART_BIAS, 1, "biases");
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t m = 0; m < sizeof much / sizeof *much; m++) {
            const char *between = t.length ? "; " : "";
            const char *head = much[m] < 1
                                   ? arena_format(mem, "%s%s inputs 1/%.0f", between, kinds[k].name, 1 / much[m])
                                   : arena_format(mem, "%s%s", between, kinds[k].name);
            put_groups(&t, p, part, kinds[k].kind, much[m], head);
        }
    return t.length ? t.at : arena_string(mem, "the last layer");
}
