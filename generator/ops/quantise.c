/* SPDX-License-Identifier: MIT */
/* The forward graph of floats -> that of an int8 network, where precision { forward = "int8" } asks for it.
 *
 * A convolution whose weights are frozen int8 with scales becomes its integer form, its activation the
 * clamp; sums, pools, activations and resized maps of int8 become integers too.  Everything else stays as it is, in
 * float32, between a dequantize and a quantize node: lite residual modules, slices and layers that learn, norms, the
 * classifier. */
#include "ops/int8.h"

#include <math.h>
#include <string.h>

struct val *as_real(struct graph *g, struct val *v)
{
    if (v->scale == 0)
        return v;
    if (!v->real) {
        struct loc none = {0};
        struct val *real = val_new(g, arena_format(g->mem, "%s.real", v->name), (struct shape){v->h, v->w, v->c}, F32);
        struct node *n = node_add(g, &op_dequantize, v->name, v->def ? v->def->loc : none, real);
        n->in[0] = v;
        n->number[0] = v->scale;
        n->whole[0] = v->zero;
        v->real = real;
    }
    return v->real;
}

struct quantiser {
    struct graph *g;
    struct node **old; /* the graph of floats */
    int count, nval;
    struct val **now;  /* by id of a val of that graph: what stands for it */
    struct val **int8; /* by id of a val of floats: the same as int8 */
};

static double setting(const struct quantiser *q, const char *layer, const char *role, double missing)
{
    const struct tensor *t = layer_tensor(q->g, layer, role);
    return t && t->count > 0 ? tensor_at(t, 0) : missing;
}

/* What can be computed with in float32, 2^32 times it and one over it. */
static bool is_scale(double scale)
{
    return scale >= 1e-28 && scale <= 1e28;
}

static void refuse_scale(const struct quantiser *q, const struct node *n, const char *what, double scale, double zero)
{
    diag_error(q->g->diag, n->loc, NULL, NULL,
               "'%s': its %s has scale %g and zero point %g: a scale is 1e-28 to 1e28, a zero point -128 to 127",
               n->name, what, scale, zero);
}

/* A scale and zero point from the file for `layer`, which is n or what n is called there. False where it has none, and
 * after a message where none can be what it has. */
static bool grid_of(const struct quantiser *q, const struct node *n, const char *layer, const char *what, struct val *v)
{
    double scale = setting(q, layer, arena_format(q->g->mem, "%s_scale", what), 0);
    double zero = setting(q, layer, arena_format(q->g->mem, "%s_zero_point", what), 0);
    if (scale == 0)
        return false;
    if (!is_scale(scale) || !(zero >= -128 && zero <= 127 && zero == floor(zero))) {
        refuse_scale(q, n, what, scale, zero);
        return false;
    }
    v->scale = scale;
    v->zero = (int)zero;
    return true;
}

/* The scale and zero point of n's result, if the file has them. */
static bool output_scale(const struct quantiser *q, const struct node *n, struct val *v)
{
    return grid_of(q, n, layer_in_file(q->g, n->name), "output", v);
}

/* v as int8 of the given scale, for an integer operator that reads it. */
static struct val *as_int8(struct quantiser *q, struct val *v, double scale, int zero, const struct node *user)
{
    if (v->scale > 0)
        return v;
    if (v->id < q->nval && q->int8[v->id])
        return q->int8[v->id];
    struct val *made = val_new(q->g, arena_format(q->g->mem, "%s.int8", v->name), (struct shape){v->h, v->w, v->c}, I8);
    made->scale = scale;
    made->zero = zero;
    node_add(q->g, &op_quantize, user->name, user->loc, made)->in[0] = v;
    if (v->id < q->nval)
        q->int8[v->id] = made;
    return made;
}

static void push(struct graph *g, struct node *n)
{
    GROW(g->mem, g->node, g->nnode, g->node_capacity);
    g->node[g->nnode++] = n;
}

