/* SPDX-License-Identifier: MIT */
/* model: a network from a file of another program, in terms that all readers share.
 *
 *     onnx/    \
 *                >  model/   operators in order  ->  fold.c   layers of a spec  ->  writer/
 *     tflite/  /
 *
 * A reader goes through the operators of its file in order and calls a function of model.c for
 * each. That function checks the operator against the shapes before it and appends it, or says why
 * it cannot. Sizes that a file declares are compared, never believed. */
#ifndef MODEL_H
#define MODEL_H

#include "ops/ops.h"

enum op_kind {
    OP_CONV, /* depthwise if groups = channels; its weights are those of the spec language: O I/g kh
                kw */
    OP_DENSE,
    OP_ADD, /* of two maps, as the three behind it */
    OP_SUB,
    OP_MUL, /* one may have one pixel: factors for channels */
    OP_DIV,
    OP_CONCAT,   /* channels one behind the other */
    OP_CHANNELS, /* those from `first` on; zeros where there are none */
    OP_L2_NORM,
    OP_GROUP_NORM, /* `groups` of channels, over the whole map; then factor[c] and offset[c] */
    OP_MAXIMUM,    /* only as a part of prelu */
    OP_SCALE,      /* y = x * factor[c] + offset[c]: batch norm, and sums and products with constants */
    OP_ACTIVATION,
    OP_CLIP,  /* to number[0] .. number[1]: alone or with its neighbours an activation */
    OP_ERF,   /* only as a part of gelu */
    OP_PRELU, /* factor[c] * x below 0 */
    OP_AVG_POOL,
    OP_MAX_POOL,
    OP_GLOBAL_POOL,
    OP_UPSAMPLE,
    OP_PAD,
    OP_REORDER, /* the same values in another shape, or untouched */
    OP_SOFTMAX,
    OP_ARG_MAX, /* only at the end, where it is left out */
    OP_QUANTIZE,
    OP_DEQUANTIZE,
    OP_KINDS
};

/* Real = (q - zero_point) * scale, per tensor. */
struct quantum {
    bool given;
    double scale;
    int zero_point;
};

/* A tensor between operators, or a constant. */
struct value {
    struct tensor t;  /* its shape in the file's order; data is NULL unless it is a constant */
    struct shape map; /* what it means: a map of h w c */
    char order[4];    /* which axes follow each other in t.shape, without those of size 1: "chw" */
    struct quantum quantum;
    const float *scales; /* of a constant: nscale of them along axis scale_axis */
    const int32_t *zero_points;
    int nscale, scale_axis;
    struct operation *def;    /* NULL: the input, or a constant */
    int readers;              /* operators; the network's output counts as one */
    struct value *alias;      /* fold.c: what stands for it now */
    struct value *copy;       /* copy.c: the last one that was made of it */
    bool is_shape;            /* computed sizes, of which only the declared result matters */
    bool places;              /* of the largest values, not numbers: the result of OP_ARG_MAX */
    bool lost;                /* comes from an operator that was refused: what reads it is only looked at by name */
    bool lost_shape;          /* likewise, and is a shape or another constant, not a map */
    const struct value *from; /* lost, but its own operator is supported: what that reads, and its type */
    const char *from_type;
};

/* out x in x kh x kw; a dense layer has kh = kw = 1. */
struct weights {
    int out, in, kh, kw;
    float *value; /* real numbers */
    int8_t *q;    /* NULL, or what the file has, with zero point 0 */
    float *scale; /* of q: nscale of them, 1 or out */
    int nscale;
    float *bias;     /* NULL: none */
    int32_t *bias_q; /* of q; units of scale * scale of the input */
};

enum { MAPS = 8 }; /* read by one operator */

struct operation {
    enum op_kind kind;
    int index;               /* in the file */
    const char *name, *type; /* there */
    struct value *in[MAPS], *out;
    int nin;
    int k[2], s[2], d[2], pad[4];                                /* vertical, horizontal; top, bottom, left, right */
    bool inside;                                                 /* OP_AVG_POOL: padding does not count */
    enum { RESIZE_BILINEAR, RESIZE_NEAREST, RESIZE_ZEROS } mode; /* OP_UPSAMPLE */
    enum { ALIGN_CENTRES, ALIGN_CORNERS, ALIGN_EDGES } align;    /* of bilinear */
    int first;                                                   /* OP_CHANNELS */
    bool tf_same; /* the file has the rule that makes the pads, TensorFlow's SAME, not the numbers */
    int groups;
    struct weights *w;
    float *factor, *offset; /* OP_SCALE: out->map.c of each */
    double term; /* OP_SCALE of a sum with integers of the file: their scale, negative: they are subtracted; 0: not */
    double step; /* of the factors: they are whole numbers of it in the file; 0: not */
    bool hwc;    /* OP_DENSE: how it flattens its input */
    const struct op *activation;  /* what it is, of an OP_ACTIVATION, or what was folded into it; */
    const char *setting[2];       /* its attributes as text; NULL: what they usually are */
    double number[2];             /* OP_CLIP: bounds; OP_GROUP_NORM: eps */
    int source[SOURCES], nsource; /* operators of the file that it stands for, its result last */
    bool dead;
    bool refused; /* what folding said of it; ends.c: or of what it reads */
    bool norm;    /* was OP_SCALE, and no convolution takes it */
    bool rescale; /* was OP_QUANTIZE: int8 of one scale to int8 of another */
    bool mean;    /* its sum is rounded once, in the scale of the result: as TFLite's MEAN, not as its pools */
    bool integer; /* its weights, input and result are int8 */
    const struct operation *read; /* copy.c: the operator as it was read */
    int index_here;               /* units.c: its place among the layers */
    const char *layer;            /* units.c: its name in the spec */
    bool named;                   /* the spec says the name */
    /* spec_text.c: the variable that holds it, and what it reads if not the layer before; or NULL
     */
    const char *handle, *from;
};

