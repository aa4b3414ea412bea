/* SPDX-License-Identifier: MIT */
/* struct spec -> the forward graph: layers, what learns, sums folded into the operators before them. */
#include "ops/int8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- layers ---- */

static const struct op *op_of(const struct constructor *make)
{
    for (int i = 0; all_ops[i]; i++)
        if (all_ops[i]->make == make)
            return all_ops[i];
    abort();
}

static struct val *build_layer(struct graph *g, const struct layer *l, struct val **in)
{
    const struct op *op = op_of(l->make);
    if (op->build)
        return op->build(g, l, in);
    struct node *n = node_add(g, op, l->name, l->loc, val_new(g, l->name, l->out, F32));
    for (int i = 0; i < l->nfrom; i++)
        n->in[i] = in[i];
    if (op->setup)
        op->setup(g, n, l);
    return activation_add(g, l->act, l, n->out[0]);
}

struct val *activation_add(struct graph *g, const char *name, const struct layer *l, struct val *v)
{
    if (!name)
        return v;
    for (int i = 0; all_ops[i]; i++) {
        const struct op *op = all_ops[i];
        if (strcmp(op->name, name))
            continue;
        struct node *n = node_add(g, op, l->name, l->loc, val_like(g, arena_format(g->mem, "%s.%s", l->name, name), v));
        n->in[0] = v;
        if (op->setup)
            op->setup(g, n, l);
        return n->out[0];
    }
    abort();
}

/* The image as it comes, and as the layers read it: real numbers. */
static struct val *build_input(struct graph *g)
{
    const struct input *in = &g->spec->input;
    static const enum type types[] = {[INPUT_FLOAT32] = F32, [INPUT_UINT8] = U8, [INPUT_INT8] = I8};
    g->input = val_new(g, "input", in->shape, types[in->type]);
    g->input->role = ROLE_INPUT;
    if (in->type == INPUT_FLOAT32)
        return g->input;
    struct node *n = node_add(g, &op_dequantize, "input", in->loc, val_new(g, "image", in->shape, F32));
    n->in[0] = g->input;
    n->number[0] = in->scale;
    n->whole[0] = in->zero_point;
    return n->out[0];
}

/* ---- what learns ---- */

struct magnitude {
    int channel;
    double sum;
};

static int by_magnitude(const void *a, const void *b)
{
    const struct magnitude *x = a, *y = b;
    if (x->sum != y->sum)
        return x->sum > y->sum ? -1 : 1;
    return x->channel - y->channel;
}

