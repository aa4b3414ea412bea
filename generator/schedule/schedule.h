/* SPDX-License-Identifier: MIT */
/* schedule: in which order rows are made, and how many of them exist at a time.
 *
 * A *program* runs *sweeps* one after the other.  A sweep runs its *tasks* (nodes) together, in strips
 * from top to bottom.  Each making of a tensor is a *copy*; copies that overwrite each other in place
 * share one *buffer*.  A buffer that only its own sweep reads is a ring of a few rows; one that a later
 * sweep reads is a full map.  Time is counted in steps: one call of one kernel.                       */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include "graph/op.h"
#include "pack/pack.h"

struct buffer {
    const char *name;      /* of the last tensor that lives in it */
    const struct val *val; /* the widest of them: kind and row size */
    int64_t row_bytes, bytes;
    int rows; /* ring size, or the height of a full map */
    bool full;
    int *birth, *death; /* per row of a full map: alive in steps birth <= t < death; a ring: [0] */
    int first, last;    /* steps: first birth, last death */
    int64_t offset;     /* the room plan fills this in */
    struct copy *tail;  /* the last copy that lives in it */
    int id;
};

struct copy {
    struct val *val;
    struct buffer *buffer; /* NULL: not in scratch */
    int sweep, last;       /* made in, last read in */
    bool kept, stored;     /* stored: somebody reads it */
    int top, made, freed;  /* rows: begun, there, dead */
    struct task *maker;    /* NULL: it was there from the start */
    struct task **reader;  /* all readers, in program order */
    int *reader_input, nreader, capacity;
    int64_t record; /* its rows are written down there in scratch, too: plan_record; 0: nowhere */
};

struct task {
    struct node *node; /* optional outputs that nobody reads are absent from it */
    struct copy *in[NODE_IN], *out[NODE_OUT];
    int strip, sweep, done;
    bool again; /* it makes what was made before */
};

struct step {
    int task, y0, y1; /* index into the sweep's tasks */
};

struct sweep {
    const char *title;
    struct task *task;
    int ntask;
    struct step *step;
    int nstep, capacity, first; /* first: time of its first step */
    const struct param *late;   /* see sweep_outline */
};

/* What a segment keeps for its backward sweep. */
enum mode {
    SAVE_INPUT, /* its input: all else is recomputed, in rings */
    SAVE_ALL,   /* what the backward sweep reads: masks; for lite modules the maps of their convolutions */
    SAVE_SOME,  /* the same, less what one operator can make again from the rest */
    SAVES,
    /* Added to one of these: weight gradients of slices read the maps that their channels lie in, so that these are kept as
     * they are where all of a weight learns. */
    SAVE_MAPS = SAVES,
    /* Added, too: weight gradients come one after the other, each with as much of the backward sweep as it needs, made again,
     * so that only one of them is alive at a time. */
    APART = 2 * SAVES,
    MODES = 4 * SAVES
};

bool saves_maps(enum mode mode);

/* What was decided of a stretch of the network between two cuts. */
struct segment {
    const char *from, *to; /* the tensors there; to: NULL at the end */
    bool learns;
    enum mode mode; /* if it does */
    int strips;     /* every map is cut into about so many; 0: into rows */
    int parts;      /* made again in so many segments, before its backward sweeps; 0: within one of these */
};

struct program {
    struct arena *mem;
    const char *name;
    struct sweep *sweep;
    int nsweep;
    struct copy **copy;
    int ncopy, copy_capacity;
    struct buffer **buffer;
    int nbuffer;
    int steps;
    int64_t bound;           /* most bytes alive at one time */
    int peak;                /* a step at which they are */
    int64_t arena;           /* bytes of scratch; the room plan fills this in */
    int64_t macs[3];         /* forward, backward, recomputed */
    struct segment *segment; /* of a program that was chosen, from the image on */
    int nsegment;
};

/* What a program shall do, before it is known how many rows live when. */
struct outline {
    struct sweep_outline {
        const char *title;
        struct node **node;
        int *strip; /* rows a step */
        int nnode;
        bool folds;               /* channels of maps are read and added to where they lie */
        const struct param *late; /* whose gradient this makes, or applies, behind its segment's sweep; or NULL */
    } * sweep;
    int nsweep, capacity;
};