/* What the user says of the file. */
struct asked {
    const char *input;         /* "1,3,96,96", or NULL: the file knows its sizes; */
    int64_t size[TENSOR_RANK]; /* these, */
    int sizes;                 /* so many */
    const char *output;        /* the tensor or node to end at, or NULL: the file's output */
};

enum {
    LARGEST_SIZE = 1 << 16,
    MOST_ELEMENTS = 1 << 28, /* of a tensor */
    LISTED = 12              /* names in a message */
};

struct model {
    struct arena *mem;
    struct diag *diag;
    const char *path;
    struct asked asked;
    const char *form;     /* "ONNX, opset 13", "TFLite" */
    const char *producer; /* program that wrote the file, or NULL */
    bool channels_last;
    const char *beside_name; /* a second file with values, and its bytes */
    const unsigned char *beside;
    size_t beside_size;
    bool beside_failed;
    bool resized; /* --input changed a size: what the file declares of sizes is void */
    struct operation **op;
    int nop, capacity;
    struct value *input, *output;
    float *mean, *factor;    /* what each channel of the input becomes: (x - mean) * factor; NULL: what it is */
    const char *end[LISTED]; /* where the file has several outputs: their names */
    int nend;
    bool integer;              /* int8, at least most of it */
    struct operation *softmax; /* the last */
    bool input_is_named;       /* spec_text.c: a layer names it */
    int handles;               /* variables in the spec */
    bool probabilities;        /* ended in a softmax, which is now a part of the loss */
    int64_t memory;            /* left to be taken for copies of constants */
    bool exhausted;
    int refusals;
    bool partial; /* something was refused: there is no whole network */
    /* The operator being read, for messages. */
    int index;
    const char *name, *type;
    bool lost; /* reads what was refused before: nothing more can be said of it than its name */
};

/* ---- refuse.c: messages ---- */

/* Says that the present operator cannot be imported, and why.  Always NULL. */
struct value *refuse(struct model *m, const char *hint, const char *format, ...) PRINTF_LIKE(3, 4);
/* Likewise of the file as a whole. */
void refuse_file(struct model *m, const char *hint, const char *format, ...) PRINTF_LIKE(3, 4);

/* Text of the file, fit for a terminal and for a comment: short, printable, valid UTF-8. */
const char *shown(struct arena *mem, const char *text);
/* Likewise its first `length` bytes. */
const char *shown_part(struct arena *mem, const char *text, size_t length);

/* ---- value.c ---- */

struct value *value_new(struct model *m, const char *name, int rank, const int64_t *shape);
/* A constant; bytes belong to the file or to the arena. */
struct value *constant_new(struct model *m, const char *name, enum tensor_type type, int rank, const int64_t *shape,
                           const unsigned char *data);
/* What stands for the results of an operator that was refused. */
struct value *value_lost(struct model *m, const char *name);
/* The product of sizes, or -1 if it is negative, above 2^28, or a size is. */
int64_t count_of(int rank, const int64_t *shape);
/* The operator that --output names by its number, as messages have it: -1 if it names none. */
int64_t asked_operator(const struct asked *asked, int64_t operators);
bool same_sizes(int rank_a, const int64_t *a, int rank_b, const int64_t *b);

/* ---- model.c ---- */

/* Makes v the network's input; its axes are understood as the file's kind has them. */
bool model_input(struct model *m, struct value *v);

