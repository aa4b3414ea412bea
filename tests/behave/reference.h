/* SPDX-License-Identifier: MIT */
/* A naive forward pass in float64, read off the layers of a spec: the oracle of the emitted code.
 * Nothing of it is shared with the generator but the spec itself: windows, orders and formulas are
 * written here a second time. */
#ifndef REFERENCE_H
#define REFERENCE_H

#include "graph/graph.h"

/* A parameter in the order of a weights file: out, in, height, width. */
struct values {
    const struct param *param;
    double *at;
};

struct reference {
    struct arena *mem;
    const struct spec *spec;
    struct values *value;
    int nvalue;
    double **map; /* per layer, HWC */
};

/* `whole`: a graph of the spec in which no parameter is cut into slices. */
struct reference *reference_new(struct arena *mem, const struct spec *s, const struct graph *whole);

double *reference_values(const struct reference *r, const char *name);

/* Scores for an image of real numbers, HWC. */
const double *reference_scores(const struct reference *r, const double *image);

/* The loss of one sample: by label, or by target where the spec says mse. */
double reference_loss(const struct reference *r, const double *image, int label, const double *target);

#endif
