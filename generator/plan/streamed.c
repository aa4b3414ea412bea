/* SPDX-License-Identifier: MIT */
/* The bytes of a sample whose image comes row by row: see templates/net.h.tpl, struct stream.
 *
 *     begun learn rows scored run turn at 0 | rows made, for each stage | buffers of the program
 *
 * and, where a loss is asked for behind a prediction, room for its gradient beside the scores and, with spare classes, the
 * features: nothing else is alive by then. */
#include "plan/plan.h"
#include "schedule/order.h"

enum { WORD = 4, WORDS = 8 };

static int64_t aligned(int64_t bytes)
{
    return (bytes + BUFFER_ALIGNMENT - 1) / BUFFER_ALIGNMENT * BUFFER_ALIGNMENT;
}

/* Where a tensor lies that a program leaves behind; -1: it has no place. */
static int64_t place_of(const struct program *p, const struct val *v)
{
    for (int i = p->ncopy - 1; i >= 0; i--)
        if (p->copy[i]->val == v && p->copy[i]->buffer)
            return p->copy[i]->buffer->offset;
    return -1;
}

void plan_stream(struct plan *p, const struct graph *g)
{
    const struct val *features = g->classes.features;
    int64_t scores = place_of(p->predict, g->scores), bytes = aligned(val_bytes(g->scores));
    int64_t other = features ? place_of(p->predict, features) : -1, end = scores + bytes;
    int stages = order_stages(&p->predict->sweep[0]), learning = p->train ? order_stages(&p->train->sweep[0]) : 0;
    p->stream.counters = stages > learning ? stages : learning;
    p->stream.bytes = aligned(WORD * (WORDS + p->stream.counters));
    if (other >= 0 && other + aligned(val_bytes(features)) > end)
        end = other + aligned(val_bytes(features));
    p->stream.gradient = scores >= bytes && other < 0 ? 0 : end;
    if (p->train && p->predict->arena < p->stream.gradient + bytes)
        p->predict->arena = p->stream.gradient + bytes;
}
