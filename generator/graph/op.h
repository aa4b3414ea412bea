/* SPDX-License-Identifier: MIT */
/* What an operator is.  A new one: a file in ops/, its templates, one line in ops/ops.c. */
#ifndef OP_H
#define OP_H

#include "graph/graph.h"

/* How an argument is passed to a kernel: with rows, as (pointer, ring size); whole, as a pointer. */
struct arg {
    const char *name;
    bool rows;
    bool optional;
    bool null; /* a program that leaves out this output passes NULL, and shares the kernel of those that do not */
    int index; /* 1 + the optional input that may name channels: of this argument only those are read, or those are
                  added to; 0: none.  See schedule/gather.c */
};

/* ROWS: step y makes row y of the outputs.  ACCUMULATE: step y takes row y of in[0]; the result is there
 * after the last.  ONCE: one step, everything at once (loss, update). */
enum stepping { STEP_ROWS, STEP_ACCUMULATE, STEP_ONCE };

/* Names and values that a template sees.  Nodes with equal bindings share one kernel function. */
struct binding {
    const char *name;
    enum { BIND_INT, BIND_FLAG, BIND_REAL, BIND_TEXT } kind;
    long number;
    double real;
    const char *text;
};

struct bindings {
    struct arena *mem;
    struct binding list[40];
    int count;
    const char *label; /* shapes for the function's name: "k3s1_16x16x48" */
};

void bind_int(struct bindings *b, const char *name, long value);
void bind_flag(struct bindings *b, const char *name, bool value);
void bind_real(struct bindings *b, const char *name, double value);
void bind_text(struct bindings *b, const char *name, const char *value);
void bind_shape(struct bindings *b, const struct val *in, const struct val *out);
void bind_window(struct bindings *b, const struct window *w);
void bind_elements(struct bindings *b, const struct val *v); /* h w c, for elementwise kernels */

/* The channels of v that n reads or adds to are those that n->in[index] names, if it is there: `name` tells, and
 * <name>_c how many a pixel of v has. */
void bind_channels(struct bindings *b, const struct node *n, const char *name, int index, const struct val *v);

/* Whose scale and zero point a result has in a network of int8. */
enum grid_rule {
    GRID_NONE,    /* none: it stays of floats */
    GRID_SAME,    /* of int8 where the map is that it reads: that one's */
    GRID_OWN,     /* of int8 where all maps are that it reads: its own */
    GRID_SUM,     /* likewise; where only some are, it has that of the first of these */
    GRID_WEIGHTS, /* of int8 where its weights are: its own */
    GRID_IMAGE    /* the image: the spec says it */
};

struct quantiser; /* integers/integers.h */

/* An activation in files of other programs; its first attribute may stand there, too. */
struct foreign_form {
    const char *onnx;      /* operator, NULL: none; */
    const char *attribute; /* its attribute, NULL: none, */
    double usual;          /* which is this where the file does not say it */
    int tflite;            /* builtin operator, 0: none; */
    bool option;           /* the first field of its options is the attribute */
    const char *second;    /* its second attribute in ONNX, NULL: none, */
    double second_usual;
};

struct op {
    const char *name;     /* in dumps and the emitted C */
    const char *template; /* its template is <template>.c.tpl; NULL: that of its name */
    struct arg in[NODE_IN], out[NODE_OUT];
    enum stepping stepping;
    int inplace; /* 1 + the input whose rows out[0] may overwrite as it is made; 0: none */
    int plus;    /* 1 + the optional input that is added to the result; 0: none */
    bool thin;   /* unpacks the image: row by row also where all else is whole, as long as one node alone reads it */
    bool given;  /* its rows come from outside, one by one, and only once: they cannot be asked for ahead, or again */
    bool form;   /* the numbers of in[0] in another type, none of them lost */
    enum {
        CHANNELS_ALL,
        CHANNELS_TAKEN,
        CHANNELS_PUT
    } channels; /* in[1] names those taken of in[0], or put into out[0] */

    /* Rows lo..hi of input i that step y needs (hi < lo: none).  lo never decreases with y.
     * NULL: row y. */
    void (*rows)(const struct node *n, int i, int y, int *lo, int *hi);

    /* Appends the nodes that carry the gradient of out[0] to the inputs.  NULL: stops gradients. */
    void (*grad)(struct graph *g, struct node *n);

