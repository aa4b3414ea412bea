/* SPDX-License-Identifier: MIT */
/* spec: spec.lua -> struct spec.  What a user wrote, checked as far as it can be without weights. */
#ifndef SPEC_H
#define SPEC_H

#include "base/base.h"

struct shape {
    int h, w, c; /* a vector is 1 x 1 x c */
};

bool shapes_equal(const struct shape *a, const struct shape *b);

/* ---- what constructors exist is not known here: the room ops says so in these tables ---- */

enum attribute_kind {
    ATTRIBUTE_INT,    /* a whole number > 0 */
    ATTRIBUTE_NUMBER, /* any finite number */
    ATTRIBUTE_FLAG,   /* true or false */
    ATTRIBUTE_PAIR,   /* a whole number > 0, or { vertical, horizontal } */
    ATTRIBUTE_PAD,    /* "same", "tf_same", a number, or { top, bottom, left, right } */
    ATTRIBUTE_WORD,   /* one of `words` */
    ATTRIBUTE_LAYER   /* a handle */
};

struct attribute {
    const char *name;
    enum attribute_kind kind;
    bool required;
    double value;      /* default of numbers and flags */
    const char *words; /* ATTRIBUTE_WORD: "one two three", the first is the default */
};

enum { ATTRIBUTES = 12, INPUTS = 8, SOURCES = 16 };

/* The value of an attribute in one layer. */
struct setting {
    bool given;
    double number[4]; /* PAIR: vertical, horizontal; PAD: top, bottom, left, right; LAYER: its h, w, c */
    const char *word; /* WORD; PAD: "same" or "tf_same", else NULL */
    int layer;        /* LAYER: its index */
};

struct layer {
    const struct constructor *make;
    const char *name;
    struct loc loc;
    int from[INPUTS], nfrom; /* indices of layers; 0 is the input */
    struct shape in[INPUTS], out;
    bool wrong; /* its shape is a guess, for a mistake of its own or in one that it reads */
    struct setting setting[ATTRIBUTES];
    struct layer *act; /* the activation behind it, as a layer of its own: "conv1.relu"; or NULL */
    const char *init;  /* where parameters come from: "file", "random", "zero" or "one" (weights) */
    bool branch;       /* of a branch beside the network, which may come and go: see graph/base_hash.c */
    struct {
        bool given;
        int out, kh, kw; /* 0: not said */
    } of;                /* its parameters are parts of larger tensors of so many outputs, such a window */
    bool part;           /* its channels are the first of more: what has a value for each is a part, too */
    int lora;            /* the rank of the low-rank branch beside it; 0: none */
    const char *missing; /* what those absent from the file start as: "random", "zero", or NULL: an error */
    int source[SOURCES], nsource;
};

struct constructor {
    const char *name;
    int inputs, most_inputs; /* most_inputs: 0, or it takes from `inputs` to so many */
    bool has_act, has_params;
    bool activation; /* may be the `act` of another layer */
    struct attribute attribute[ATTRIBUTES];
    /* Sets l->out from l->in and the settings, or reports what is wrong. */
    void (*shape)(struct diag *d, struct layer *l);
    /* The rank of its weights, beyond which a low-rank branch says nothing more; 0, or NULL: it can have none. */
    int (*rank)(const struct layer *l);
};

/* The setting of the attribute `name`, which the layer's constructor has. */
const struct setting *layer_setting(const struct layer *l, const char *name);
bool layer_has(const struct layer *l, const char *name);
int layer_int(const struct layer *l, const char *name);

/* Outputs for classes to come, the last of l->out.c; 0 where the layer has none. */
int layer_spare(const struct layer *l);
double layer_number(const struct layer *l, const char *name);

/* ---- the rest of a spec ---- */

enum input_type { INPUT_FLOAT32, INPUT_UINT8, INPUT_INT8, INPUT_RGB565 };

struct input {
    struct shape shape;
    enum input_type type;
    bool big_endian; /* INPUT_RGB565: the byte with the red comes first */
    double scale;    /* real = (q - zero_point) * scale */
    bool scaled;     /* the spec says it */
    int zero_point;
    const double *mean,
        *factor;     /* instead, by channel: real = (q - mean[c]) * factor[c], of floats too; NULL: not so */
    bool in_scratch; /* place = "scratch": the image lives in the scratch memory */
    bool streamed;   /* place = "stream": it never exists, its rows are taken as they come */
    struct loc loc;
};

/* C's type of its elements; and "3 of uint8_t, rows of pixels of channels", the type between two `quote`s. */
const char *input_c_type(enum input_type type);
const char *input_pixels(struct arena *mem, const struct input *in, const char *quote);

/* A channel's: real = (q - mean) * scale. */
double input_mean(const struct input *in, int channel);
double input_scale(const struct input *in, int channel);

/* The least and the most that an element of integers holds. */
int input_least(const struct input *in);
int input_most(const struct input *in);

size_t input_bytes(const struct input *in);