/* The activation that alone reads the result of old[i], or NULL. */
static struct node *activation_behind(const struct quantiser *q, int i)
{
    const struct val *y = q->old[i]->out[0];
    struct node *only = NULL;
    for (int k = i + 1; k < q->count; k++)
        for (int j = 0; j < NODE_IN && q->old[k]; j++)
            if (q->old[k]->in[j] == y) {
                if (only)
                    return NULL;
                only = q->old[k];
            }
    return only && !y->keep && (only->op == &op_relu || only->op == &op_relu6) ? only : NULL;
}

struct clamp {
    int lo, hi;
};

/* relu and relu6 are bounds of the clamp. */
static struct clamp clamp_of(const struct node *activation, const struct val *y)
{
    struct clamp c = {-128, 127};
    if (activation && y->zero > c.lo)
        c.lo = y->zero;
    if (activation && activation->op == &op_relu6) {
        double six = nearbyint(6 / y->scale) + y->zero;
        c.hi = six < 127 ? (int)six : 127;
    }
    return c;
}

/* The result of old[i] is int8 from now on; an activation behind it melts into its clamp. */
static struct clamp become_int8(struct quantiser *q, int i, struct val **result)
{
    struct node *n = q->old[i], *activation = activation_behind(q, i);
    struct val *y = *result;
    if (activation) {
        y = activation->out[0];
        y->scale = (*result)->scale;
        y->zero = (*result)->zero;
        for (int k = i + 1; k < q->count; k++)
            if (q->old[k] == activation)
                q->old[k] = NULL;
        n->out[0] = y;
        y->def = n;
        *result = y;
    }
    y->type = I8;
    n->whole[WHOLE_GATED] = activation != NULL;
    return clamp_of(activation, y);
}

/* The scale and zero point of what n reads go to `x`, those of its result to its result. */
static bool integer_convolution(const struct quantiser *q, const struct node *n, struct val *x)
{
    return n->in[1]->role == ROLE_FROZEN && n->in[1]->param->quantised && grid_of(q, n, n->name, "input", x) &&
           output_scale(q, n, n->out[0]);
}

/* The scale with which integers read v, looking through what keeps it, or false. */
static bool reader_scale(const struct quantiser *q, int i, const struct val *v, struct val *y)
{
    for (int k = i + 1; k < q->count; k++) {
        const struct node *n = q->old[k];
        if (!n || n->in[0] != v)
            continue;
        bool integers =
            (n->op == &op_conv || n->op == &op_dwconv) && n->in[1]->role == ROLE_FROZEN && n->in[1]->param->quantised;
        double scale = integers ? setting(q, n->name, "input_scale", 0) : 0;
        double zero = integers ? setting(q, n->name, "input_zero_point", 0) : 0;
        if (is_scale(scale) && zero >= -128 && zero <= 127) {
            y->scale = scale;
            y->zero = (int)zero;
            return true;
        }
        bool keeps = n->op == &op_relu || n->op == &op_relu6 || n->op == &op_max_pool || n->op == &op_avg_pool ||
                     n->op == &op_global_pool || n->op == &op_upsample;
        if (keeps && reader_scale(q, k, n->out[0], y))
            return true;
    }
    return false;
}

/* The scale of the result of old[i]: the file's; else that of a layer that reads it; else one for lo .. hi, all that it
 * can be, which holds 0. */
static void result_scale(const struct quantiser *q, int i, double lo, double hi)
{
    const struct node *n = q->old[i];
    struct val *y = n->out[0];
    bool whole_layer = !strcmp(y->name, n->name); /* or the activation of one */
    if (whole_layer ? output_scale(q, n, y) : grid_of(q, n, y->name, "output", y))
        return;
    if (reader_scale(q, i, y, y))
        return;
    y->scale = fmax((hi - lo) / 255, 1e-28);
    y->zero = (int)fmax(-128, fmin(127, nearbyint(-128 - lo / y->scale)));
}

