/* SPDX-License-Identifier: MIT */
/* take and put: the channels of a slice, and back. */
#ifndef TAKE_H
#define TAKE_H

#include "graph/op.h"

/* Their inputs, by position; PLUS is one of put. */
enum { TAKE_X, TAKE_INDEX, TAKE_PLUS };

extern const struct op op_take, op_put;

#endif