struct update {
    const char *glob;
    double inputs, outputs; /* fraction of channels that learn; 1: all */
    struct loc loc;
};

enum loss { LOSS_SOFTMAX_CROSS_ENTROPY, LOSS_MSE };

/* OPTIMIZER_RECORD keeps gradients instead of applying them: verify reads them back. */
enum optimizer_kind { OPTIMIZER_SGD, OPTIMIZER_ADAM, OPTIMIZER_RECORD };

struct optimizer {
    enum optimizer_kind kind;
    double rate, momentum, weight_decay, beta1, beta2, eps;
};

/* sgd {}: what stands where a spec says nothing; the betas and eps are adam's. */
struct optimizer optimizer_default(void);

/* How the rate goes with the steps; it is the rate of the optimiser, or of NAME_set_rate, times a part. */
struct rate_schedule {
    enum { RATE_CONSTANT, RATE_COSINE, RATE_STEPS } kind;
    int warmup;    /* steps in which it grows from nothing; 0: none */
    int steps;     /* of a cosine's half wave, behind them; or between two factors */
    double least;  /* what a cosine ends at, and stays */
    double factor; /* at each step of a staircase */
};

struct train {
    bool given;
    struct update *update;
    int nupdate, capacity;
    enum loss loss;
    double label_smoothing;
    struct optimizer optimizer;
    int batch;
    double clip;        /* 0: none */
    bool adopt;         /* saves of other tensors can be taken over */
    bool decay_weights; /* weight decay is for weights alone, not for biases and norms */
    struct rate_schedule schedule;
    struct loc loc;
};

enum forward_precision { FORWARD_FLOAT32, FORWARD_INT8 };
enum gradient_precision { GRADIENT_FLOAT32, GRADIENT_INT16, GRADIENT_INT8 };
enum trained_precision { TRAINED_FLOAT32, TRAINED_BFLOAT16 };

struct precision {
    enum forward_precision forward;
    enum gradient_precision gradient;
    enum trained_precision trained;
    bool tflite_rounding;
    struct loc loc;
};

struct budget {
    int64_t ram, scratch, flash; /* bytes; 0: none given */
    int64_t yield;               /* multiply-adds between two NAME_YIELD(); 0: any */
    struct loc loc;
};

/* store { slots = 3, slot = 8192, erase = 4096, write = 8 }: flash for what was learnt, in bytes; slots 0: none. */
struct flash_store {
    int64_t slots, slot, erase, write;
    struct loc loc;
};

/* choice("width", { 64, 96, 128 }): what a spec leaves open, for `choose` to try. */
enum choice_kind { CHOICE_NUMBER, CHOICE_TEXT, CHOICE_FLAG };

struct choice_value {
    enum choice_kind kind;
    const char *text; /* what stands behind -D name= for it */
};

struct spec_choice {
    const char *name;
    struct loc loc;
    struct choice_value *value;
    int nvalue;
    int taken;  /* index of the value that the spec got */
    bool fixed; /* by -D or by set: not to be tried */
};

/* replay { at = "blocks.5", samples = 40 }: what that layer gives is remembered; at NULL: nothing. */
struct remembering {
    const char *at;
    int samples;
    struct loc loc;
};

struct spec {
    const char *path, *name, *weights, *prefix; /* weights: NULL if none are named */
    struct loc weights_loc;
    const char *norms; /* a file of statistics of batch norms, before those of the weights; or NULL */
    struct loc norms_loc;
    bool norms_later; /* batch norms of a part may have those of the whole as yet */
    uint64_t hash;    /* of every file read */
    struct input input;
    struct layer *layer; /* layer[0] is the input */
    int nlayer, capacity;
    struct train train;
    struct precision precision;
    struct budget budget;
    struct flash_store store;
    struct remembering replay;
    struct spec_choice *choice; /* in the order in which the spec made them */
    int nchoice, choice_capacity;
    const char **file; /* every Lua file that was read, the spec first */
    int nfile, file_capacity;
    unsigned seed;
    bool keep_layers; /* every layer's result stays readable after a call: for verify and quantize */
};

/* -D name=value */
struct option {
    const char *name, *value;
    bool used;
    enum choice_kind kind; /* of what it stands for, once it was used */
};

/* Runs the file in a sandbox.  NULL after messages in d.  `constructors` ends with a NULL name. */
struct spec *spec_read(struct arena *mem, struct diag *d, const char *path,
                       const struct constructor *const *constructors, struct option *option, int noption);

/* True of headers that nearly every C file includes, the emitted one among them, or that these include: of a network of that
 * name <string.h> would find the network's. */
bool name_of_header(const char *name);

/* What is wrong with a spec that has had no message, or NULL: layers read earlier ones, in the shapes that these have,
 * names are unique, all that is required is there.  spec_read calls it. */
const char *spec_check(struct arena *mem, const struct spec *s);

/* --dump=spec: one line a layer. */
void spec_dump(const struct spec *s, FILE *out);

#endif