/* All return the result, or NULL after a message. */
struct value *model_conv(struct model *m, struct value *x, const struct operation *like, struct weights *w);
struct value *model_dense(struct model *m, struct value *x, struct weights *w);
struct value *model_pool(struct model *m, enum op_kind kind, struct value *x, const struct operation *like);
/* Mean over the axes of x.t in `axes` (a bit each): height, width or both. */
struct value *model_mean(struct model *m, struct value *x, unsigned axes, bool keep_axes);
/* Each pixel as a vector of length 1. */
struct value *model_l2_norm(struct model *m, struct value *x);
/* Statistics for each of `groups` groups of channels.  x may be reshaped to 1 x groups x .., its axes as they were. */
struct value *model_group_norm(struct model *m, struct value *x, int64_t groups, double eps);
/* OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MAXIMUM. */
struct value *model_add(struct model *m, enum op_kind kind, struct value *a, struct value *b);
/* Maps side by side along an axis of their tensors, which must be that of channels. */
struct value *model_concat(struct model *m, struct value *const *x, int n, int64_t axis);
/* Channels first .. first + count - 1 of x; what lies outside of it is 0. */
struct value *model_channels(struct model *m, struct value *x, int64_t first, int64_t count);
/* The same along an axis of its tensor, which must be that of channels. */
struct value *model_slice(struct model *m, struct value *x, int64_t axis, int64_t first, int64_t count);
struct value *model_scale(struct model *m, struct value *x, float *factor, float *offset);
/* x op constant, or constant op x if `first`; op is one of A S M D (add, subtract, multiply, divide). */
struct value *model_affine(struct model *m, struct value *x, char op, bool first, const struct value *constant);
struct value *model_each(struct model *m, enum op_kind kind, struct value *x);
/* `setting` has the activation's attributes: numbers, or the number of a word. */
struct value *model_activation(struct model *m, const struct op *f, struct value *x, const double setting[2]);
/* Factors below 0 from a constant that is one number, or one for each channel. */
struct value *model_prelu(struct model *m, struct value *x, const struct value *slope);
struct value *model_reshape(struct model *m, struct value *x, int rank, const int64_t *shape);
struct value *model_transpose(struct model *m, struct value *x, const int *from);
struct value *model_pad(struct model *m, struct value *x, const int pad[4]);
/* `like` has the mode and how edges are aligned. */
struct value *model_resize(struct model *m, struct value *x, int h, int w, const struct operation *like);
/* A convolution whose strides spread its input: zeros between pixels, then a usual one.  `like` has strides, groups and
 * what the pads take away; the result is h x w.  w are the weights of the transposed one, out x in. */
struct value *model_transposed(struct model *m, struct value *x, const struct operation *like, struct weights *w, int h,
                               int width);
/* False after a message if no layer clamps so, whatever stands before and behind. */
bool model_can_clip(struct model *m, double low, double high);
/* The activation that clamps to low..high, with its attributes; NULL: none. */
const struct op *model_clamp(double low, double high, double setting[2]);
/* Makes o one of the activation f. */
void model_activate(struct model *m, struct operation *o, const struct op *f, const double setting[2]);
/* Clamps to low..high, each of which may be infinite. */
struct value *model_clip(struct model *m, struct value *x, double low, double high);

/* Pads as TensorFlow's SAME has them for a map of h x w; upper: an odd one goes behind, which alone is tf_same. */
void same_pads(struct operation *window, int h, int w, bool upper);

/* ---- weights.c ---- */

/* Element i of a constant as a real number; `along` is its place on the axis of the scales. */
double constant_at(const struct value *v, int64_t i, int64_t along);

/* Element i as a whole number, at most 1e15 in size. */
int64_t constant_whole(const struct value *v, int64_t i);

/* Weights of `size` out, in, kh, kw from a constant in which they stand `step` elements apart;
 * out_axis is the axis of outputs, to which scales must belong.  NULL after a message. */
struct weights *weights_new(struct model *m, const struct value *v, const int64_t size[4], const int64_t step[4],
                            int out_axis);
/* A file may name one constant a thousand times: memory is taken in proportion to the file.  False
 * after a message. */
bool affordable(struct model *m, int64_t bytes);
/* Each window from its end to its beginning. */
void weights_turn(struct weights *w);
/* Adds a bias, if it is not NULL.  Whole numbers without a scale count in units of the weights' and that of x.  False
 * after a message. */
bool weights_bias(struct model *m, struct weights *w, const struct value *bias, const struct value *x);

/* ---- layout.c ---- */

/* True if x is N,C,H,W (or N,C,L; channels_last: N,H,W,C), nothing moved. */
bool is_map(const struct model *m, const struct value *x);
/* Sets shape and order of v from its map, as the file's kind has them, with x's number of axes. */
void set_map(const struct model *m, struct value *v, const struct value *x, int h, int w, int c);
/* The axes of a map as the file's kind has them, by number of axes of the tensor. */
const char *usual_axes(const struct model *m, int rank);
/* The axes that each dimension of x holds: first[i]..first[i + 1] of x->order.  False if one is cut in two. */
bool axes_of(const struct value *x, int *first);
/* "chw" without the axes of size 1. */
void set_order(struct value *v, const char *axes);
bool has_order(const struct value *v, const char *axes);
/* The axis of x.t that holds just its channels, or -1. */
int channel_axis(const struct value *x);
/* A constant, broadcast against x, as one number a channel.  NULL if it varies over positions. */
float *channel_vector(struct model *m, const struct value *x, const struct value *constant);

/* ---- copy.c ---- */

/* The part of a network that `end` makes, or all of it (NULL), for a pass that changes it; in memory of its own. */
struct model model_copy(const struct model *m, struct arena *mem, const struct operation *end);

/* ---- precision.c: int8 or not, and what that asks of layers ---- */

void model_precision(struct model *m);

/* ---- fold.c: leaves only operators that are layers of a spec.  False after messages. ---- */

bool model_fold(struct model *m);

/* Of a network of which a part was refused: what fold would say of the rest. */
void model_look(struct model *m);

#endif
