/* SPDX-License-Identifier: MIT */
/* Bridges between real numbers and int8. */
#include "integers/integers.h"

/* ---- quantize: q = clamp(round(x / scale) + zero) ---- */

static void quantize_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_real(b, "scale", n->out[0]->scale);
    bind_int(b, "zero", n->out[0]->zero);
}

static void quantize_grad(struct graph *g, struct node *n)
{
    if (wants_grad(n->in[0]))
        grad_same(g, n->in[0], gradient_as_real(g, n->out[0]->grad, n), n);
}

const struct op op_quantize = {
    .name = "quantize",
    .in = {{"x", .rows = true}},
    .out = {{"q", .rows = true}},
    .grad = quantize_grad,
    .bind = quantize_bind,
};

/* ---- dequantize: x = (q - zero_point) * scale, the image as real numbers ---- */

static void dequantize_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_channels(b, n, "from", 1, n->in[0]);
    bind_text(b, "qtype", n->in[0]->type == U8 ? "uint8" : "int8");
    bind_real(b, "scale", n->number[0]);
    bind_int(b, "zero", n->whole[0]);
}

static void dequantize_grad(struct graph *g, struct node *n)
{
    if (wants_grad(n->in[0]))
        grad_real(g, n->in[0], n->out[0]->grad, n);
}

const struct op op_dequantize = {
    .name = "dequantize",
    .in = {{"q", .rows = true, .index = 2}, {"from", .optional = true}},
    .out = {{"x", .rows = true}},
    .form = true,
    .grad = dequantize_grad,
    .bind = dequantize_bind,
    .grid = GRID_IMAGE,
    .integer = image_integer,
};

/* ---- a tensor in its other form ---- */

struct val *as_real(struct graph *g, struct val *v)
{
    if (v->scale == 0)
        return v;
    if (!v->real && v->channels)
        v->real = pixels_real(g, v, v->name, arena_format(g->mem, "%s.real", v->name));
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

struct val *as_int8(struct quantiser *q, struct val *v, double scale, int zero, const struct node *user)
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