static void convert_convolution(struct quantiser *q, int i, const struct val *x)
{
    struct node *n = q->old[i];
    struct val *y = n->out[0];
    n->in[0] = as_int8(q, n->in[0], x->scale, x->zero, n);
    struct clamp c = become_int8(q, i, &y);
    convolution_quantise(q->g, n, n->op == &op_conv ? &op_conv_int8 : &op_dwconv_int8, c.lo, c.hi);
    push(q->g, n);
}

static void convert_sum(struct quantiser *q, int i)
{
    struct node *n = q->old[i];
    struct val *a = n->in[0], *b = n->in[1], *y = n->out[0];
    bool both = a->scale > 0 && b->scale > 0;
    if (a->scale == 0 && b->scale == 0) {
        push(q->g, n);
        return;
    }
    if (both) {
        result_scale(q, i, (-128 - a->zero) * a->scale + (-128 - b->zero) * b->scale,
                     (127 - a->zero) * a->scale + (127 - b->zero) * b->scale);
    } else { /* a branch of floats beside the integer one, whose scale it takes */
        n->in[0] = a->scale > 0 ? a : b;
        n->in[1] = a->scale > 0 ? b : a;
        y->scale = n->in[0]->scale;
        y->zero = n->in[0]->zero;
    }
    if (both && !((a->scale + b->scale) / y->scale < LARGEST_FACTOR))
        diag_error(q->g->diag, n->loc, NULL, NULL,
                   "'%s': the scales of what it adds (%g, %g) and of its result (%g) do not belong together", n->name,
                   a->scale, b->scale, y->scale);
    node_become(n, both ? &op_add_int8 : &op_add_real);
    struct clamp c = become_int8(q, i, &y);
    n->whole[WHOLE_LO] = c.lo;
    n->whole[WHOLE_HI] = c.hi;
    n->whole[WHOLE_SHIFT] = q->g->spec->precision.tflite_rounding;
    push(q->g, n);
}

/* A relu that is no clamp of the layer before it. */
static void convert_relu(struct quantiser *q, struct node *n)
{
    struct val *x = n->in[0], *y = n->out[0];
    y->type = I8;
    y->scale = x->scale;
    y->zero = x->zero;
    struct clamp c = clamp_of(n, y);
    node_become(n, &op_clamp_int8);
    n->whole[WHOLE_LO] = c.lo;
    n->whole[WHOLE_HI] = c.hi;
    push(q->g, n);
}

static void convert_activation(struct quantiser *q, int i)
{
    struct node *n = q->old[i];
    double lo, hi;
    table_range(n, &lo, &hi);
    result_scale(q, i, lo, hi);
    n->out[0]->type = I8;
    table_quantise(q->g, n);
    push(q->g, n);
}

/* Sum and mean as two nodes, so that the sum can be as wide as it needs. */
static void convert_global_pool(struct quantiser *q, struct node *n)
{
    struct graph *g = q->g;
    struct val *x = n->in[0], *y = n->out[0];
    struct val *sum = val_new(g, arena_format(g->mem, "%s.sum", n->name), (struct shape){1, 1, x->c}, F32);
    node_add(g, &op_pool_sum, n->name, n->loc, sum)->in[0] = x;
    node_become(n, &op_pool_mean);
    n->in[0] = sum;
    n->whole[0] = x->h * x->w;
    y->type = I8;
    y->scale = x->scale;
    y->zero = x->zero;
    push(g, n);
}

/* Pools and slices keep the scale of their input. */
static void keep_scale(struct quantiser *q, struct node *n, const struct op *op)
{
    node_become(n, op);
    n->out[0]->type = I8;
    n->out[0]->scale = n->in[0]->scale;
    n->out[0]->zero = n->in[0]->zero;
    push(q->g, n);
}

static void convert_image(struct quantiser *q, struct node *n)
{
    struct val *image = n->out[0];
    image->type = I8;
    image->scale = n->number[0];
    image->zero = n->whole[0];
    if (!is_scale(image->scale)) {
        refuse_scale(q, n, "image", image->scale, image->zero);
        image->scale = 1;
    }
    if (n->in[0]->type == U8) {
        image->zero -= 128;
        node_become(n, &op_recentre);
        push(q->g, n);
        return;
    }
    n->in[0]->scale = image->scale; /* the caller's int8 values are what the layers read */
    n->in[0]->zero = image->zero;
    q->now[image->id] = n->in[0];
}

