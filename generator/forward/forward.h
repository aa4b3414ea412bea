/* SPDX-License-Identifier: MIT */
/* forward: the graph of the forward pass and the loss, as a spec has it. */
#ifndef FORWARD_H
#define FORWARD_H

#include "graph/graph.h"

/* Layers, their parameters, what of them learns, norms and sums folded into what stands before them; rewritten for
 * integers where the spec asks for it.  norms: statistics of batch norms that go before those in weights, or NULL.  NULL
 * after messages. */
struct graph *forward_build(struct arena *mem, struct diag *d, const struct spec *s, const struct tensor_file *weights,
                            const struct tensor_file *norms);

/* ---- slice.c ---- */

/* `outputs = 1/4` of a weight: from here on a part of it learns, as a parameter of its own. */
void slice_train(struct graph *g, struct param *p, const struct update *u);

#endif
