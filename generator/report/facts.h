/* SPDX-License-Identifier: MIT */
/* facts: what several reports say about a plan.  Inside the room report. */
#ifndef FACTS_H
#define FACTS_H

#include "report/report.h"

/* What a buffer is there for.  Each is a colour of the picture. */
enum buffer_kind {
    KIND_IMAGE,
    KIND_MAP,         /* what a layer gave */
    KIND_RECOMPUTED,  /* the same, made once more for the backward pass */
    KIND_MASK,        /* one bit an element */
    KIND_GRADIENT,    /* of a map */
    KIND_ACCUMULATOR, /* of a parameter: a sum over rows */
    KINDS
};

enum buffer_kind buffer_kind(const struct program *w, const struct buffer *b);
const char *kind_name(enum buffer_kind k); /* for people: "parameter gradient" */

/* Fewer rows than the tensor has, used again and again. */
bool buffer_is_ring(const struct buffer *b);

/* The program whose scratch is the larger one. */
const struct program *largest_program(const struct plan *p);

/* Bytes alive at every step, [steps][KINDS]: rings whole while they are used, maps row by row. */
int64_t *alive_by_kind(struct arena *mem, const struct program *w);

/* What one layer of the spec costs. */
struct layer_row {
    const char *name, *op;
    const struct val *out;
    int64_t forward, backward, recompute; /* MACs */
    int64_t weights;                      /* bytes in flash */
    int64_t trained, state;               /* bytes in net: what learns, what its optimiser keeps */
    int64_t map;                          /* bytes of its result, were it whole */
    int64_t held;                         /* most bytes of scratch that its forward results take */
    int64_t saved;                        /* kept by the forward for the backward pass */
};

struct layer_row *layer_rows(struct arena *mem, const struct product *p, int *count);

/* What the forward pass keeps for the backward pass, and why. */
struct kept {
    const struct val *val;
    const char *layer, *reader; /* that made it, that the first reader of this kind belongs to */
    const char *why;            /* "weights", "gradient", "mask" or "again" */
    int64_t bytes;
};

struct kept *kept_list(struct arena *mem, const struct program *w, int *count);

/* The report's keys as cJSON; without layers and buffers: see page_facts.c. */
struct cJSON;
struct cJSON *plan_json(const struct product *p, bool lists);

/* Instructions of a prediction and of a training step on p->target.  False: no such core is known. */
bool estimate_instructions(const struct product *p, int64_t *predict, int64_t *train);

/* Bytes of net that are of a role. */
int64_t net_bytes(const struct graph *g, enum role role);

/* "25.4 M": counts for people. */
const char *count_text(struct arena *mem, int64_t n);

#endif
