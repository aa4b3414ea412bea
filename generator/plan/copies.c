/* SPDX-License-Identifier: MIT */
/* What is left of the flash budget is spent on second copies of frozen weights.
 *
 * A gradient of integers reads the weights as the forward pass has them, across their order; from a copy in an order of
 * its own it is faster, and has the same bits.  Those that save the most work a byte come first, as long as they fit:
 * 1x1 convolutions of the largest maps.  Equal ones keep the order in which they run. */
#include "plan/plan.h"

struct wanted_copy {
    struct param *param;
    int64_t macs, bytes; /* of all gradients that read it, made again or not; of the copy */
};

struct wanted_copies {
    struct wanted_copy *list;
    int count, capacity;
};

/* The weights that a task could read from a copy: its input; or NULL. */
static struct val **weights_of(const struct task *t)
{
    struct val **weights = t->node->op->by_input ? t->node->op->by_input(t->node) : NULL;
    bool there = weights && (*weights)->role == ROLE_FROZEN && (*weights)->content != CONTENT_BY_INPUT;
    return there ? weights : NULL;
}

static int64_t copy_bytes(const struct val *weights)
{
    struct val copy = *weights;
    copy.content = CONTENT_BY_INPUT;
    return param_elements(&copy) * type_bits(copy.type) / 8;
}

static void add_wanted(struct arena *mem, struct wanted_copies *w, const struct node *n, const struct val *weights)
{
    int at = 0;
    while (at < w->count && w->list[at].param != weights->param)
        at++;
    if (at == w->count) {
        GROW(mem, w->list, w->count, w->capacity);
        w->list[w->count++] = (struct wanted_copy){weights->param, 0, copy_bytes(weights)};
    }
    w->list[at].macs += node_macs(n);
}

/* True if a goes before b: in doubles, products of two large numbers. */
static bool saves_more(const struct wanted_copy *a, const struct wanted_copy *b)
{
    return (double)a->macs * (double)b->bytes > (double)b->macs * (double)a->bytes;
}

static void sort_wanted(struct wanted_copies *w)
{
    for (int i = 1; i < w->count; i++) {
        const struct wanted_copy one = w->list[i];
        int at = i;
        for (; at > 0 && saves_more(&one, &w->list[at - 1]); at--)
            w->list[at] = w->list[at - 1];
        w->list[at] = one;
    }
}

static struct wanted_copies copies_wanted(struct arena *mem, const struct program *p)
{
    struct wanted_copies w = {NULL, 0, 0};
    for (int s = 0; s < p->nsweep; s++)
        for (int i = 0; i < p->sweep[s].ntask; i++) {
            struct val **weights = weights_of(&p->sweep[s].task[i]);
            if (weights)
                add_wanted(mem, &w, p->sweep[s].task[i].node, *weights);
        }
    sort_wanted(&w);
    return w;
}

/* Whatever reads these weights reads the copy. */
static void exchange(const struct program *p, const struct param *param, struct val *copy)
{
    for (int s = 0; s < p->nsweep; s++)
        for (int i = 0; i < p->sweep[s].ntask; i++) {
            struct val **weights = weights_of(&p->sweep[s].task[i]);
            if (weights && (*weights)->param == param)
                *weights = copy;
        }
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
        exchange(p->train, one->param, param_val(g, one->param, CONTENT_BY_INPUT, I8));
        p->copies.count++;
        p->copies.bytes += one->bytes;
    }
    p->copies.saved = (work - program_work(price, p->train)) / 100;
}