/* Operators of which a form for int8 keeps the scale. */
static const struct op *form_of_int8(const struct node *n)
{
    if (n->op == &op_take || n->op == &op_max_pool)
        return n->op;
    if (n->op == &op_avg_pool && avg_pool_fits_int8(n))
        return &op_avg_pool_int8;
    if (n->op == &op_upsample && upsample_fits_int8(n))
        return &op_upsample_int8;
    return NULL;
}

static void stay_real(struct quantiser *q, struct node *n)
{
    for (int k = 0; k < NODE_IN; k++)
        if (n->in[k])
            n->in[k] = as_real(q->g, n->in[k]);
    push(q->g, n);
}

static void convert(struct quantiser *q, int i)
{
    struct node *n = q->old[i];
    for (int k = 0; k < NODE_IN; k++)
        if (n->in[k])
            n->in[k] = q->now[n->in[k]->id];
    struct val reads = {0};
    bool int8 = n->in[0]->scale > 0;
    if (n->op == &op_dequantize)
        convert_image(q, n);
    else if ((n->op == &op_conv || n->op == &op_dwconv) && integer_convolution(q, n, &reads))
        convert_convolution(q, i, &reads);
    else if (n->op == &op_add)
        convert_sum(q, i);
    else if (n->op == &op_global_pool && int8)
        convert_global_pool(q, n);
    else if ((n->op == &op_relu || n->op == &op_relu6) && int8)
        convert_relu(q, n);
    else if (n->op->value && int8)
        convert_activation(q, i);
    else if (int8 && form_of_int8(n))
        keep_scale(q, n, form_of_int8(n));
    else
        stay_real(q, n);
}

/* Frozen convolutions that stay floats for lack of scales are an oversight if all do, worth a note if some do. */
static void say_what_stays_float(struct graph *g)
{
    int integer = 0, real = 0;
    const char *first = NULL;
    for (int i = 0; i < g->nnode; i++) {
        const struct node *n = g->node[i];
        integer += n->op == &op_conv_int8 || n->op == &op_dwconv_int8;
        bool dense = n->in[0]->h * n->in[0]->w == 1;
        if ((n->op != &op_conv && n->op != &op_dwconv) || n->in[1]->role != ROLE_FROZEN || dense)
            continue;
        first = first ? first : n->name;
        real++;
    }
    if (!integer && real)
        diag_error(g->diag, g->spec->precision.loc, "forward",
                   "tinytl-gen quantize spec.lua --data DIR -o FILE writes them for a network of floats",
                   "int8 needs weights with scales: %s has none for '%s'",
                   g->weights ? g->weights->path : "a spec without weights", first);
    else if (real) {
        GROW(g->mem, g->note, g->nnote, g->note_capacity);
        g->note[g->nnote++] = arena_format(g->mem, "%d frozen convolutions have no scales and stay floats: %s%s", real,
                                           first, real > 1 ? ", ..." : "");
    }
}

void graph_quantise(struct graph *g)
{
    int nval = g->nval;
    struct quantiser q = {.g = g, .old = g->node, .count = g->nnode, .nval = nval};
    q.now = NEW_ARRAY(g->mem, struct val *, nval);
    q.int8 = NEW_ARRAY(g->mem, struct val *, nval);
    for (int i = 0; i < nval; i++)
        q.now[i] = g->val[i];
    g->node = NULL;
    g->nnode = g->node_capacity = 0;
    for (int i = 0; i < q.count; i++)
        if (q.old[i])
            convert(&q, i);
    for (int i = 0; i < g->spec->nlayer; i++)
        g->layer[i] = q.now[g->layer[i]->id];
    g->scores = as_real(g, q.now[g->scores->id]);
    say_what_stays_float(g);
}