/* Tensors, as a set in order of their ids. */
struct vals {
    struct val **list;
    int count, capacity;
};

void vals_add(struct arena *mem, struct vals *s, struct val *v);
bool vals_has(const struct vals *s, const struct val *v);

/* True if v takes scratch memory where it is stored. */
bool in_scratch(const struct graph *g, const struct val *v);

/* The same without the tensors of slices that its sweeps can do without. */
struct outline outline_folded(struct arena *mem, const struct outline *o, const struct vals *keep);

/* Runs the sweeps dry.  `sources` are there before the first of them; `keep` must survive the last. */
struct program *simulate(struct arena *mem, const struct graph *g, const struct outline *o, const struct vals *sources,
                         const struct vals *keep);

/* A hash of all that a dry run depends on: operators, shapes, connections, strips; not names. */
uint64_t outline_fingerprint(struct arena *mem, const struct graph *g, const struct outline *o,
                             const struct vals *sources, const struct vals *keep);

/* What a core takes: [0] floats, [1] integers. */
struct price {
    const char *target;
    int mac[2][2]; /* hundredths of an instruction: a multiply-accumulate, forward and backward */
    int call;      /* instructions: one call more of a kernel, */
    int channel[2],
        tap[2]; /* and what a convolution takes then for each output channel; a depthwise one for each weight */
};

/* Of a --target, or NULL; of a Cortex-M4 where nothing is known. */
const struct price *price_of(const char *target);
const struct price *price_anyhow(const char *target);

/* About how many hundredths of an instruction a program takes, and in it a node whose rows come in so many calls. */
int64_t node_work(const struct price *price, const struct node *n, int calls);
int64_t program_work(const struct price *price, const struct program *p);

/* The most multiply-adds of one step, after which NAME_YIELD() stands, and the node that makes them. */
struct longest {
    int64_t macs;
    const struct node *node; /* NULL: there are none */
};
struct longest program_longest(const struct program *p);

/* One way to run a training step, as the Pareto front lists it. */
struct choice {
    int64_t bytes; /* scratch, as the schedule counts it: packing may add a little, or save some */
    int64_t work;  /* see program_work */
    const struct label *label;
    struct chooser *chooser; /* what was found out on the way to it */
};

struct front {
    struct choice *choice; /* the smallest first */
    int count;
};

/* Dry runs that were made before, for this graph or another: what-fits plans dozens of graphs that differ in a few
 * blocks, and four of five of their parts are the same.  Answers do not depend on what is known. */
struct dry_runs *dry_runs_new(struct arena *mem);

/* All plans worth having, between the smallest and the fastest. */
struct front schedule_front(struct arena *mem, const struct graph *g, const struct price *price, struct dry_runs *runs);

/* The program of a choice; NULL: every layer whole, nothing recomputed. */
struct program *schedule_train(struct arena *mem, const struct graph *g, const struct choice *c);

/* A schedule drawn at random, for tests. */
struct program *schedule_random(struct arena *mem, const struct graph *g, unsigned seed);

/* Predict in at most `bytes` of scratch where that is possible (0: as small as can be; -1: every layer
 * whole).  With a choice (or NULL) of this graph it is quicker. */
struct program *schedule_predict(struct arena *mem, const struct graph *g, struct dry_runs *runs,
                                 const struct choice *c, int64_t bytes);

/* All ways to predict, that with every layer whole first. */
enum { PREDICTS = 5 };
void schedule_predicts(struct arena *mem, const struct graph *g, struct dry_runs *runs, struct program *list[PREDICTS]);

/* A buffer as a block to be packed: a full map whose rows come and go one by one in as many parts. */
struct block buffer_block(struct arena *mem, const struct buffer *b);

/* NULL, or what is wrong: the first step that would not find a row that it reads, and what lies in its place. */
const char *program_check(struct arena *mem, const struct program *p);

enum { BUFFER_ALIGNMENT = 16 };

/* --dump=schedule: the decision, and what each sweep does in which order. */
void schedule_dump(const struct program *p, FILE *out);

#endif
