/* SPDX-License-Identifier: MIT */
/* plan: a byte offset for every buffer of a program, and the proof of how good they are. */
#ifndef PLAN_H
#define PLAN_H

#include "schedule/schedule.h"

/* Bytes of stack that no call exceeds, compiled by gcc or clang: on a core of 32 bits or fewer without vectors, from -O1
 * up and with -O0; and on any other, at any level, without and with vectors of floats. */
struct stack_bounds {
    int64_t optimised, unoptimised, wide, vector;
};

/* What a sample whose image comes row by row needs beside the buffers of its program, at the start of the scratch memory:
 * how far it has come. */
struct stream {
    int64_t bytes;    /* of that; offsets of buffers begin behind it.  0: the image is there as a whole */
    int counters;     /* among it: rows made, for each stage of the sweep that takes the image */
    int64_t gradient; /* offset of a place that is free when predict has ended: a loss makes its gradient there */
};

/* Everything that a spec's memory is made of. */
struct plan {
    struct program *predict, *train; /* train: NULL for a spec that does not train */
    struct placement placed_predict, placed_train;
    int64_t net; /* bytes of the net struct */
    int64_t scratch_train, scratch_infer;
    struct stack_bounds stacks;
    int64_t stack;          /* that of optimised code on a microcontroller: it counts in the total */
    int64_t total;          /* net + the larger scratch + stack */
    int64_t lower_bound;    /* most bytes alive at one time in the larger program */
    int64_t image_offset;   /* place = "scratch" */
    struct stream stream;   /* place = "stream" */
    struct program *latent; /* of a network cut in two, see graph/halves.c: its head, and */
    int64_t latent_scratch; /* what that needs alone; predict and train are the tail's; NULL: it is whole */
    struct placement placed_latent;
    struct longest longest; /* what takes the most multiply-adds between two NAME_YIELD() */
    struct {
        int count;
        int64_t bytes, saved; /* instructions of a training step, about */
    } copies;                 /* of frozen weights, see copies.c */
    int64_t recorded;         /* bytes of scratch with what is written down behind it; 0: nothing is */
};

/* FASTEST: every layer whole.  SMALLEST: the least scratch.  FRUGAL: of the plans whose work is within 1 % of the least
 * that the spec's budget admits, the one with the least memory; the smallest if none fits.  RANDOM: for tests. */
enum goal { GOAL_FASTEST, GOAL_SMALLEST, GOAL_FRUGAL, GOAL_RANDOM };

/* The plans that there are to choose from.  head: that of the half before g, where a network is cut in two; each plan is then
 * that of the whole.  Else NULL. */
struct candidates;
struct candidates *candidates_new(struct arena *mem, const struct graph *g, const struct price *price,
                                  struct dry_runs *runs, const struct plan *head);

/* Schedules both programs for the goal and packs them; `seed` is for GOAL_RANDOM. */
struct plan *plan_choose(struct candidates *o, enum goal goal, unsigned seed);

/* streamed.c: fills in p->stream, once its programs are packed. */
void plan_stream(struct plan *p, const struct graph *g);

/* train: NULL if there is none. */
struct stack_bounds stack_bounds(const struct graph *g, const struct program *predict, const struct program *train);

/* How hard to look for offsets: so many trials (0: the packer's default), or until so few bytes are
 * needed (0: as few as possible). */
struct effort {
    int64_t trials, enough;
};

/* Packs both programs.  train: NULL if there is none. */
struct plan *plan_make(struct arena *mem, const struct graph *g, struct program *predict, struct program *train,
                       struct effort e);

/* The plan of a network cut in two from those of its halves: the tail's, which becomes that of the whole. */
void plan_join(struct plan *tail, const struct plan *head);

/* Where a program of a tail finds what the head made: behind all that is its own. */
int64_t plan_latent_at(const struct program *p);

/* Bytes of the scratch that one of the tail's programs needs, of a latent that the caller holds. */
int64_t plan_latent_scratch(const struct plan *p, const struct program *of, const struct halves *h);

/* Forward multiply-accumulates of an image: of both halves. */
int64_t plan_forward(const struct plan *p);

/* A plan as reports list it, once packed. */
struct offer {
    int64_t ram, scratch;    /* bytes: of all, and of the larger program's scratch */
    int64_t macs;            /* recomputed */
    int64_t work;            /* of a training step, or of a prediction where nothing learns: see program_work */
    bool taken;              /* it is this one */
    const struct plan *plan; /* NULL: nobody asked for it */
};

struct offers {
    struct offer *list; /* the smallest first, each with less work than all before */
    int count;
    int64_t least; /* work of the fastest */
};

/* Some of all plans, and the one that was taken; `whole`: with the plans themselves. */
struct offers plan_offers(struct candidates *o, const struct plan *taken, bool whole);

/* Behind the scratch memory, whatever the forward pass makes in either program is written down as it is made, so that the
 * whole maps can be read after a call, and the plan is the same. */
void plan_record(struct plan *p);

/* The node that runs at a step. */
const struct node *node_at(const struct program *w, int step);

/* The buffers alive at a step and how many of their bytes are, the most first. */
struct living {
    const struct buffer *buffer;
    int64_t bytes;
};
struct living *buffers_alive(struct arena *mem, const struct program *w, int step, int *count);

/* True if the spec's budget holds: RAM, scratch, flash, and multiply-adds between two NAME_YIELD(). */
bool plan_fits(const struct plan *p, const struct graph *g);
bool plan_within(const struct plan *p, const struct budget *b); /* the same of RAM and scratch alone */

/* Of a plan that does not fit: by how much, who lives at the peak and what would help: `hint`, or NULL where fewer
 * bytes must be needed. */
void plan_refuse(const struct plan *p, const struct graph *g, const char *hint);

/* --dump=plan: one line a buffer. */
void plan_dump(const struct plan *p, FILE *out);

/* A picture of the scratch memory over time in plain characters: one line a buffer, lowest address
 * first, in `width` columns or a few more, for the head of the emitted file and the text report. */
char *plan_map(struct arena *mem, const struct program *p, int width);

/* The fields of a net before its arrays: rate, ready, samples, steps, two corrections.  See net.h.tpl. */
enum { NET_FIELDS_BYTES = 24 };

/* Bytes that a TRAINED or STATE val takes in the net struct, a FROZEN one in flash. */
int64_t param_bytes(const struct val *v);

/* copies.c: spends what the spec's flash budget has left, if there is one, on copies of frozen weights that make the training
 * step faster, in the same bits; p is then what these, in p->copies, save. */
void plan_spend_flash(struct plan *p, struct graph *g, const struct price *price);

/* Marks, by id, the vals that have an array in flash: FROZEN ones that a program reads, factory values but zeros. */
void mark_stored(bool *stored, const struct graph *g, const struct plan *p);

/* Bytes of all of them. */
int64_t plan_flash(const struct plan *p, const struct graph *g);

/* Bytes that a FROZEN val or the factory values of a TRAINED one take in flash. */
int64_t flash_bytes(struct arena *mem, const struct val *v);

#endif
