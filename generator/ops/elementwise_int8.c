/* Sums, bridges between int8 and float32, and pools of int8 maps. */
#include "ops/int8.h"

#include <math.h>

/* ---- add_int8: two int8 maps, each with a scale of its own ----
 *
 *     y = clamp(((a - za) * A + (b - zb) * B + 2^(f-1) >> f) + zy)      A = round(2^f sa / sy)
 *
 * or, with TFLite's rounding, both at 2^20 of twice the larger scale, summed, and scaled again. */

static void add_bind(const struct node *n, struct bindings *b)
{
    const struct val *a = n->in[0], *c = n->in[1], *y = n->out[0];
    bind_elements(b, y);
    bind_quant(b, "a", a);
    bind_quant(b, "b", c);
    bind_quant(b, "y", y);
    bind_int(b, "lo", n->whole[WHOLE_LO]);
    bind_int(b, "hi", n->whole[WHOLE_HI]);
    bind_flag(b, "tflite", n->whole[WHOLE_SHIFT] != 0);
    bind_flag(b, "has_mask", n->out[1] != NULL);
    if (n->whole[WHOLE_SHIFT]) {
        double twice = 2 * fmax(a->scale, c->scale);
        struct factor f[3] = {tflite_factor(a->scale / twice), tflite_factor(c->scale / twice),
                              tflite_factor(twice / (1048576.0 * y->scale))};
        static const char *const names[] = {"a", "b", "y"};
        for (int i = 0; i < 3; i++) {
            bind_int(b, arena_format(b->mem, "%s_multiplier", names[i]), f[i].multiplier);
            bind_int(b, arena_format(b->mem, "%s_shift", names[i]), f[i].shift);
        }
        return;
    }
    int bits = 22; /* 255 * (A + B) + half stays below 2^31 */
    double sum = (a->scale + c->scale) / y->scale;
    while (bits > 0 && ldexp(sum, bits) * 256 >= 2147483647.0 - ldexp(1, bits))
        bits--;
    bind_int(b, "bits", bits);
    bind_int(b, "a_factor", (long)nearbyint(ldexp(a->scale / y->scale, bits)));
    bind_int(b, "b_factor", (long)nearbyint(ldexp(c->scale / y->scale, bits)));
}

static void add_grad(struct graph *g, struct node *n)
{
    struct val *dy = n->out[0]->grad;
    if (n->whole[WHOLE_GATED])
        dy = gated(g, n, dy);
    for (int i = 0; i < 2; i++)
        if (wants_grad(n->in[i]))
            grad_same(g, n->in[i], n->in[i]->scale > 0 ? dy : gradient_as_real(g, dy, n), n);
}

const struct op op_add_int8 = {
    .name = "add_int8",
    .in = {{"a", .rows = true}, {"b", .rows = true}},
    .out = {{"y", .rows = true}, {"mask", .rows = true, .optional = true, .null = true}},
    .inplace = 1,
    .grad = add_grad,
    .bind = add_bind,
};

/* ---- add_real: an int8 map and a map of floats; the result has the scale of the first ---- */

static void add_real_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_real(b, "scale", n->out[0]->scale);
    bind_int(b, "lo", n->whole[WHOLE_LO]);
    bind_int(b, "hi", n->whole[WHOLE_HI]);
    bind_flag(b, "has_mask", n->out[1] != NULL);
}

const struct op op_add_real = {
    .name = "add_real",
    .in = {{"a", .rows = true}, {"b", .rows = true}},
    .out = {{"y", .rows = true}, {"mask", .rows = true, .optional = true, .null = true}},
    .inplace = 1,
    .grad = add_grad,
    .bind = add_real_bind,
};

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

/* ---- recentre: uint8 - 128, the image as int8 ---- */

static void recentre_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
}

const struct op op_recentre = {
    .name = "recentre",
    .in = {{"u", .rows = true}},
    .out = {{"q", .rows = true}},
    .bind = recentre_bind,
};

/* ---- pools ----
 *
 *     pool_sum       sum of q over all pixels, exact as floats; accumulates over rows
 *     pool_mean      mean, rounded half away from zero as TFLite does
 *     avg_pool_int8  mean under a window, the same; no padding
 *     spread         their gradient: dx = dy / pixels for every pixel                             */

static void sum_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->in[0]);
}

static void mean_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_int(b, "pixels", n->whole[0]);
}

static void spread_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_int(b, "pixels", n->whole[0]);
    bind_text(b, "gtype", type_name(n->out[0]->type));
    bind_flag(b, "has_plus", n->in[2] != NULL);
}

static const struct op op_spread = {
    .name = "spread",
    .in = {{"dy"}, {"dy_range"}, {"plus", .rows = true, .optional = true}, {"plus_range", .optional = true}},
    .out = {{"dx", .rows = true}, {"range"}},
    .inplace = 3,
    .plus = 3,
    .bind = spread_bind,
};

static void mean_grad(struct graph *g, struct node *n)
{
    (void)g;
    n->in[0]->grad = n->out[0]->grad; /* of the mean: pool_sum divides */
}

static void sum_grad(struct graph *g, struct node *n)
{
    struct val *x = n->in[0], *dy = n->out[0]->grad;
    if (!wants_grad(x))
        return;
    if (dy->type == F32) {
        grad_add(g, x, &op_global_pool_dx, n)->in[0] = dy;
        return;
    }
    struct node *d = grad_add(g, x, &op_spread, n);
    d->in[0] = dy;
    d->in[1] = dy->range;
    d->whole[0] = x->h * x->w;
    expect(d->out[0], dy->expected / (x->h * x->w));
}

const struct op op_pool_sum = {
    .name = "pool_sum",
    .in = {{"x", .rows = true}},
    .out = {{"y"}},
    .stepping = STEP_ACCUMULATE,
    .grad = sum_grad,
    .bind = sum_bind,
};

const struct op op_pool_mean = {
    .name = "pool_mean",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}},
    .grad = mean_grad,
    .bind = mean_bind,
};

static void avg_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    (void)i;
    window_rows(&n->win, n->in[0]->h, y, lo, hi);
}

static void avg_bind(const struct node *n, struct bindings *b)
{
    bind_shape(b, n->in[0], n->out[0]);
    bind_window(b, &n->win);
    b->label = arena_format(b->mem, "k%dx%d_%dx%dx%d", n->win.kh, n->win.kw, n->in[0]->h, n->in[0]->w, n->in[0]->c);
}

static void avg_grad(struct graph *g, struct node *n)
{
    if (wants_grad(n->in[0]))
        grad_bridged(g, n, &op_avg_pool_dx);
}

const struct op op_avg_pool_int8 = {
    .name = "avg_pool_int8",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}},
    .rows = avg_rows,
    .grad = avg_grad,
    .bind = avg_bind,
};
