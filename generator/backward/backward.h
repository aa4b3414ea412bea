/* SPDX-License-Identifier: MIT */
/* backward: appends the gradient of the loss and the updates as ordinary nodes. */
#ifndef BACKWARD_H
#define BACKWARD_H

#include "graph/op.h"

/* The operators that the updates are made of; the room ops provides them. */
struct updates {
    const struct op *sgd, *sgd_momentum, *adam, *record;
};

/* Needs: a forward graph with its loss.  Leaves: gradient nodes for all that learns, and an update
 * behind each gradient.  Only nodes from which a trained value is reachable are visited, so frozen
 * operators save nothing for it.  With a batch of more than one sample gradients become STATE. */
void backward(struct graph *g, const struct updates *u);

/* What is wrong behind backward(), or NULL: a value that learns is updated whole and once, one that does not never, and
 * nothing reads a value behind its update.  backward() calls it. */
const char *backward_check(struct arena *mem, const struct graph *g);

#endif
