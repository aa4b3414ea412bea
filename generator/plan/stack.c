/* SPDX-License-Identifier: MIT */
/* Bounds on the stack of a call of the emitted code.
 *
 * The deepest call is train -> sweep -> its function -> kernel -> what the kernel calls.  Arrays follow from shapes and are counted;
 * what compilers keep beside them, addresses, counters, sums that found no register, was measured: gcc 12 and clang 14,
 * -O0 to -O3 and -Os, on Cortex-M0, M4, M55, AVR, riscv64, AArch64 and x86-64 from SSE2 to AVX-512.  The figures below
 * are the most that was seen, and a margin; tests/behave/stack.sh measures again. */
#include "plan/plan.h"

enum {
    API_BYTES = 168,     /* train */
    INTEGERS_BYTES = 96, /* more of it where ranges of integer gradients end their step */
    SWEEP_BYTES = 152,   /* a sweep, besides its counters, and a function that it calls */
    TASK_BYTES = 5,      /* a counter for each task, and what compilers keep of its constants */
    KERNEL_BYTES =
        592, /* a kernel and what it calls: 224 with a struct product, a driver of tiles 72, a tile 232, a leaf 64 */
    UNOPTIMISED_BYTES = 448, /* without optimisation: temporaries of unrolled kernels */
    ARGUMENT_BYTES = 4,      /* and every address among the arguments of a call has a place of its own */
    WIDE_BYTES = 3584        /* vectors of 16 floats: 12 x 2 sums and their copies */
};

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static bool in_strips(const struct sweep *w)
{
    return w->nstep > w->ntask;
}

static int64_t arguments(const struct sweep *w)
{
    int64_t count = 0;
    for (int i = 0; i < w->ntask; i++) {
        const struct node *n = w->task[i].node;
        for (int k = 0; k < n->nin; k++)
            count += n->in[k] != NULL;
        for (int k = 0; k < n->nout; k++)
            count += n->out[k] != NULL;
    }
    return count;
}

/* Arrays of a kernel: pointers to the rows under a window, or what its operator says. */
static int64_t arrays(const struct node *n)
{
    return n->op->stack ? n->op->stack(n) : 4 * n->win.kh;
}

static int64_t largest_arrays(const struct program *p)
{
    int64_t largest = 0;
    for (int i = 0; i < p->nsweep; i++)
        for (int k = 0; k < p->sweep[i].ntask; k++)
            largest = most(largest, arrays(p->sweep[i].task[k].node));
    return largest;
}

/* Floats of an int8 network have one lane everywhere. */
static int64_t vector_arrays(const struct graph *g)
{
    int64_t largest = 0;
    for (int i = 0; i < g->nnode && g->spec->precision.forward != FORWARD_INT8; i++)
        if (g->node[i]->op->vector_stack)
            largest = most(largest, g->node[i]->op->vector_stack(g->node[i]));
    return largest;
}

/* A program's own part, without its kernels. */
static struct stack_bounds program_bounds(const struct program *p)
{
    int64_t plain = 0, sweep = 0, addresses = 0;
    for (int i = 0; i < p->nsweep; i++) {
        const struct sweep *w = &p->sweep[i];
        if (!in_strips(w)) {
            plain += arguments(w);
            continue;
        }
        sweep = most(sweep, SWEEP_BYTES + TASK_BYTES * w->ntask);
        addresses = most(addresses, arguments(w));
    }
    return (struct stack_bounds){sweep, sweep + ARGUMENT_BYTES * (plain + addresses), 0, 0};
}

struct stack_bounds stack_bounds(const struct graph *g, const struct program *predict, const struct program *train)
{
    struct stack_bounds all = program_bounds(predict);
    int64_t base = API_BYTES + (g->nrange ? INTEGERS_BYTES : 0) + KERNEL_BYTES, largest = 0;
    if (train) {
        struct stack_bounds learning = program_bounds(train);
        all.optimised = most(all.optimised, learning.optimised);
        all.unoptimised = most(all.unoptimised, learning.unoptimised);
    }
    largest = most(largest_arrays(predict), train ? largest_arrays(train) : 0);
    base = (base + largest + 7) / 8 * 8;
    all.optimised = base + (all.optimised + 7) / 8 * 8;
    all.unoptimised = base + UNOPTIMISED_BYTES + (all.unoptimised + 7) / 8 * 8;
    all.wide = 2 * all.unoptimised + WIDE_BYTES;
    all.vector = all.wide + vector_arrays(g);
    return all;
}
