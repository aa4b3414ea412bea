/* SPDX-License-Identifier: MIT */
/* What activations share: y = f(x), one number from one, whose result may overwrite x.
 *
 * An activation is a file with the value and the slope of f, from which the tables of int8 networks are made, and two
 * templates for floats, f.c.tpl and f_dx.c.tpl, which see its attributes by their names.  Its gradient reads x, y, or
 * (`gate`) a mask of one bit an element, which is set where the slope is that of the upper piece of f. */
#ifndef ACTIVATION_H
#define ACTIVATION_H

#include "ops/ops.h"
#include "integers/integers.h"

#define ACTIVATION(NAME, ...)                                                                                          \
    {                                                                                                                  \
        .name = NAME, .in = {{"x", .rows = true}}, .inplace = 1, .setup = activation_setup, .bind = activation_bind,   \
        .grid = GRID_OWN, .integer = activation_integer, __VA_ARGS__                                                   \
    }
#define RESULT                                                                                                         \
    {                                                                                                                  \
        {                                                                                                              \
            "y", .rows = true                                                                                          \
        }                                                                                                              \
    }
#define RESULT_AND_MASK                                                                                                \
    {                                                                                                                  \
        {"y", .rows = true},                                                                                           \
        {                                                                                                              \
            "mask", .rows = true, .optional = true                                                                     \
        }                                                                                                              \
    }

/* Its gradient, which reads dy and x, y or gate. */
#define ACTIVATION_DX(NAME, READS)                                                                                     \
    {                                                                                                                  \
        .name = NAME, .in = {{"dy", .rows = true}, {READS, .rows = true}}, .out = {{"dx", .rows = true}},              \
        .inplace = 1, .bind = activation_bind,                                                                         \
    }

/* The i-th attribute is node.number[i], or of a word node.whole[i]: whether it is another than the first. */
void activation_setup(struct graph *g, struct node *n, const struct layer *l);

/* Shape, attributes; has_mask of an operator that can make one; what a gradient goes `by`: "mask" or "value". */
void activation_bind(const struct node *n, struct bindings *b);

/* The gradient rule: a node of `dx` with n's attributes, which reads n's x, its y, or its gate; NULL if no gradient
 * is wanted.  It need not be the last of the graph: a sum may follow. */
struct node *activation_grad(struct graph *g, struct node *n, const struct op *dx, struct val *reads);

/* The same for a gate: y itself where it is kept anyway and tells (`by_y`) on which piece x was; else a mask. */
void activation_gate_grad(struct graph *g, struct node *n, const struct op *dx, bool by_y);

#endif
