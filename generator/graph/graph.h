/* SPDX-License-Identifier: MIT */
/* graph: the network as nodes over tensors, forward and backward alike.
 *
 *     struct val    a tensor, written once
 *     struct node   one operator with its inputs and outputs
 *     struct op     what an operator is (graph/op.h; the operators themselves live in ops/)
 *     struct param  what a user calls a parameter: "blocks.3.depthwise.bias"
 *
 * Nodes stand in execution order.  A tensor has h rows of w x c values (HWC); operators work row by
 * row, so that later stages may run them in strips.                                                */
#ifndef GRAPH_H
#define GRAPH_H

#include "tensors/tensors.h"
#include "spec/spec.h"

enum type { F32, U8, I8, U16, BITS, I16, I32, BF16 };

enum role {
    ROLE_INPUT,   /* the caller's image */
    ROLE_FROZEN,  /* flash, const */
    ROLE_TRAINED, /* net: learns */
    ROLE_STATE,   /* net: optimiser state, gradients that outlive a call */
    ROLE_TEMP     /* scratch */
};

/* What a FROZEN or TRAINED val holds of its parameter, and in which order. */
enum content {
    CONTENT_NONE,
    CONTENT_VECTOR,     /* [o] */
    CONTENT_CONV,       /* [group][kh][kw][i][o]; int8: [group][kh][kw][i/4][o][4] */
    CONTENT_TRANSPOSED, /* [group][kh][kw][o][i]; int8: [group][kh][kw][o/4][i][4] */
    CONTENT_DEPTHWISE,  /* [kh][kw][c];           int8: [kh][kw/4][c][4] */
    CONTENT_SCALE,      /* [o]: real = int8 * scale */
    CONTENT_INDEX,      /* [n]: the channels of a slice */
    CONTENT_PANELS,     /* int8: [group][o/3][k/4][3][4], k = (kh, kw, i); o in sixes: see templates/conv_int8.c.tpl */
    CONTENT_TAPS,       /* int8: [kh][kw][c] */
    CONTENT_BY_INPUT,   /* int8, 1x1: [i/2][o/4][2][4], of four outputs the first, third, second, fourth */
    CONTENT_COUNTS      /* int32: [o], see graph/classes.c */
};

struct param {
    const char *name;
    struct loc loc;
    int shape[4]; /* o, i per group, kh, kw; a vector: n, 1, 1, 1 */
    int groups;
    bool hwc; /* a dense layer's inputs are counted in h, w, c order */
    int64_t count;
    float *value;                 /* natural order; real values, also where int8 is kept */
    int8_t *quantised;            /* natural order, or NULL */
    float *scale;                 /* [o], with quantised */
    bool one_scale;               /* the file has a single scale for all of them */
    int32_t *counts;              /* of an int32 bias: its value in units of weight_scale * input_scale, or NULL */
    const char *origin;           /* "file", "random", "zero" or "one": where the values come from */
    const struct tensor_box *box; /* it is this part of the file's tensor; NULL: all of it */
    bool trained;
    bool standardised;      /* its layer reads the weights standardised */
    bool sliced;            /* a part of it learns, as a parameter of its own: */
    struct param *slice_of; /* NULL, or the parameter that this is a slice of */
    int *channel, nchannel; /* the slice's channels in it, ascending */
    bool slice_inputs;      /* input channels, else output channels */
    struct val *val;        /* the tensor that holds it */
};

struct val {
    const char *name;
    int id; /* its place in graph->val */
    int h, w, c;
    enum type type;
    enum role role;
    enum content content;
    struct param *param;
    struct node *def;
    struct val *grad;  /* the gradient collected so far; set while backward runs */
    struct val *bound; /* of a parameter whose gradient comes in parts: see convolution_grad.c */
    bool needs_grad;
    bool keep;    /* wanted after the run: never overwritten */
    int first;    /* a part of a gradient: the element of the whole that it begins with */
    double scale; /* of int8 activations, real = (q - zero) * scale; 0: none */
    int zero;
    const void *constant;         /* FROZEN without a parameter: its c elements, in the kernels' order */
    const char *comment;          /* of that */
    struct val *range;            /* of an integer gradient: the STATE that holds its scale, see integers/range.c */
    double expected;              /* of an integer gradient: its largest magnitude, a guess for the first step */
    struct val *real;             /* int8 activations as floats, where an operator wants them */
    const struct input *channels; /* the image, each of whose channels has a mean and a scale of its own; else NULL */
};

/* Tap ky of output row y reads input row y * sh + ky * dh - top. */
struct window {
    int kh, kw, sh, sw, dh, dw, top, left, groups;
};

enum { NODE_IN = 9, NODE_OUT = 2 };

