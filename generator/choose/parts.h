/* SPDX-License-Identifier: MIT */
/* parts: the parameters of a network in groups, and what kind each is of.  Inside the room choose.
 *
 *     first_conv   blocks.0   blocks.1   blocks.2   blocks.3   ...   classifier
 *
 * Groups are told by names: all that begins with "blocks.3." is one, its lite module too. */
#ifndef PARTS_H
#define PARTS_H

#include "graph/graph.h"

enum part_kind {
    PART_OTHER, /* other weights, factors of norms */
    PART_BIAS,
    PART_WIDE,   /* a 1x1 convolution with no fewer outputs than inputs: the expansion of an inverted bottleneck */
    PART_NARROW, /* another weight of a plain convolution or dense layer */
    PART_LITE,
    PART_LAST,     /* of the last layer */
    PART_POINTWISE /* no parameter's kind: both of the wide and the narrow, if 1x1 */
};

struct parts {
    struct param **param; /* in the network's order, without those that are slices of others */
    enum part_kind *kind; /* by parameter */
    int *group;           /* by parameter; that of the last layer is ngroup or more */
    int nparam;
    const char **name; /* of each group */
    int ngroup;        /* without the last layer's own */
};

/* From the graph of any spec whose parameters are whole. */
struct parts parts_find(struct arena *mem, const struct graph *g);

/* True if some parameter of groups from..to-1 is of the kind. */
bool parts_have(const struct parts *p, enum part_kind kind, int from, int to);

/* The largest part that learns of the parameters of a kind in a group; part: by parameter. */
double parts_most(const struct parts *p, const double *part, enum part_kind kind, int group);

#endif
