/* SPDX-License-Identifier: MIT */
/* Group normalisation (Wu and He, 2018): each sample's channels in groups, over the whole map.
 *
 *     group_mean   mean of a group                       accumulates over rows
 *     group_rstd   1 / sqrt(variance + eps)              accumulates over rows
 *     group_norm   y = (x - mean) * rstd * w + b         rows
 *
 * With xhat = (x - mean) * rstd and m the mean over a group, the gradient is
 *
 *     dx = rstd * (dy w - m(dy w) - xhat m(dy w xhat)):
 *
 *     group_norm_sums   m(dy w) and m(dy w xhat)         accumulates over rows
 *     group_norm_dx     dx [+ plus]                      rows
 *     group_norm_dw     dw = sum of dy xhat              accumulates over rows                     */
#include "ops/ops.h"

enum { X, MEAN, RSTD, W, B };
enum { DY, DX_X, DX_MEAN, DX_RSTD, DX_W, DX_SUMS, DX_PLUS };

static void bind_groups(const struct node *n, struct bindings *b, const struct val *x)
{
    bind_elements(b, x);
    bind_int(b, "groups", n->win.groups);
    b->label = arena_format(b->mem, "g%d_%s", n->win.groups, b->label);
}

static void group_norm_bind(const struct node *n, struct bindings *b)
{
    bind_groups(n, b, n->in[0]);
}

static void group_rstd_bind(const struct node *n, struct bindings *b)
{
    bind_groups(n, b, n->in[0]);
    bind_real(b, "eps", n->number[0]);
}

static void group_norm_dw_bind(const struct node *n, struct bindings *b)
{
    bind_groups(n, b, n->in[0]);
    bind_flag(b, "keep", n->out[0]->role == ROLE_STATE);
}

static void group_norm_dx_bind(const struct node *n, struct bindings *b)
{
    bind_groups(n, b, n->out[0]);
    bind_flag(b, "has_plus", n->in[DX_PLUS] != NULL);
}

static const struct op op_group_mean = {
    .name = "group_mean",
    .in = {{"x", .rows = true}},
    .out = {{"mean"}},
    .stepping = STEP_ACCUMULATE,
    .bind = group_norm_bind,
};

static const struct op op_group_rstd = {
    .name = "group_rstd",
    .in = {{"x", .rows = true}, {"mean"}},
    .out = {{"rstd"}},
    .stepping = STEP_ACCUMULATE,
    .bind = group_rstd_bind,
};

static const struct op op_group_norm_dw = {
    .name = "group_norm_dw",
    .in = {{"dy", .rows = true}, {"x", .rows = true}, {"mean"}, {"rstd"}},
    .out = {{"dw"}},
    .stepping = STEP_ACCUMULATE,
    .bind = group_norm_dw_bind,
};

static const struct op op_group_norm_sums = {
    .name = "group_norm_sums",
    .in = {{"dy", .rows = true}, {"x", .rows = true}, {"mean"}, {"rstd"}, {"w"}},
    .out = {{"sums"}},
    .stepping = STEP_ACCUMULATE,
    .bind = group_norm_bind,
};

static const struct op op_group_norm_dx = {
    .name = "group_norm_dx",
    .in = {{"dy", .rows = true},
           {"x", .rows = true},
           {"mean"},
           {"rstd"},
           {"w"},
           {"sums"},
           {"plus", .rows = true, .optional = true}},
    .out = {{"dx", .rows = true}},
    .inplace = 1 + DX_PLUS,
    .plus = 1 + DX_PLUS,
    .bind = group_norm_dx_bind,
};