struct node {
    const struct op *op;
    const char *name; /* of the layer */
    struct loc loc;
    struct val *in[NODE_IN], *out[NODE_OUT]; /* by position, absent ones NULL */
    struct window win;
    double number[2];
    int whole[5];
    int nin, nout;
    const struct op *activation; /* of a table: what it holds the results of */
    const struct node *complete; /* in a program that leaves outputs out: the node with all of them, else NULL */
    enum pass { PASS_FORWARD, PASS_LOSS, PASS_BACKWARD, PASS_UPDATE } pass;
};

/* Classes to come: `spare` of the last layer. */
struct classes {
    struct val *counts; /* STATE: one word a class, see templates/classes.c.tpl; NULL: no rows to spare */
    struct node *layer; /* makes the scores: */
    struct val *features, *weight, *bias;
    int used, spare; /* in use at first, and behind them */
};

/* What a batch norm computes with. */
enum norm_role { NORM_WEIGHT, NORM_BIAS, NORM_MEAN, NORM_VAR, NORM_ROLES };
extern const char *const norm_roles[NORM_ROLES];

/* A batch norm that is folded into the convolution before it: what it computed with, by channel. */
struct batch_norm {
    const struct layer *layer;
    int channels;
    const float *value[NORM_ROLES];
};

struct graph {
    struct arena *mem;
    struct diag *diag;
    const struct spec *spec;
    const struct tensor_file *weights; /* or NULL */
    const struct tensor_file *norms;   /* statistics of batch norms that go before those of weights; or NULL */
    struct node **node;
    int nnode, node_capacity;
    struct val **val;
    int nval, val_capacity;
    struct param **param;
    int nparam, param_capacity;
    int misfits;        /* values that the file lacks, or has in another shape */
    struct val **layer; /* the result of each layer of the spec */
    struct val *input, *scores;
    struct node *loss; /* NULL: the spec does not train */
    const char **note; /* what a user should know of how the network was built, for reports */
    int nnote, note_capacity;
    enum pass pass;                     /* of the nodes being added */
    const struct op *const *operators;  /* all that a spec can name, and */
    const struct op *add, *add_integer; /* those that sum two tensors: the room ops sets them */
    struct classes classes;             /* of a last layer with rows to spare */
    struct batch_norm *norm;            /* those that were folded, in the order of the spec */
    int nnorm, norm_capacity;
    bool norms_said;      /* that some have those of another network */
    int64_t held;         /* bytes of scratch behind all programs: what a tail reads, see halves.c */
    int nrange;           /* integer gradients, each with a scale */
    uint64_t values_read; /* hash of the parameters' values, as they come in: see base_hash.c */
    struct {
        uint64_t hash;
        int *number, count; /* of each layer: its number among what is counted */
        bool *waits;        /* of each layer: it counts only if it is read */
    } base;
};

/* ---- graph.c ---- */

struct val *val_new(struct graph *g, const char *name, struct shape shape, enum type type);
struct val *val_like(struct graph *g, const char *name, const struct val *v);

/* Appends a node; its out[0] is `out` (a new val), whose def it becomes. */
struct node *node_add(struct graph *g, const struct op *op, const char *name, struct loc loc, struct val *out);

/* A FROZEN array of its own: `count` elements, already in the kernels' order. */
struct val *val_constant(struct graph *g, const char *name, enum type type, const void *data, int count,
                         const char *comment);

/* What the spec calls the shape of its image: that of g->input, unless two bytes of it are a pixel. */
struct shape image_shape(const struct graph *g);

/* Its place in g->node. */
int node_position(const struct graph *g, const struct node *n);

/* Takes a node, whose results nobody reads, out of g->node. */
void node_remove(struct graph *g, const struct node *n);

/* Makes a node one of another operator; its inputs and outputs stay where they are. */
void node_become(struct node *n, const struct op *op);

/* Bytes of one row, and of all rows. */
int64_t val_row_bytes(const struct val *v);
int64_t val_bytes(const struct val *v);

bool val_is_param(const struct val *v);

/* The nodes that read v. */
int val_readers(const struct graph *g, const struct val *v);

/* Aborts if the graph breaks a rule that every stage relies on: inputs defined before use, one
 * definition each, shapes positive, outputs back to their nodes. */
void graph_check(const struct graph *g);

/* --dump=graph, --dump=backward: one line a node. */
void graph_dump(const struct graph *g, FILE *out);

const char *type_name(enum type t);
int type_bits(enum type t);

/* ---- window.c ---- */

/* Rows and columns from the first tap of a window to its last. */
int window_height(const struct window *w);
int window_width(const struct window *w);

/* Resolves pads: "same" (PyTorch's (k-1)/2), "tf_same" (TensorFlow's), numbers. */
struct window window_of(const struct layer *l, const struct shape *in, struct shape *out);

