/* SPDX-License-Identifier: MIT */
/* What is left of the flash budget is spent on second copies of frozen weights.
 *
 * A gradient of integers reads the weights as the forward pass has them, across their order; from a copy in an order of
 * its own it is faster, and has the same bits.  Those that save the most work a byte come first, as long as they fit:
 * 1x1 convolutions of the largest maps.  Equal ones keep the order in which they run. */
#include "plan/plan.h"

struct wanted_copy {
    const struct node *node;
    struct val **weights; /* its input */
    int64_t bytes;
};

struct wanted_copies {
    struct wanted_copy *list;
    int count, capacity;
};

static int64_t copy_bytes(const struct val *weights)
{
    struct val copy = *weights;
    copy.content = CONTENT_BY_INPUT;
    return param_elements(&copy) * type_bits(copy.type) / 8;
}

/* True if a goes before b: in doubles, products of two large numbers. */
static bool saves_more(const struct wanted_copy *a, const struct wanted_copy *b)
{
    return (double)node_macs(a->node) * (double)b->bytes > (double)node_macs(b->node) * (double)a->bytes;
}

static void add_wanted(struct arena *mem, struct wanted_copies *w, struct wanted_copy one)
{
    GROW(mem, w->list, w->count, w->capacity);
    int at = w->count++;
    for (; at > 0 && saves_more(&one, &w->list[at - 1]); at--)
        w->list[at] = w->list[at - 1];
    w->list[at] = one;
}

static struct wanted_copies copies_wanted(struct arena *mem, const struct program *p)
{
    struct wanted_copies w = {NULL, 0, 0};
    for (int s = 0; s < p->nsweep; s++)
        for (int i = 0; i < p->sweep[s].ntask; i++) {
            struct node *n = p->sweep[s].task[i].node;
            struct val **weights = n->op->by_input ? n->op->by_input(n) : NULL;
            if (weights && (*weights)->role == ROLE_FROZEN && (*weights)->content != CONTENT_BY_INPUT)
                add_wanted(mem, &w, (struct wanted_copy){n, weights, copy_bytes(*weights)});
        }
    return w;
}

void plan_spend_flash(struct plan *p, struct graph *g, const struct price *price)
{
    int64_t left = g->spec->budget.flash - plan_flash(p, g);
    if (!g->spec->budget.flash || !p->train)
        return;
    int64_t work = program_work(price, p->train);
    struct wanted_copies w = copies_wanted(g->mem, p->train);
    for (int i = 0; i < w.count; i++) {
        const struct wanted_copy *one = &w.list[i];
        if (one->bytes > left)
            continue;
        left -= one->bytes;
        *one->weights = param_val(g, (*one->weights)->param, CONTENT_BY_INPUT, I8);
        p->copies.count++;
        p->copies.bytes += one->bytes;
    }
    p->copies.saved = (work - program_work(price, p->train)) / 100;
}
