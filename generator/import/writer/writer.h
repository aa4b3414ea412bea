/* SPDX-License-Identifier: MIT */
/* writer: a model of layers -> the text of a spec, and its weights. */
#ifndef WRITER_H
#define WRITER_H

#include "import/model/model.h"

/* A network as a spec: the text of x.lua, and the tensors of x.safetensors. */
struct imported {
    struct text spec;
    struct tensor *tensor;
    int ntensor, tensor_capacity;
};

/* ---- units.c: which layers belong together, and their names ---- */

enum unit_kind {
    UNIT_LAYER,     /* one layer */
    UNIT_MBCONV,    /* [pointwise1] depthwise pointwise2 [add]: the spec language's mbconv */
    UNIT_SEPARABLE, /* depthwise pointwise */
    UNIT_RESIDUAL   /* conv1 conv2 .. [shortcut] add */
};

enum { MEMBERS = 12 };

struct unit_member {
    struct operation *op;
    const char *role; /* "conv1": its name within the block; NULL: a layer by itself */
};

struct unit {
    enum unit_kind kind;
    struct unit_member member[MEMBERS]; /* in the order in which they are written */
    int nmember;
    int shortcuts;    /* UNIT_RESIDUAL: how many members before the last lie on the short way */
    const char *name; /* "blocks.3"; of a layer its own */
    int number;       /* 3; -1: its name has none */
    int run;          /* units written as one loop have the same number */
};

struct units {
    struct unit *unit;
    int count;
    bool classifies; /* ends in the scores of classes */
};

/* Also sets op->layer, the name of every layer. */
struct units *model_units(struct model *m);

bool is_depthwise(const struct operation *o);
/* A factor and an offset for each channel of the input.  In front of all others it is called NORMALISE, and does not
 * learn: else the gradient would run through the whole network for it. */
bool is_normalisation(const struct operation *o);
#define NORMALISE "normalise"
/* Its parameters are a number, or two, for each channel. */
bool has_vectors(const struct operation *o);
/* "conv", "dwconv", ...: the constructor of the spec language. */
const char *constructor_of(const struct operation *o);

/* ---- spec_text.c, store.c ---- */

/* The spec as text; `network`: its name, that of a file without folder and ending. */
void write_spec(struct model *m, const struct units *u, const char *network, struct text *out);

/* Its weights as tensors, named after its layers. */
void store_weights(struct model *m, const struct units *u, struct imported *out);

#endif