/* An error if no window of a layer reads anything of its input: what stands before would be computed for nobody. */
void window_refuse_blind(struct diag *d, const struct layer *l);

/* Input rows under output row y, and output rows whose window spans input row y. */
void window_rows(const struct window *w, int h, int y, int *lo, int *hi);
void window_rows_transposed(const struct window *w, int oh, int y, int *lo, int *hi);

bool window_pads(const struct node *n); /* some window reaches beyond the map */

/* ---- base_hash.c ---- */

/* What a saved net belongs to: base_start before the first layer, base_layer behind each, when its values were read;
 * base_hash is the result. */
void base_start(struct graph *g);
void base_layer(struct graph *g, int i);
uint32_t base_hash(const struct graph *g);

/* ---- halves.c ---- */

/* A network cut in two at a tensor before which nothing learns. */
struct halves {
    struct graph *head; /* image -> cut: predicts only */
    struct graph *tail; /* latent -> scores, with the loss and all that learns */
    struct val *cut;    /* what the head gives, of int8 or floats, and */
    struct val *latent; /* the same as what the tail reads */
};

/* Where the spec's `replay` says.  NULL: it has none, or after messages. */
struct halves *graph_cut(struct graph *g);

/* Bytes of what is remembered of a sample, and of a reservoir for so many. */
int64_t halves_latent(const struct halves *h);
int64_t halves_reservoir(const struct halves *h, int64_t samples);

/* ---- param.c ---- */

/* A new parameter with its values: from the weights file, random or zero, as the layer says.  shape is
 * o, i/groups, kh, kw. */
struct param *param_new(struct graph *g, const struct layer *l, const char *role, const int *shape, int groups);

/* classes.c: outputs that a file knows nothing of, zeros, behind those that p has; a no-op where it has so many. */
void param_grow(struct graph *g, struct param *p, int outputs);

/* classes.c: n, built from l, makes scores that have rows to spare: the net keeps which classes are in use. */
void classes_add(struct graph *g, const struct layer *l, struct node *n);

/* classes.c: of a network with rows to spare: an error if not all of the last layer learns. */
void classes_check(struct graph *g);

/* elastic.c: the part of the file's tensor that a layer with `of` reads, noted in p; NULL after a message. */
const struct tensor *elastic_tensor(struct graph *g, const struct layer *l, struct param *p, const struct tensor *t);

/* param.c: the values of p, a role of some layer, are those of t. */
void param_take(struct graph *g, struct param *p, const char *role, const struct tensor *t);

/* norms.c: the batch norm l, with parameters for each of norm_roles, is about to be folded into a convolution of weight w: mean and
 * variance become those that g->norms has, and it is noted in g->norm.  Statistics of a larger network are a warning. */
void norm_read(struct graph *g, const struct layer *l, const struct param *w, struct param *const *role);

/* The tensor "<layer>.<role>" of the weights file, or NULL. */
const struct tensor *layer_tensor(const struct graph *g, const char *layer, const char *role);

/* What a layer is called in the file that has the scale of its result: a residual sum of mbconv is "<block>.add" here and
 * "<block>.residual" in the files of MCUNet and its kin. */
const char *layer_in_file(const struct graph *g, const char *layer);

/* The tensor that holds (a form of) a parameter. */
struct val *param_val(struct graph *g, struct param *p, enum content content, enum type type);

/* The contents of a val in the order in which kernels read it: floats, int8 or uint16 by its type. */
int64_t param_elements(const struct val *v);

void param_pack(struct arena *mem, const struct val *v, float *f32, int8_t *i8, uint16_t *u16);

/* Factory values, with which a TRAINED val starts.  As int8 in the kernels' order, if they are products of int8 and the
 * param's scale[output], as those of an int8 file are, and smaller so; else NULL.  Zeros take no flash. */
int8_t *param_factory_int8(struct arena *mem, const struct val *v);
int64_t param_factory_bytes(struct arena *mem, const struct val *v);
bool param_zero(const struct param *p);

/* Says how many values did not fit, beyond those that were named. */
void params_report(const struct graph *g);

/* From kernel order back to natural order: `packed` as in a TRAINED val, `natural` as in the file. */
void param_unpack(const struct val *v, const float *packed, float *natural);
void param_repack(const struct val *v, const float *natural, float *packed); /* and from natural to kernel order */

/* ---- slices.c ---- */

/* Moves the `count` channels of `whole` with the largest weights into a parameter of their own, and zeroes them in
 * `whole`. */
struct param *param_slice(struct graph *g, struct param *whole, bool inputs, int count);

/* What is left of a weight whose input channels `slice` learns: a parameter of its own in the place of the whole.  Its
 * channels are in `channel`. */
struct param *param_rest(struct graph *g, struct param *whole, const struct param *slice);

#endif