static int by_number(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static int position(const struct graph *g, const struct node *n)
{
    int i = 0;
    while (g->node[i] != n)
        i++;
    return i;
}

/* The `count` input or output channels of p with the largest weights, ascending. */
static int *largest_channels(struct graph *g, const struct param *p, bool inputs, int count)
{
    int n = inputs ? p->shape[1] : p->shape[0], area = p->shape[2] * p->shape[3];
    struct magnitude *m = NEW_ARRAY(g->mem, struct magnitude, n);
    int *channel = NEW_ARRAY(g->mem, int, count);
    for (int c = 0; c < n; c++)
        m[c].channel = c;
    for (int64_t i = 0; i < p->count; i++) {
        int64_t o = i / ((int64_t)p->shape[1] * area), in = p->hwc ? i % p->shape[1] : i / area % p->shape[1];
        m[inputs ? in : o].sum += fabs((double)p->value[i]);
    }
    qsort(m, (size_t)n, sizeof *m, by_magnitude);
    for (int i = 0; i < count; i++)
        channel[i] = m[i].channel;
    qsort(channel, (size_t)count, sizeof *channel, by_number);
    return channel;
}

/* Moves the learning channels of `whole` into a parameter of their own and zeroes them in `whole`. */
static struct param *split_param(struct graph *g, struct param *whole, bool inputs, int count)
{
    struct param *p = NEW(g->mem, struct param);
    int area = whole->shape[2] * whole->shape[3], k = 0;
    *p = *whole;
    p->name = arena_format(g->mem, "%s.slice", whole->name);
    p->channel = largest_channels(g, whole, inputs, count);
    p->nchannel = count;
    p->slice_inputs = inputs;
    p->slice_of = whole;
    p->shape[inputs ? 1 : 0] = count;
    p->count = (int64_t)p->shape[0] * p->shape[1] * area;
    p->value = NEW_ARRAY(g->mem, float, p->count);
    p->quantised = NULL;
    p->scale = whole->scale ? NEW_ARRAY(g->mem, float, p->shape[0]) : NULL;
    for (int o = 0; whole->scale && o < p->shape[0]; o++)
        p->scale[o] = whole->scale[inputs ? o : p->channel[o]];
    p->hwc = false;
    for (int o = 0; o < p->shape[0]; o++)
        for (int i = 0; i < p->shape[1]; i++)
            for (int a = 0; a < area; a++) {
                int64_t out = inputs ? o : p->channel[o], in = inputs ? p->channel[i] : i;
                int64_t from =
                    whole->hwc ? (out * area + a) * whole->shape[1] + in : (out * whole->shape[1] + in) * area + a;
                p->value[k++] = whole->value[from];
                whole->value[from] = 0;
                if (whole->quantised)
                    whole->quantised[from] = 0;
            }
    GROW(g->mem, g->param, g->nparam, g->param_capacity);
    return g->param[g->nparam++] = p;
}

/* Puts a node that was appended last in the place behind `before`. */
static void move_behind(struct graph *g, const struct node *before)
{
    struct node *n = g->node[--g->nnode];
    int at = g->nnode;
    while (at > 0 && g->node[at - 1] != before) {
        g->node[at] = g->node[at - 1];
        at--;
    }
    g->node[at] = n;
    g->nnode++;
}

static struct node *node_behind(struct graph *g, const struct op *op, const struct node *before, struct val *out)
{
    struct node *n = node_add(g, op, before->name, before->loc, out);
    move_behind(g, before);
    return n;
}

/* What is left of a weight whose input channels p learns: a parameter of its own in the place of the whole.  Its
 * channels are in `channel`. */
static struct param *rest_of(struct graph *g, struct param *whole, const struct param *p)
{
    struct param *rest = NEW(g->mem, struct param);
    int area = whole->shape[2] * whole->shape[3], ins = whole->shape[1];
    *rest = *whole;
    rest->shape[1] = ins - p->nchannel;
    rest->count = (int64_t)rest->shape[0] * rest->shape[1] * area;
    rest->value = NEW_ARRAY(g->mem, float, rest->count);
    rest->quantised = whole->quantised ? NEW_ARRAY(g->mem, int8_t, rest->count) : NULL;
    rest->channel = NEW_ARRAY(g->mem, int, rest->shape[1]);
    rest->hwc = false;
    for (int i = 0, next = 0; i < ins; i++)
        if (next < p->nchannel && p->channel[next] == i)
            next++;
        else
            rest->channel[rest->nchannel++] = i;
    int64_t k = 0;
    for (int o = 0; o < rest->shape[0]; o++)
        for (int i = 0; i < rest->shape[1]; i++)
            for (int a = 0; a < area; a++, k++) {
                int64_t in = rest->channel[i];
                int64_t from = whole->hwc ? ((int64_t)o * area + a) * ins + in : ((int64_t)o * ins + in) * area + a;
                rest->value[k] = whole->value[from];
                if (rest->quantised)
                    rest->quantised[k] = whole->quantised[from];
            }
    return rest;
}

static struct node *take_before(struct graph *g, const struct node *n, struct val *index, const char *name, int count)
{
    struct val *x = n->in[0];
    struct node *take =
        node_add(g, &op_take, n->name, n->loc,
                 val_new(g, arena_format(g->mem, "%s.%s", n->name, name), (struct shape){x->h, x->w, count}, F32));
    take->in[0] = x;
    take->in[1] = index;
    return take;
}

/* In an int8 network the learning part comes first, as floats that the frozen part adds to its sums:
 *     inputs:   y = conv(take(x, rest), frozen) + [conv(take(x), slice)]
 *     outputs:  y = conv(x, frozen) + [put(conv(x, slice))]                                       */
static void slice_before(struct graph *g, struct node *n, struct param *p, struct val *index, bool inputs)
{
    struct val *x = n->in[0], *y = n->out[0], *w = n->in[1];
    int at = position(g, n), count = g->nnode;
    p->val = param_val(g, p, CONTENT_CONV, F32);
    p->trained = true;
    if (inputs)
        x = take_before(g, n, index, "taken", p->nchannel)->out[0];
    struct node *conv =
        node_add(g, &op_conv, n->name, n->loc,
                 val_new(g, arena_format(g->mem, "%s.slice", n->name), (struct shape){y->h, y->w, p->shape[0]}, F32));
    conv->in[0] = x;
    conv->in[1] = p->val;
    conv->win = n->win;
    struct node *last = conv;
    if (!inputs) {
        last = node_add(g, &op_put, n->name, n->loc, val_like(g, arena_format(g->mem, "%s.put", n->name), y));
        last->in[0] = conv->out[0];
        last->in[1] = index;
    }
    n->in[4] = last->out[0];
    if (inputs && p->nchannel < w->param->shape[1]) {
        w->param = rest_of(g, w->param, p);
        w->c = (int)param_elements(w);
        struct val *rest = param_val(g, w->param, CONTENT_INDEX, U16);
        rest->name = arena_format(g->mem, "%s.rest", w->name);
        n->in[0] = take_before(g, n, rest, "rest", w->param->nchannel)->out[0];
    }
    for (int moved; count < g->nnode; count++, at++) { /* to the place in front of n */
        struct node *one = g->node[count];
        for (moved = count; moved > at; moved--)
            g->node[moved] = g->node[moved - 1];
        g->node[at] = one;
    }
}

/* A slice of a convolution learns:
 *     inputs:   y = conv(x, frozen) + conv(take(x), slice)
 *     outputs:  y = conv(x, frozen) + put(conv(x, slice))
 * The frozen part has zeros where the slice has weights. */
static void split_node(struct graph *g, struct node *n, struct param *whole, const struct update *u)
{
    bool inputs = u->inputs < 1;
    int total = inputs ? whole->shape[1] : whole->shape[0];
    int count = (int)ceil((inputs ? u->inputs : u->outputs) * total - 1e-9);
    struct param *p = split_param(g, whole, inputs, count > 0 ? count : 1);
    struct val *x = n->in[0], *y = n->out[0];
    struct val *index = param_val(g, p, CONTENT_INDEX, U16);
    if (g->spec->precision.forward == FORWARD_INT8) {
        slice_before(g, n, p, index, inputs);
        return;
    }
    struct val *frozen = n->out[0] = val_like(g, arena_format(g->mem, "%s.frozen", n->name), y);
    frozen->def = n;
    p->val = param_val(g, p, CONTENT_CONV, F32);
    p->trained = true;
    struct node *last = n, *conv;
    if (inputs) {
        struct val *taken =
            val_new(g, arena_format(g->mem, "%s.taken", n->name), (struct shape){x->h, x->w, p->nchannel}, F32);
        last = node_behind(g, &op_take, last, taken);
        last->in[0] = x;
        last->in[1] = index;
        conv = node_behind(g, &op_conv, last, y);
        conv->in[0] = taken;
        conv->in[4] = frozen;
    } else {
        struct val *learnt =
            val_new(g, arena_format(g->mem, "%s.slice", n->name), (struct shape){y->h, y->w, p->nchannel}, F32);
        conv = last = node_behind(g, &op_conv, last, learnt);
        conv->in[0] = x;
        struct node *put = node_behind(g, &op_put, last, y);
        put->in[0] = learnt;
        put->in[1] = index;
        put->in[2] = frozen;
    }
    conv->in[1] = p->val;
    conv->win = n->win;
}

static void train_slice(struct graph *g, struct param *p, const struct update *u)
{
    for (int i = 0; i < g->nnode; i++) {
        struct node *n = g->node[i];
        if (n->op != &op_conv || n->in[1] != p->val)
            continue;
        if (n->win.groups != 1)
            break;
        split_node(g, n, p, u);
        return;
    }
    diag_error(g->diag, u->loc, u->glob, "name them one by one, or use a pattern such as \"*.pointwise1.weight\"",
               "update '%s' with a slice: '%s' is not the weight of a convolution without groups", u->glob, p->name);
}

/* Names of parameters; if `patterns`, with those cut at each dot, too: "a.*" and "*.bias" of "a.bias". */
static const char *similar_param(struct graph *g, const char *glob, bool patterns)
{
    const char **names = NULL;
    int count = 0, capacity = 0;
    for (int i = 0; i < g->nparam; i++) {
        const char *name = g->param[i]->name;
        GROW(g->mem, names, count, capacity);
        names[count++] = name;
        for (const char *dot = strchr(name, '.'); patterns && dot; dot = strchr(dot + 1, '.')) {
            GROW(g->mem, names, count, capacity);
            names[count++] = arena_format(g->mem, "%.*s.*", (int)(dot - name), name);
            GROW(g->mem, names, count, capacity);
            names[count++] = arena_format(g->mem, "*%s", dot);
        }
    }
    return nearest_name(glob, names, count);
}

/* The first of all names. */
static const char *param_names(const struct graph *g)
{
    enum { NAMED = 6 };
    struct text t = text_new(g->mem);
    for (int i = 0; i < g->nparam && i < NAMED; i++)
        text_put(&t, "%s%s", i ? ", " : "", g->param[i]->name);
    if (g->nparam > NAMED)
        text_put(&t, " and %d more", g->nparam - NAMED);
    return t.at;
}

static void no_such_param(struct graph *g, const struct update *u)
{
    const char *near = similar_param(g, u->glob, strchr(u->glob, '*') != NULL);
    diag_error(g->diag, u->loc, u->glob,
               near            ? arena_format(g->mem, "did you mean '%s'?", near)
               : g->nparam > 0 ? arena_format(g->mem, "the network has: %s (see --dump=graph)", param_names(g))
                               : NULL,
               "update '%s' fits no parameter", u->glob);
}

/* What learns as bfloat16: the weights of convolutions of floats, and the biases of integer ones.  The rest of what
 * learns is small. */
static void set_bfloat16(struct graph *g)
{
    for (int i = 0; i < g->nnode; i++) {
        const struct node *n = g->node[i];
        struct val *v = n->op == &op_conv                                    ? n->in[1]
                        : n->op == &op_conv_int8 || n->op == &op_dwconv_int8 ? n->in[Q_B]
                                                                             : NULL;
        if (v && v->role == ROLE_TRAINED)
            v->type = BF16;
    }
}

static void mark_trained(struct graph *g)
{
    const struct train *t = &g->spec->train;
    int trained = 0;
    for (int k = 0; k < t->nupdate; k++) {
        const struct update *u = &t->update[k];
        int hits = 0, count = g->nparam; /* slices are appended: they are not looked at */
        for (int i = 0; i < count; i++) {
            struct param *p = g->param[i];
            if (!glob_match(u->glob, p->name))
                continue;
            hits++;
            if (p->trained || p->sliced)
                continue;
            if (u->inputs < 1 || u->outputs < 1) {
                if (!strcmp(strrchr(p->name, '.'), ".weight")) {
                    train_slice(g, p, u);
                    p->sliced = true;
                }
            } else {
                p->trained = true;
            }
        }
        if (!hits)
            no_such_param(g, u);
        trained += hits;
    }
    if (t->given && !trained && !g->diag->errors)
        diag_error(g->diag, t->loc, "train", "for example: update = { \"classifier.*\", \"*.bias\" }",
                   "nothing learns: 'update' is empty");
    for (int i = 0; i < g->nparam; i++)
        if (g->param[i]->trained)
            g->param[i]->val->role = ROLE_TRAINED;
}

/* ---- sums ---- */

/* A linear operator whose result is only added to something can add it itself. */
static bool can_add(const struct graph *g, const struct val *v)
{
    const struct node *d = v->def;
    return d && d->op->plus && !d->in[d->op->plus - 1] && d->out[0] == v && !v->keep && val_readers(g, v) == 1;
}

/* add(a, b) where b = op(x), read by nobody else  ->  op(x) + a: one map less. */
static void fold_sums(struct graph *g)
{
    for (int i = 0; i < g->nnode; i++) {
        struct node *sum = g->node[i];
        if (sum->op != &op_add || sum->in[0] == sum->in[1])
            continue;
        struct val *a = sum->in[0], *b = sum->in[1];
        bool swap = !can_add(g, b) || (can_add(g, a) && position(g, a->def) > position(g, b->def));
        struct val *term = swap ? a : b, *other = swap ? b : a;
        if (!can_add(g, term))
            continue;
        struct node *n = term->def;
        int from = position(g, n);
        for (int k = from; k < i; k++) /* the operator takes the place of the sum */
            g->node[k] = g->node[k + 1];
        g->node[i] = n;
        for (int k = i - 1; k < g->nnode - 1; k++)
            g->node[k] = g->node[k + 1];
        g->nnode--;
        n->in[n->op->plus - 1] = other;
        n->out[0] = sum->out[0];
        n->out[0]->def = n;
        i--;
    }
}

/* ---- loss ---- */

static void build_loss(struct graph *g)
{
    const struct train *t = &g->spec->train;
    if (!t->given)
        return;
    g->pass = PASS_LOSS;
    const struct op *op = t->loss == LOSS_MSE ? &op_mse : &op_softmax_cross_entropy;
    struct val *gradient = val_like(g, "d.scores", g->scores);
    g->loss = node_add(g, op, "loss", t->loc, gradient);
    g->loss->in[0] = g->scores;
    if (t->loss == LOSS_SOFTMAX_CROSS_ENTROPY && g->scores->h * g->scores->w * g->scores->c < 2)
        diag_error(g->diag, t->loc, "loss", NULL, "softmax_cross_entropy needs at least two classes");
}

struct graph *graph_build(struct arena *mem, struct diag *d, const struct spec *s, const struct tensor_file *weights)
{
    struct graph *g = NEW(mem, struct graph);
    *g = (struct graph){
        .mem = mem, .diag = d, .spec = s, .weights = weights, .add = &op_add, .add_integer = &op_sum_int};
    g->layer = NEW_ARRAY(mem, struct val *, s->nlayer);
    int before = d->errors;
    g->layer[0] = build_input(g);
    base_start(g);
    for (int i = 1; i < s->nlayer; i++) {
        struct val *in[INPUTS] = {NULL};
        for (int k = 0; k < s->layer[i].nfrom; k++)
            in[k] = g->layer[s->layer[i].from[k]];
        g->layer[i] = build_layer(g, &s->layer[i], in);
        base_layer(g, i);
    }
    g->scores = g->layer[s->nlayer - 1];
    for (int i = 0; s->keep_layers && i < s->nlayer; i++) {
        g->layer[i]->keep = true;
        if (s->layer[i].act && s->precision.forward == FORWARD_FLOAT32) /* and the value before its activation */
            g->layer[i]->def->in[0]->keep = true;
    }
    mark_trained(g);
    if (s->precision.forward == FORWARD_INT8 && d->errors == before)
        graph_quantise(g);
    fold_sums(g);
    for (int i = 0; i < g->nnode; i++)
        if (g->node[i]->op == &op_conv || g->node[i]->op == &op_dwconv)
            conv_set_weights(g, g->node[i]);
    if (s->precision.trained == TRAINED_BFLOAT16)
        set_bfloat16(g);
    build_loss(g);
    params_report(g);
    if (d->errors > before)
        return NULL;
    graph_check(g);
    return g;
}