    /* An activation, one number from one: what it gives, and its slope there.  Of int8 these are tables. */
    double (*value)(const struct node *n, double x), (*slope)(const struct node *n, double x);

    int64_t (*macs)(const struct node *n); /* NULL: none worth counting */
    void (*bind)(const struct node *n, struct bindings *b);
    int (*stack)(const struct node *n);        /* bytes of its kernel's arrays, if they depend on shapes */
    struct val **(*by_input)(struct node *n);  /* the input of weights that its kernel takes, and reads faster, from a
                                                  second copy, too: CONTENT_BY_INPUT; NULL: none */
    int (*vector_stack)(const struct node *n); /* bytes of those that only machines with vectors of floats have */

    /* For operators that a spec can name: either the node's attributes are set up from the layer, or all
     * is built by hand. */
    const struct constructor *make;
    void (*setup)(struct graph *g, struct node *n, const struct layer *l);
    struct val *(*build)(struct graph *g, const struct layer *l, struct val **in);

    enum content weights; /* of a convolution of floats: the order of its weights, in[1]; else CONTENT_NONE */
    bool sum;             /* in[0] + in[1]: a linear operator before it can add the other term itself */
    int bfloat16;         /* 1 + the parameter that is kept as bfloat16 if it learns, where the spec says so; 0: none */

    /* In a network of int8: whose scale the result has, and how the node becomes one of integers.  False: it stays of
     * floats after all. */
    enum grid_rule grid;
    bool (*fits_int8)(const struct node *n); /* NULL: always */
    bool (*integer)(struct quantiser *q, struct node *n);

    /* An activation that bounds: it melts into the integer operator before it, which clamps to lo .. hi, y having its
     * scale by then. */
    void (*clamp)(const struct node *n, const struct val *y, int *lo, int *hi);

    /* Of an activation: all that it gives is between these; both 0: not said. */
    double least, most;
    struct foreign_form foreign;
};

/* What the result of n will be in a network of int8, bit i of `int8` set where input i is: its own grid, that of the
 * first int8 input (GRID_SAME), or none. */
enum grid_rule node_grid(const struct node *n, unsigned int8);

/* Steps of a node: rows of its result, rows that it takes, or one. */
int node_steps(const struct node *n);
void node_rows(const struct node *n, int i, int y, int *lo, int *hi);
int64_t node_macs(const struct node *n);

/* Input i, or output i, as n sees it: with no more channels than its index names. */
struct val node_input(const struct node *n, int i);
struct val node_output(const struct node *n, int i);

/* The operator of a constructor; the list ends with NULL. */
const struct op *op_of(const struct op *const *operators, const struct constructor *make);

/* x * w with weights as its second input: conv, dense, dwconv, of floats. */
bool is_convolution(const struct node *n);

/* ---- for gradient rules ---- */

/* The type that the gradient of x has: floats, except for int8 activations where the spec says so. */
enum type gradient_type(const struct graph *g, const struct val *x);

/* The scale of the integer gradient d: a STATE of RANGE_WORDS words. */
enum { RANGE_WORDS = 6 };
struct val *range_new(struct graph *g, const struct val *d);

/* Bits of the largest magnitude that a range of type t (I16, I8) aims at: what is above is head room. */
int range_aim(enum type t);

/* A guess of the largest magnitude of an integer gradient, which sets its scale in the first step. */
void expect(struct val *d, double magnitude);

/* True if the gradient of v is wanted. */
bool wants_grad(const struct val *v);

/* True if a weight gradient will read v (or v as floats): then v is kept, and can serve as its own mask. */
bool kept_for_weights(const struct graph *g, const struct val *v);

/* A second result for n: a bit for each element of the first. */
struct val *mask_of(struct graph *g, struct node *n);

/* Adds a contribution to x's gradient: a node of `op` named after n, with out[0] = the new gradient (and out[1] its
 * scale, if it is of integers; that of a `plus` input comes right behind it).  The caller fills in the other inputs; what was collected before becomes its `plus` input, or is added. */
struct node *grad_add(struct graph *g, struct val *x, const struct op *op, const struct node *n);

/* The gradient of x is (also) that of y. */
void grad_same(struct graph *g, struct val *x, struct val *dy, const struct node *n);

/* An accumulator for the gradient of a TRAINED val. */
struct node *grad_param(struct graph *g, struct val *p, const struct op *op, const struct node *n);

#endif
