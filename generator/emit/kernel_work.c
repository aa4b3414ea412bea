/* SPDX-License-Identifier: MIT */
/* What the kernel functions of a plan do in one call of its programs: for reports. */
#include "emit/names.h"

#include <string.h>

static void count_sweep(struct arena *mem, struct kernel_work *list, const struct kernels *k, const struct price *price,
                        const struct sweep *w, int program)
{
    for (int i = 0; i < w->ntask; i++) {
        const struct node *n = w->task[i].node;
        const struct kernel *one = n->op->bind ? kernel_of(mem, k, n) : NULL;
        if (!one)
            continue;
        struct kernel_work *r = &list[one - k->list];
        int calls = 0;
        for (int s = 0; s < w->nstep; s++)
            calls += w->step[s].task == i;
        r->calls[program] += calls;
        r->macs[program] += node_macs(n);
        r->work[program] += node_work(price, n, calls);
    }
}

struct kernel_work *kernel_works(struct arena *mem, const struct price *price, const struct plan *p, int *count)
{
    const struct program *both[2] = {p->predict, p->train};
    struct kernels k = {0};
    for (int i = 0; i < 2; i++)
        if (both[i])
            kernels_collect(mem, &k, both[i]);
    struct kernel_work *list = NEW_ARRAY(mem, struct kernel_work, k.count + 1);
    for (int i = 0; i < k.count; i++) {
        list[i] = (struct kernel_work){.name = k.list[i].name, .op = k.list[i].node->op->name};
        list[i].users = k.list[i].users.at;
    }
    for (int i = 0; i < 2; i++)
        for (int s = 0; both[i] && s < both[i]->nsweep; s++)
            count_sweep(mem, list, &k, price, &both[i]->sweep[s], i);
    *count = k.count;
    return list;
}