static void group_norm_grad(struct graph *g, struct node *n)
{
    struct val *x = n->in[X], *dy = n->out[0]->grad;
    if (wants_grad(n->in[B]))
        grad_param(g, n->in[B], &op_bias_grad, n)->in[0] = dy;
    if (wants_grad(n->in[W])) {
        struct node *d = grad_param(g, n->in[W], &op_group_norm_dw, n);
        d->in[DY] = dy;
        d->in[DX_X] = x;
        d->in[DX_MEAN] = n->in[MEAN];
        d->in[DX_RSTD] = n->in[RSTD];
    }
    if (!wants_grad(x))
        return;
    struct node *s = node_add(
        g, &op_group_norm_sums, n->name, n->loc,
        val_new(g, arena_format(g->mem, "%s.sums", n->out[0]->name), (struct shape){1, 1, 2 * n->win.groups}, F32));
    struct node *d = grad_add(g, x, &op_group_norm_dx, n);
    s->win = n->win;
    s->in[DY] = d->in[DY] = dy;
    s->in[DX_X] = d->in[DX_X] = x;
    s->in[DX_MEAN] = d->in[DX_MEAN] = n->in[MEAN];
    s->in[DX_RSTD] = d->in[DX_RSTD] = n->in[RSTD];
    s->in[DX_W] = d->in[DX_W] = n->in[W];
    d->in[DX_SUMS] = s->out[0];
}

static void group_norm_shape(struct diag *d, struct layer *l)
{
    int groups = layer_int(l, "groups");
    l->out = l->in[0];
    if (l->in[0].c % groups)
        diag_error(d, l->loc, "groups", NULL, "group_norm '%s': %d channels do not divide into %d groups", l->name,
                   l->in[0].c, groups);
    if (!(layer_number(l, "eps") > 0))
        diag_error(d, l->loc, "eps", NULL, "group_norm '%s': eps must be greater than 0", l->name);
}

static struct val *statistic(struct graph *g, const struct op *op, const struct layer *l, struct val *x,
                             struct val *mean, struct window w)
{
    struct node *n = node_add(
        g, op, l->name, l->loc,
        val_new(g, arena_format(g->mem, "%s.%s", l->name, op->out[0].name), (struct shape){1, 1, w.groups}, F32));
    n->win = w;
    n->in[0] = x;
    if (mean)
        n->in[1] = mean;
    n->number[0] = layer_number(l, "eps");
    return n->out[0];
}

static struct val *group_norm_build(struct graph *g, const struct layer *l, struct val **in)
{
    struct window w = {.groups = layer_int(l, "groups")};
    struct val *x = in[0], *mean = statistic(g, &op_group_mean, l, x, NULL, w);
    struct val *rstd = statistic(g, &op_group_rstd, l, x, mean, w);
    struct node *n = node_add(g, &op_group_norm, l->name, l->loc, val_like(g, l->name, x));
    struct param *weight = param_new(g, l, "weight", (int[]){x->c, 1, 1, 1}, 0);
    struct param *bias = param_new(g, l, "bias", (int[]){x->c, 1, 1, 1}, 0);
    n->win = w;
    n->in[X] = x;
    n->in[MEAN] = mean;
    n->in[RSTD] = rstd;
    n->in[W] = weight->val = param_val(g, weight, CONTENT_VECTOR, F32);
    n->in[B] = bias->val = param_val(g, bias, CONTENT_VECTOR, F32);
    return activation_add(g, l, n->out[0]);
}

static const struct constructor make_group_norm = {
    .name = "group_norm",
    .inputs = 1,
    .has_act = true,
    .has_params = true,
    .attribute = {{"groups", ATTRIBUTE_INT, .required = true}, {"eps", ATTRIBUTE_NUMBER, .value = 1e-5}},
    .shape = group_norm_shape,
};

const struct op op_group_norm = {
    .name = "group_norm",
    .in = {{"x", .rows = true}, {"mean"}, {"rstd"}, {"w"}, {"b"}},
    .out = {{"y", .rows = true}},
    .inplace = 1,
    .grad = group_norm_grad,
    .bind = group_norm_bind,
    .make = &make_group_norm,
    .build = group_norm_build,
};
