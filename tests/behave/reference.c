/* SPDX-License-Identifier: MIT */
#include "reference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reference *reference_new(struct arena *mem, const struct spec *s, const struct graph *whole)
{
    struct reference *r = NEW(mem, struct reference);
    *r = (struct reference){.mem = mem, .spec = s};
    r->value = NEW_ARRAY(mem, struct values, whole->nparam);
    r->map = NEW_ARRAY(mem, double *, s->nlayer);
    for (int i = 0; i < whole->nparam; i++) {
        const struct param *p = whole->param[i];
        struct values *v = &r->value[r->nvalue++];
        *v = (struct values){p, NEW_ARRAY(mem, double, p->count)};
        for (int64_t k = 0; k < p->count; k++)
            v->at[k] = (double)p->value[k];
    }
    for (int i = 0; i < s->nlayer; i++)
        r->map[i] = NEW_ARRAY(mem, double, s->layer[i].out.h * s->layer[i].out.w * s->layer[i].out.c);
    return r;
}

double *reference_values(const struct reference *r, const char *name)
{
    for (int i = 0; i < r->nvalue; i++)
        if (!strcmp(r->value[i].param->name, name))
            return r->value[i].at;
    return NULL;
}

static double *param_of(const struct reference *r, const struct layer *l, const char *role)
{
    return reference_values(r, arena_format(r->mem, "%s.%s", l->name, role));
}

/* ---- windows ---- */

struct view {
    int kh, kw, sh, sw, dh, dw, top, left;
};

static int tf_before(int n, int k, int s)
{
    int out = (n + s - 1) / s, total = (out - 1) * s + k - n;
    return total > 0 ? total / 2 : 0;
}

static struct view view_of(const struct layer *l, bool pool)
{
    const struct setting *k = layer_setting(l, "k"), *s = layer_setting(l, "s"), *pad = layer_setting(l, "pad");
    if (pool && !s->given)
        s = k;
    const double *d = pool ? (double[]){1, 1} : layer_setting(l, "dilation")->number;
    struct view v = {.kh = (int)k->number[0],
                     .kw = (int)k->number[1],
                     .sh = (int)s->number[0],
                     .sw = (int)s->number[1],
                     .dh = (int)d[0],
                     .dw = (int)d[1],
                     .top = (int)pad->number[0],
                     .left = (int)pad->number[2]};
    int high = v.dh * (v.kh - 1), wide = v.dw * (v.kw - 1); /* between the first tap and the last */
    if (pad->word && !strcmp(pad->word, "same")) {
        v.top = high / 2;
        v.left = wide / 2;
    } else if (pad->word) {
        v.top = tf_before(l->in[0].h, high + 1, v.sh);
        v.left = tf_before(l->in[0].w, wide + 1, v.sw);
    }
    return v;
}

/* x[y][x][c], 0 outside the map. */
static double at(const double *x, const struct shape *s, int y, int w, int c)
{
    return y < 0 || w < 0 || y >= s->h || w >= s->w ? 0 : x[(y * s->w + w) * s->c + c];
}

/* ---- layers ---- */

static void standardise(const struct layer *l, double *w, int each)
{
    for (int o = 0; o < l->out.c; o++, w += each) {
        double mean = 0, sum = 0;
        for (int i = 0; i < each; i++)
            mean += w[i] / each;
        for (int i = 0; i < each; i++)
            sum += (w[i] - mean) * (w[i] - mean);
        for (int i = 0; i < each; i++)
            w[i] = (w[i] - mean) / (sqrt(sum / (each - 1)) + layer_number(l, "standardise"));
    }
}

/* W + B A: what a low-rank branch makes of the weights. */
static void add_low_rank(const struct reference *r, const struct layer *l, double *w, int each)
{
    const double *a = param_of(r, l, "lora.a.weight"), *b = param_of(r, l, "lora.b.weight");
    for (int o = 0; o < l->out.c; o++)
        for (int i = 0; i < each; i++)
            for (int k = 0; k < l->lora; k++)
                w[o * each + i] += b[o * l->lora + k] * a[k * each + i];
}

/* The weights of a convolution or dense layer, as it uses them. */
static const double *weights_of(const struct reference *r, const struct layer *l, int each)
{
    const double *w = param_of(r, l, "weight");
    bool standard = layer_has(l, "standardise") && layer_setting(l, "standardise")->given;
    if (!standard && !l->lora)
        return w;
    double *own = NEW_ARRAY(r->mem, double, l->out.c *each);
    memcpy(own, w, sizeof *own * (size_t)(l->out.c * each));
    if (standard)
        standardise(l, own, each);
    if (l->lora)
        add_low_rank(r, l, own, each);
    return own;
}

