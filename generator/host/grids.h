/* SPDX-License-Identifier: MIT */
/* host/grids: a network of floats, samples -> a grid of int8 values for each result. */
#ifndef GRIDS_H
#define GRIDS_H

#include "data/data.h"
#include "host/worker.h"

/* real = (q - zero) * scale, -128 <= q <= 127.  Pools share the grid of what they read. */
struct grid {
    const struct node *own; /* whose result has it for its own; NULL: the image, or what integers read of floats */
    const struct val *seen; /* whose values it must hold; NULL: the image, whose grid the spec gives */
    double lo, hi;          /* what was seen */
    int64_t *bin;           /* how often, between lo and hi; without zeros, which cost nothing */
    double scale;
    int zero;
};

struct grids {
    struct arena *mem;
    const struct graph *graph;
    struct grid **result; /* by id of a val: its grid as int8, or NULL: it stays of floats */
    struct grid **read;   /* by id of a val of floats: the grid for integer layers that read it */
    struct grid **grid;   /* all */
    int ngrid, capacity;
};

/* True if the convolution (or dense layer) will be one of integers: its weights come from the file. */
bool becomes_integer(const struct node *n);

/* The grid of a convolution's input. */
struct grid *grid_read(const struct grids *c, const struct node *n);

/* Which results of a forward graph of floats will be int8, by the rules that operators give (node_grid). */
struct grids *grids_assign(struct arena *mem, const struct graph *g);

/* Fills in every grid: runs the network p, whose results are all kept, on the samples.  False after a message. */
bool grids_fit(struct grids *c, struct diag *d, const struct product *p, struct worker *l, const struct samples *s);

#endif
