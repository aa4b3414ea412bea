/* SPDX-License-Identifier: MIT */
/* The inside of the choice of segments: what a part of the network takes (pieces.c), in which manners a segment can be run
 * (manners.c), and lists of what is worth going on from (labels.c). */
#ifndef CHOOSER_H
#define CHOOSER_H

#include "schedule/segment.h"

enum { GRAINS = 4 };
extern const int grains[GRAINS]; /* strips a map: rows, eighths, quarters, whole */

/* A part of a program: its bytes, once packed, and its work. */
struct measure {
    int64_t peak, cost;
};

struct chooser {
    struct arena *mem;
    const struct graph *g;
    const struct price *price;
    struct segments *s;
    struct dry_runs *runs; /* parts of all graphs */
    struct known *forward; /* forward parts of this one */
    struct manners *known; /* of segments [a, b), by a, b - a and `last`: see manners_of */
    struct arena *kept;    /* where those lie */
};

struct chooser *chooser_new(struct arena *mem, const struct graph *g, const struct price *price, struct dry_runs *runs);

/* The same chooser, which makes its lists and outlines in `mem`. */
struct chooser *chooser_in(struct arena *mem, const struct chooser *c);

/* How many cuts a segment or a piece may span. */
int span_of(const struct segments *s);

/* ---- pieces.c ---- */

/* Where a forward pass of [a, b) ends: before b if neither its result is wanted nor anything of `save` made behind. */
int forward_end(const struct chooser *c, int a, int b, const struct vals *save, bool result);

/* The split of forward [a, b) into sweeps with the smallest peak: next[i] is where the piece that begins
 * at cut a + i ends.  result: the tensor at cut b is wanted, too. */
struct measure forward_best(struct chooser *c, int a, int b, const struct vals *save, int strips, bool result,
                            int *next);

/* What of `save` a forward piece [a, b) makes or passes on. */
struct vals saved_here(const struct chooser *c, const struct vals *save, int a, int b);

/* The backward sweeps of [a, b), and its updates. */
struct measure backward_part(struct chooser *c, int a, int b, enum mode mode, int strips);

/* ---- labels.c ---- */

/* So many bytes are held for backward sweeps to come, so many were alive at the worst moment so far, so much work was done:
 * behind segment [a, b), which came after all that `before` stands for. */
struct label {
    int64_t held, peak, cost;
    int64_t grade;              /* the work, in units of the list */
    const struct label *before; /* NULL: nothing was done yet */
    int a, b, strips;
    enum mode mode;
    const struct label *again; /* NULL, or the last of the segments that [a, b) is run again in, see manners.c */
};

/* The first `settled` of a list beat none of each other; those behind them are new. */
struct labels {
    struct label *list;
    int count, capacity, settled;
};

void add_label(struct arena *mem, struct labels *l, struct label added);

/* What is worth going on from, in memory of its own size.  Of more than `most` those go whose work is nearly another's that
 * beats them in bytes. */
struct labels thinned(struct arena *mem, struct labels *l, int most);

/* ---- manners.c ---- */

/* How [a, b) is run, forward and backward. */
struct manner {
    int64_t held, cost;
    int64_t forward, backward; /* most bytes alive in each */
    enum mode mode;
    int strips;
    const struct label *again;
};

struct manners {
    struct manner *list;
    int count, capacity;
    bool known;
};

/* In which manners [a, b) can be run, but for those that another beats.  last: it is the last of what is run again, whose
 * result nobody wants. */
const struct manners *manners_of(const struct chooser *c, int a, int b, bool last);

/* Behind each label of `from` each manner to run [a, b).  beside: bytes that stay through all forward passes. */
void extend(struct arena *growing, const struct labels *from, struct labels *to, int a, int b, const struct manners *m,
            int64_t beside);

#endif