static void convolve(const struct reference *r, const struct layer *l, const double *x, double *y, int groups)
{
    const struct view v = view_of(l, false);
    const struct shape *in = &l->in[0], *out = &l->out;
    int ins = in->c / groups, outs = out->c / groups;
    const double *w = weights_of(r, l, ins * v.kh * v.kw), *b = param_of(r, l, "bias");
    for (int oy = 0; oy < out->h; oy++)
        for (int ox = 0; ox < out->w; ox++)
            for (int o = 0; o < out->c; o++) {
                double sum = b ? b[o] : 0;
                for (int i = 0; i < ins; i++)
                    for (int ky = 0; ky < v.kh; ky++)
                        for (int kx = 0; kx < v.kw; kx++)
                            sum += w[((o * ins + i) * v.kh + ky) * v.kw + kx] * at(x, in, oy * v.sh - v.top + ky * v.dh,
                                                                                   ox * v.sw - v.left + kx * v.dw,
                                                                                   o / outs * ins + i);
                y[(oy * out->w + ox) * out->c + o] = sum;
            }
}

static void multiply(const struct reference *r, const struct layer *l, const double *x, double *y)
{
    const struct shape *in = &l->in[0];
    const double *w = weights_of(r, l, in->h * in->w * in->c), *b = param_of(r, l, "bias");
    bool hwc = !strcmp(layer_setting(l, "order")->word, "hwc");
    int n = in->h * in->w * in->c;
    for (int o = 0; o < l->out.c; o++) {
        y[o] = b ? b[o] : 0;
        for (int p = 0; p < in->h * in->w; p++)
            for (int c = 0; c < in->c; c++)
                y[o] += x[p * in->c + c] * w[o * n + (hwc ? p * in->c + c : c * in->h * in->w + p)];
    }
}

static void pool(const struct layer *l, const double *x, double *y, bool largest)
{
    const struct view v = view_of(l, true);
    const struct shape *in = &l->in[0], *out = &l->out;
    for (int oy = 0; oy < out->h; oy++)
        for (int ox = 0; ox < out->w; ox++)
            for (int c = 0; c < out->c; c++) {
                double sum = 0, top = -INFINITY;
                int count = 0;
                for (int ky = 0; ky < v.kh; ky++)
                    for (int kx = 0; kx < v.kw; kx++) {
                        int iy = oy * v.sh - v.top + ky, ix = ox * v.sw - v.left + kx;
                        sum += at(x, in, iy, ix, c);
                        if (iy >= 0 && ix >= 0 && iy < in->h && ix < in->w) {
                            top = fmax(top, at(x, in, iy, ix, c));
                            count++;
                        }
                    }
                if (largest || layer_int(l, "count_pad"))
                    count = v.kh * v.kw;
                y[(oy * out->w + ox) * out->c + c] = largest ? top : sum / count;
            }
}

static void global_pool(const struct layer *l, const double *x, double *y)
{
    int n = l->in[0].h * l->in[0].w, channels = l->in[0].c;
    for (int c = 0; c < channels; c++) {
        y[c] = 0;
        for (int p = 0; p < n; p++)
            y[c] += x[p * channels + c] / n;
    }
}

