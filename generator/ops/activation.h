/* SPDX-License-Identifier: MIT */
/* What activations share: y = f(x), one number from one, whose result may overwrite x.
 *
 * An activation is a file with the value and the slope of f, from which the tables of int8 networks are made, and two
 * templates for floats, f.c.tpl and f_dx.c.tpl, which see its attributes by their names. */
#ifndef ACTIVATION_H
#define ACTIVATION_H

#include "ops/int8.h"

#define ACTIVATION(NAME, ...)                                                                                          \
    {                                                                                                                  \
        .name = NAME, .in = {{"x", .rows = true}}, .out = {{"y", .rows = true}}, .inplace = 1,                         \
        .setup = activation_setup, .bind = activation_bind, .grid = GRID_OWN, .integer = activation_integer,           \
        __VA_ARGS__                                                                                                    \
    }

/* Its gradient, which reads dy and x or y. */
#define ACTIVATION_DX(NAME, READS)                                                                                     \
    {                                                                                                                  \
        .name = NAME, .in = {{"dy", .rows = true}, {READS, .rows = true}}, .out = {{"dx", .rows = true}},              \
        .inplace = 1, .bind = activation_bind,                                                                         \
    }

/* node.number[i] is the i-th attribute, if that is a number. */
void activation_setup(struct graph *g, struct node *n, const struct layer *l);
void activation_bind(const struct node *n, struct bindings *b);

/* The gradient rule: a node of `dx` with n's attributes, which reads n's x or y. */
void activation_grad(struct graph *g, struct node *n, const struct op *dx, struct val *reads);

#endif
