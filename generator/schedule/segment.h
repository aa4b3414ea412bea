/* SPDX-License-Identifier: MIT */
/* The inside of the room schedule: cut points and segments.
 *
 *     image --[ segment ]-- cut --[ segment ]-- cut --[ segment ]-- ... --[ last segment, loss ]
 *
 * A cut is a tensor through which everything flows.  A segment [a, b) is what lies between two cuts.  It
 * runs forward in one or more sweeps (pieces) and backward in one, which reads what the forward pass
 * saved, or recomputes it from the segment's saved input.
 *
 * A segment may begin long before anything learns in it: its forward pieces may then run through the place where
 * learning begins, and nothing need be whole there.  One where nothing learns has no backward sweep.  So
 * whatever is a plan where more learns is one where less does.                                       */
#ifndef SEGMENT_H
#define SEGMENT_H

#include "schedule/schedule.h"

struct cut {
    struct val *val;
    int node; /* the first forward node behind it */
};

struct segments {
    struct arena *mem;
    const struct graph *g;
    struct cut *cut;     /* cut[0]: the image, or its rows as they come; cut[n]: the end, without a val */
    int n;               /* segments run from 0 to n */
    int nforward;        /* forward nodes */
    struct vals tail;    /* vectors behind the last map that backward reads */
    struct vals forward; /* everything that the forward pass makes, and the image */
    int *position;       /* by val id: place of its def among the nodes */
    int *update;         /* by a gradient's id: place of the node that applies it */
};

/* ---- nodes that are wanted, and all that they need of what is not there ---- */

struct collecting {
    const struct segments *s;
    const struct vals *stop; /* what is there */
    bool *wanted;            /* by place among the nodes */
    int first, end;          /* those wanted are first <= i < end */
};

struct collecting collecting_new(const struct segments *s, const struct vals *stop);
void collect(struct collecting *c, int node);

/* What the updates of the parameters of [a, b) read, and the node that makes its input's gradient. */
void collect_sinks(const struct segments *s, int a, int b, struct collecting *c);

/* The map that v's channels are taken of, or NULL. */
struct val *map_of(const struct val *v);

/* The smaller tensor that v is only another form of (integers of which v has the real values), or v: what is kept, for one
 * pass over its elements makes v again, row by row. */
struct val *narrow_form(struct val *v);

/* ---- cuts and segments ---- */

struct segments *segments_find(struct arena *mem, const struct graph *g);

/* False if nothing before cut b learns: segments that end there run forward only. */
bool segment_learns(const struct segments *s, int b);

/* True if the forward sweep that begins at cut a takes the rows of the image as they come. */
bool segment_takes(const struct segments *s, int a);

/* True if slices in [a, b) learn: then SAVE_MAPS makes a difference. */
bool segment_slices(const struct segments *s, int a, int b);

/* True if weight gradients of [a, b) can come apart: see APART. */
bool segment_comes_apart(const struct segments *s, int a, int b, enum mode mode);

/* What is kept in memory from the forward to the backward sweep of [a, b). */
struct vals segment_saved(const struct segments *s, int a, int b, enum mode mode);

/* True if `save` holds the image, whose rows come one by one, though a backward sweep of [a, b) could do without it: such a
 * way is left out. */
bool segment_keeps_image(const struct segments *s, int a, int b, const struct vals *save);

int64_t vals_bytes(const struct graph *g, const struct vals *v);

/* Append the forward sweep of [a, c) that gives its result, if that is wanted, and `save`; the loss; the backward sweeps of
 * [a, b) and the updates of what learns there.  strips: every map is cut into about so many; 0: into rows. */
void outline_forward(const struct segments *s, struct outline *o, int a, int c, const struct vals *save, int strips,
                     bool result);
struct outline outline_whole(struct arena *mem, struct node **node, int nnode); /* every node, one after the other */
void outline_loss(const struct segments *s, struct outline *o);
void outline_backward(const struct segments *s, struct outline *o, int a, int b, enum mode mode, int strips);
void outline_last_updates(const struct segments *s, struct outline *o);

/* What is there when the backward sweep of [a, b) begins. */
struct vals backward_sources(const struct segments *s, int a, int b, enum mode mode);

/* The gradient that a segment hands to the one before it, or NULL. */
struct val *gradient_at(const struct segments *s, int cut);

#endif