static double clamp(double v, double lo, double hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

/* Where output row y of `out` lies among `in` rows: `align` is the second letter of centres, corners, edges. */
static double source(int y, int in, int out, char align)
{
    double at = align == 'd'                        ? (double)y * in / out
                : align == 'o' && in > 1 && out > 1 ? (double)y * (in - 1) / (out - 1)
                : align == 'o' && in > 1            ? 0
                                                    : (y + 0.5) * in / out - 0.5;
    return clamp(at, 0, in - 1);
}

static void bilinear(const struct layer *l, const double *x, double *y)
{
    const struct shape *in = &l->in[0], *out = &l->out;
    char align = layer_setting(l, "align")->word[1];
    for (int oy = 0; oy < out->h; oy++)
        for (int ox = 0; ox < out->w; ox++)
            for (int c = 0; c < out->c; c++) {
                double sy = source(oy, in->h, out->h, align), sx = source(ox, in->w, out->w, align);
                int y0 = (int)sy, x0 = (int)sx;
                double fy = sy - y0, fx = sx - x0, sum = 0;
                for (int k = 0; k < 4; k++) {
                    double weight = (k & 2 ? fy : 1 - fy) * (k & 1 ? fx : 1 - fx);
                    if (weight > 0)
                        sum += weight * at(x, in, y0 + (k >> 1), x0 + (k & 1), c);
                }
                y[(oy * out->w + ox) * out->c + c] = sum;
            }
}

/* Nearest neighbours; or zeros, but where a pixel of x begins. */
static void repeat(const struct layer *l, const double *x, double *y, bool zeros)
{
    const struct shape *in = &l->in[0], *out = &l->out;
    for (int oy = 0; oy < out->h; oy++)
        for (int ox = 0; ox < out->w; ox++)
            for (int c = 0; c < out->c; c++) {
                bool first = oy * in->h % out->h == 0 && ox * in->w % out->w == 0;
                y[(oy * out->w + ox) * out->c + c] =
                    zeros && !first ? 0 : at(x, in, oy * in->h / out->h, ox * in->w / out->w, c);
            }
}

static void upsample(const struct layer *l, const double *x, double *y)
{
    const char *mode = layer_setting(l, "mode")->word;
    if (mode[0] == 'b')
        bilinear(l, x, y);
    else
        repeat(l, x, y, mode[0] == 'z');
}

static void channels(const struct layer *l, const double *x, double *y)
{
    int first = (int)layer_setting(l, "first")->number[0], c = l->in[0].c;
    for (int i = 0; i < l->out.h * l->out.w * l->out.c; i++) {
        int from = first + i % l->out.c;
        y[i] = from >= 0 && from < c ? x[i / l->out.c * c + from] : 0;
    }
}

static void l2_norm(const struct layer *l, const double *x, double *y)
{
    for (int p = 0; p < l->out.h * l->out.w; p++, x += l->out.c, y += l->out.c) {
        double squares = 0;
        for (int c = 0; c < l->out.c; c++)
            squares += x[c] * x[c];
        for (int c = 0; c < l->out.c; c++)
            y[c] = x[c] / fmax(sqrt(squares), 1e-6);
    }
}

static void group_norm(const struct reference *r, const struct layer *l, const double *x, double *y)
{
    const double *w = param_of(r, l, "weight"), *b = param_of(r, l, "bias");
    int pixels = l->out.h * l->out.w, channels = l->out.c, groups = layer_int(l, "groups");
    int each = channels / groups;
    for (int g = 0; g < groups; g++) {
        double mean = 0, var = 0;
        for (int p = 0; p < pixels; p++)
            for (int c = g * each; c < (g + 1) * each; c++)
                mean += x[p * channels + c] / (pixels * each);
        for (int p = 0; p < pixels; p++)
            for (int c = g * each; c < (g + 1) * each; c++)
                var += (x[p * channels + c] - mean) * (x[p * channels + c] - mean) / (pixels * each);
        for (int p = 0; p < pixels; p++)
            for (int c = g * each; c < (g + 1) * each; c++)
                y[p * channels + c] = (x[p * channels + c] - mean) / sqrt(var + layer_number(l, "eps")) * w[c] + b[c];
    }
}

/* ---- activations, by name: what l makes of x ---- */

static double relu(const struct layer *l, double x)
{
    (void)l;
    return fmax(x, 0);
}

static double relu6(const struct layer *l, double x)
{
    (void)l;
    return clamp(x, 0, 6);
}

static double hswish(const struct layer *l, double x)
{
    (void)l;
    return x * clamp(x + 3, 0, 6) / 6;
}

static double sigmoid(const struct layer *l, double x)
{
    (void)l;
    return 1 / (1 + exp(-x));
}

static double leaky_relu(const struct layer *l, double x)
{
    return x > 0 ? x : layer_number(l, "slope") * x;
}

static double elu(const struct layer *l, double x)
{
    return x > 0 ? x : layer_number(l, "alpha") * (exp(x) - 1);
}

static double silu(const struct layer *l, double x)
{
    return x * sigmoid(l, x);
}

static double gelu(const struct layer *l, double x)
{
    if (!strcmp(layer_setting(l, "approximate")->word, "tanh"))
        return 0.5 * x * (1 + tanh(sqrt(2 / acos(-1)) * (x + 0.044715 * x * x * x)));
    return 0.5 * x * (1 + erf(x / sqrt(2)));
}

static double hyperbolic_tangent(const struct layer *l, double x)
{
    (void)l;
    return tanh(x);
}

static double hard_sigmoid(const struct layer *l, double x)
{
    return clamp(layer_number(l, "alpha") * x + layer_number(l, "beta"), 0, 1);
}

static double softplus(const struct layer *l, double x)
{
    (void)l;
    return log(1 + exp(x));
}

static double absolute(const struct layer *l, double x)
{
    (void)l;
    return fabs(x);
}

static void prelu(const struct reference *r, const struct layer *l, const double *x, double *y)
{
    const double *w = param_of(r, l, "weight");
    for (int i = 0; i < l->out.h * l->out.w * l->out.c; i++)
        y[i] = x[i] > 0 ? x[i] : w[i % l->out.c] * x[i];
}

static void activate(const struct layer *l, const double *x, double *y)
{
    static const struct {
        const char *name;
        double (*of)(const struct layer *l, double x);
    } list[] = {{"relu", relu},         {"relu6", relu6},
                {"hswish", hswish},     {"sigmoid", sigmoid},
                {"elu", elu},           {"silu", silu},
                {"gelu", gelu},         {"tanh", hyperbolic_tangent},
                {"softplus", softplus}, {"leaky_relu", leaky_relu},
                {"abs", absolute},      {"hard_sigmoid", hard_sigmoid}};
    int n = l->out.h * l->out.w * l->out.c;
    for (size_t k = 0; k < sizeof list / sizeof *list; k++)
        if (!strcmp(list[k].name, l->make->name)) {
            for (int i = 0; i < n; i++)
                y[i] = list[k].of(l, x[i]);
            return;
        }
    fprintf(stderr, "reference: no layer '%s'\n", l->make->name);
    abort();
}

static void concat(const struct reference *r, const struct layer *l, double *y)
{
    for (int p = 0, at = 0; p < l->out.h * l->out.w; p++)
        for (int k = 0; k < l->nfrom; k++)
            for (int c = 0; c < l->in[k].c; c++)
                y[at++] = r->map[l->from[k]][p * l->in[k].c + c];
}

/* Element i of a map; one pixel stands for all. */
static double element_of(const double *x, const struct shape *s, int i)
{
    return x[s->h * s->w == 1 ? i % s->c : i];
}

static double combine(const char *kind, double a, double b)
{
    return kind[0] == 'a' ? a + b : kind[0] == 's' ? a - b : kind[0] == 'm' ? a * b : a / b;
}

static void run_layer(const struct reference *r, const struct layer *l, double *y)
{
    const double *a = r->map[l->from[0]], *b = l->nfrom > 1 ? r->map[l->from[1]] : NULL;
    const char *kind = l->make->name;
    int n = l->out.h * l->out.w * l->out.c;
    if (!strcmp(kind, "conv"))
        convolve(r, l, a, y, layer_int(l, "groups"));
    else if (!strcmp(kind, "dwconv"))
        convolve(r, l, a, y, l->out.c);
    else if (!strcmp(kind, "dense"))
        multiply(r, l, a, y);
    else if (!strcmp(kind, "avg_pool") || !strcmp(kind, "max_pool"))
        pool(l, a, y, kind[0] == 'm');
    else if (!strcmp(kind, "global_pool"))
        global_pool(l, a, y);
    else if (!strcmp(kind, "upsample"))
        upsample(l, a, y);
    else if (!strcmp(kind, "group_norm"))
        group_norm(r, l, a, y);
    else if (!strcmp(kind, "concat"))
        concat(r, l, y);
    else if (!strcmp(kind, "channels"))
        channels(l, a, y);
    else if (!strcmp(kind, "l2_norm"))
        l2_norm(l, a, y);
    else if (l->nfrom == 2)
        for (int i = 0; i < n; i++)
            y[i] = combine(kind, element_of(a, &l->in[0], i), element_of(b, &l->in[1], i));
    else if (!strcmp(kind, "prelu"))
        prelu(r, l, a, y);
    else
        activate(l, a, y);
    if (l->act)
        activate(l->act, y, y);
}

const double *reference_scores(const struct reference *r, const double *image)
{
    const struct spec *s = r->spec;
    const struct shape *in = &s->input.shape;
    memcpy(r->map[0], image, sizeof *image * (size_t)(in->h * in->w * in->c));
    for (int i = 1; i < s->nlayer; i++)
        run_layer(r, &s->layer[i], r->map[i]);
    return r->map[s->nlayer - 1];
}

double reference_loss(const struct reference *r, const double *image, int label, const double *target)
{
    const struct shape *out = &r->spec->layer[r->spec->nlayer - 1].out;
    const struct train *t = &r->spec->train;
    const double *scores = reference_scores(r, image);
    int n = out->h * out->w * out->c - layer_spare(&r->spec->layer[r->spec->nlayer - 1]);
    double loss = 0, sum = 0;
    if (t->loss == LOSS_MSE) {
        for (int i = 0; i < n; i++)
            loss += (scores[i] - target[i]) * (scores[i] - target[i]) / n;
        return loss;
    }
    for (int i = 0; i < n; i++)
        sum += exp(scores[i]);
    for (int i = 0; i < n; i++) {
        double p = t->label_smoothing / n + (i == label ? 1 - t->label_smoothing : 0);
        loss -= p * (scores[i] - log(sum));
    }
    return loss;
}
