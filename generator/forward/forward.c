/* SPDX-License-Identifier: MIT */
/* struct spec -> the forward graph: layers, what learns, sums folded into the operators before them. */
#include "forward/forward.h"
#include "ops/ops.h"
#include "integers/integers.h"

#include <string.h>

/* ---- layers ---- */

static struct val *build_layer(struct graph *g, const struct layer *l, struct val **in)
{
    const struct op *op = op_of(g->operators, l->make);
    if (op->build)
        return op->build(g, l, in);
    struct node *n = node_add(g, op, l->name, l->loc, val_new(g, l->name, l->out, F32));
    for (int i = 0; i < l->nfrom; i++)
        n->in[i] = in[i];
    if (op->setup)
        op->setup(g, n, l);
    return activation_add(g, l, n->out[0]);
}

/* place = "stream": the caller's rows, as they come. */
static struct val *stream_of(struct graph *g)
{
    struct node *n = node_add(g, &op_stream, "input", g->spec->input.loc, val_like(g, "rows", g->input));
    n->in[0] = g->input;
    return n->out[0];
}

/* The image as it comes, and as the layers read it: real numbers. */
static struct val *build_input(struct graph *g)
{
    const struct input *in = &g->spec->input;
    static const enum type types[] = {
        [INPUT_FLOAT32] = F32, [INPUT_UINT8] = U8, [INPUT_INT8] = I8, [INPUT_RGB565] = U8};
    struct shape shape = {in->shape.h, in->shape.w, in->type == INPUT_RGB565 ? 2 : in->shape.c};
    g->input = val_new(g, "input", shape, types[in->type]);
    g->input->role = ROLE_INPUT;
    struct val *image = in->streamed ? stream_of(g) : g->input;
    if (in->mean || in->type == INPUT_RGB565) {
        image = pixels_real(g, image, "input", "image");
        image->channels = in->mean ? in : NULL;
        return image;
    }
    if (in->type == INPUT_FLOAT32)
        return image;
    struct node *n = node_add(g, &op_dequantize, "input", in->loc, val_new(g, "image", in->shape, F32));
    n->in[0] = image;
    n->number[0] = in->scale;
    n->whole[0] = in->zero_point;
    return n->out[0];
}

/* ---- what learns ---- */

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
        struct val *v = n->op->bfloat16 ? n->in[n->op->bfloat16 - 1] : NULL;
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
                    slice_train(g, p, u);
                    p->sliced = !p->trained;
                }
            } else {
                p->trained = true;
            }
            trained += p->trained || p->sliced;
        }
        if (!hits)
            no_such_param(g, u);
    }
    if (t->given && !trained && !g->diag->errors)
        diag_error(g->diag, t->loc, "train", "for example: update = { \"classifier.*\", \"*.bias\" }",
                   t->nupdate ? "nothing learns: 'update' slices what is no weight"
                              : "nothing learns: 'update' is empty");
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
        if (!sum->op->sum || sum->in[0] == sum->in[1])
            continue;
        struct val *a = sum->in[0], *b = sum->in[1];
        bool swap = !can_add(g, b) || (can_add(g, a) && node_position(g, a->def) > node_position(g, b->def));
        struct val *term = swap ? a : b, *other = swap ? b : a;
        if (!can_add(g, term))
            continue;
        struct node *n = term->def;
        int from = node_position(g, n);
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

struct graph *forward_build(struct arena *mem, struct diag *d, const struct spec *s, const struct tensor_file *weights,
                            const struct tensor_file *norms)
{
    struct graph *g = NEW(mem, struct graph);
    *g = (struct graph){.mem = mem,
                        .diag = d,
                        .spec = s,
                        .weights = weights,
                        .norms = norms,
                        .operators = all_ops,
                        .add = &op_add,
                        .add_integer = &op_sum_int};
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
        if (is_convolution(g->node[i]))
            conv_set_weights(g, g->node[i]);
    if (s->precision.trained == TRAINED_BFLOAT16)
        set_bfloat16(g);
    classes_check(g);
    build_loss(g);
    params_report(g);
    if (d->errors > before)
        return NULL;
    graph_check(g);
    return g;
}
