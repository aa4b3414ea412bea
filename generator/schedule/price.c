/* SPDX-License-Identifier: MIT */
/* What a program's work takes, in instructions: a measure for choosing between plans and for reports, good to a
 * fifth or so.
 *
 * tests/firmware/count.sh counts (gcc -O2, instructions of emulated cores).  `mac`: all of a training step of
 * mcunet-5fps, layer by layer, divided by its multiply-accumulates.  The rest is what a kernel takes more if its rows
 * come in one call more, from the plans --fastest and --smallest of README's signs, specs/motion-1d.lua,
 * tests/firmware/small.lua and a MobileNet of 96 x 96 pixels, kernel by kernel.  One that only goes over elements takes
 * `call`: some 30 in the sweep that calls it, 10 to 30 of its own.  Convolutions begin anew with the weights of each
 * output channel (`channel`: 7 to 20 for floats, 30 to 80 for integers) and gradients of weights with each weight (11
 * to 18); depthwise convolutions with each weight and, of integers, with the rows above (`tap`: 2 to 5, 8 to 28).
 *
 * What is not counted: pixels that are left over from a register tile, at the end of each strip, where a map has few
 * columns.  Of that MobileNet the smallest plan, 204 calls more, is estimated at 0.8 % above the fastest; it is 1.6 %.  */
#include "schedule/schedule.h"

#include <string.h>

static const struct price table[] = {
    {"cortex-m4", {{375, 390}, {125, 213}}, 50, {10, 50}, {3, 10}},
    {"cortex-m7", {{375, 390}, {125, 213}}, 50, {10, 50}, {3, 10}},
    {"cortex-m33", {{375, 390}, {125, 213}}, 50, {10, 50}, {3, 10}},
    {"cortex-m55",
     {{375, 390}, {53, 107}},
     50,
     {10, 50},
     {3, 10}}, /* integers by Helium; floats and calls as an M4's */
    {"cortex-m85", {{375, 390}, {53, 107}}, 50, {10, 50}, {3, 10}},
    {"cortex-m0plus", {{18900, 20300}, {920, 1000}}, 100, {14, 400}, {4, 20}}, /* floats in software */
};

const struct price *price_of(const char *target)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (target && !strcmp(target, table[i].target))
            return &table[i];
    return NULL;
}

const struct price *price_anyhow(const char *target)
{
    const struct price *p = price_of(target);
    return p ? p : &table[0];
}

static bool is_integer(const struct node *n)
{
    return strstr(n->op->name, "_int") != NULL;
}

static int64_t call_price(const struct price *p, const struct node *n)
{
    const struct window *w = &n->win;
    bool integer = is_integer(n);
    if (!n->op->macs)
        return p->call;
    if (w->groups > 1 && w->groups == n->out[0]->c)
        return p->call + (int64_t)p->tap[integer] * w->kh * w->kw * w->groups;
    return p->call + (int64_t)p->channel[integer] * n->out[0]->c;
}

/* Instructions that channels take which are read or added to where they lie (gather.c): each that is gathered, once for
 * every window that sees it; sums that are stored and loaded between blocks; each result that is added. */
static int64_t index_price(const struct node *n)
{
    enum { GATHERED = 6, SUMS = 3, ADDED = 8 };
    int64_t price = 0;
    for (int k = 0; k < n->nin && n->op->macs; k++) {
        int index = n->op->in[k].index;
        if (!index || !n->in[index - 1])
            continue;
        bool weights = n->op->stepping == STEP_ACCUMULATE; /* their gradient: products of in[0] and in[1] */
        int columns = weights ? node_input(n, 1 - k).c : node_output(n, 0).c;
        price += node_macs(n) / SUMS + GATHERED * (node_macs(n) / columns);
    }
    if (n->out[0] && n->op->out[0].index && n->in[n->op->out[0].index - 1]) {
        struct val y = node_output(n, 0);
        price += (int64_t)ADDED * y.h * y.w * y.c;
    }
    return price;
}

/* What weights in a second copy, in the order of the kernel, save. */
static int copy_saves(const struct node *n)
{
    enum { SAVED = 22 };
    for (int k = 0; k < n->nin; k++)
        if (n->in[k] && n->in[k]->content == CONTENT_BY_INPUT)
            return SAVED;
    return 0;
}

int64_t node_work(const struct price *price, const struct node *n, int calls)
{
    return 100 * (index_price(n) + calls * call_price(price, n)) +
           node_macs(n) * (price->mac[is_integer(n)][n->pass == PASS_BACKWARD] - copy_saves(n));
}

int64_t program_work(const struct price *price, const struct program *p)
{
    int64_t work = 0;
    for (int s = 0; s < p->nsweep; s++) {
        const struct sweep *w = &p->sweep[s];
        for (int i = 0; i < w->ntask; i++)
            work += node_work(price, w->task[i].node, 0);
        for (int i = 0; i < w->nstep; i++)
            work += 100 * call_price(price, w->task[w->step[i].task].node);
    }
    return work;
}

struct longest program_longest(const struct program *p)
{
    struct longest most = {0, NULL};
    for (int s = 0; s < p->nsweep; s++)
        for (int i = 0; i < p->sweep[s].nstep; i++) {
            const struct step *step = &p->sweep[s].step[i];
            const struct node *n = p->sweep[s].task[step->task].node;
            int64_t macs = node_macs(n) * (step->y1 - step->y0) / node_steps(n);
            if (macs > most.macs)
                most = (struct longest){macs, n};
        }
    return most;
}
