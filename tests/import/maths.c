/* SPDX-License-Identifier: MIT */
/* What operators compute: one loop for each sum of the definition, in double precision. */
#include "maths.h"

#include <math.h>
#include <string.h>

/* A stream of numbers from a seed, the same everywhere (Knuth's MMIX generator). */
double noise(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 40) / (1 << 23) - 1;
}

float *noise_list(struct arena *mem, uint64_t *state, int count, double size, double middle)
{
    float *v = NEW_ARRAY(mem, float, count);
    for (int i = 0; i < count; i++)
        v[i] = (float)(noise(state) * size + middle);
    return v;
}

struct map map_new(struct arena *mem, int c, int h, int w)
{
    return (struct map){c, h, w, NEW_ARRAY(mem, double, c *h *w), -1};
}

static double at(const struct map *x, int c, int h, int w)
{
    return h < 0 || w < 0 || h >= x->h || w >= x->w ? 0 : x->v[(c * x->h + h) * x->w + w];
}

struct map convolve(struct arena *mem, const struct map *x, const struct kernel *k, const struct window *n)
{
    struct map y = map_new(mem, k->out, (x->h + n->top + n->bottom - k->kh) / n->sh + 1,
                           (x->w + n->left + n->right - k->kw) / n->sw + 1);
    int each = k->out / n->groups;
    for (int o = 0; o < y.c; o++)
        for (int h = 0; h < y.h; h++)
            for (int w = 0; w < y.w; w++) {
                double sum = k->b ? (double)k->b[o] : 0;
                for (int i = 0; i < k->in; i++)
                    for (int a = 0; a < k->kh; a++)
                        for (int b = 0; b < k->kw; b++)
                            sum += (double)k->w[((o * k->in + i) * k->kh + a) * k->kw + b] *
                                   at(x, o / each * k->in + i, h * n->sh + a - n->top, w * n->sw + b - n->left);
                y.v[(o * y.h + h) * y.w + w] = sum;
            }
    return y;
}

struct map pool(struct arena *mem, const struct map *x, const struct window *n, bool average)
{
    struct map y = map_new(mem, x->c, (x->h + n->top + n->bottom - n->kh) / n->sh + 1,
                           (x->w + n->left + n->right - n->kw) / n->sw + 1);
    for (int c = 0; c < y.c; c++)
        for (int h = 0; h < y.h; h++)
            for (int w = 0; w < y.w; w++) {
                double sum = 0, largest = -INFINITY;
                for (int a = 0; a < n->kh; a++)
                    for (int b = 0; b < n->kw; b++) {
                        int i = h * n->sh + a - n->top, j = w * n->sw + b - n->left;
                        sum += at(x, c, i, j);
                        if (i >= 0 && j >= 0 && i < x->h && j < x->w)
                            largest = fmax(largest, at(x, c, i, j));
                    }
                y.v[(c * y.h + h) * y.w + w] = average ? sum / (n->kh * n->kw) : largest;
            }
    return y;
}

struct map each(struct arena *mem, const struct map *x, const char *what)
{
    struct map y = map_new(mem, x->c, x->h, x->w);
    for (int i = 0; i < x->c * x->h * x->w; i++) {
        double v = x->v[i], six = fmin(fmax(v + 3, 0), 6) / 6;
        y.v[i] = !strcmp(what, "relu")         ? fmax(v, 0)
                 : !strcmp(what, "relu6")      ? fmin(fmax(v, 0), 6)
                 : !strcmp(what, "hswish")     ? v * six
                 : !strcmp(what, "leaky_relu") ? (v < 0 ? 0.2 * v : v)
                 : !strcmp(what, "elu")        ? (v < 0 ? 1.5 * (exp(v) - 1) : v)
                 : !strcmp(what, "elu1")       ? (v < 0 ? exp(v) - 1 : v)
                 : !strcmp(what, "tanh")       ? tanh(v)
                 : !strcmp(what, "softplus")   ? log1p(exp(v))
                 : !strcmp(what, "abs")        ? fabs(v)
                 : !strcmp(what, "silu")       ? v / (1 + exp(-v))
                 : !strcmp(what, "gelu")       ? v * erfc(-v / sqrt(2)) / 2
                                               : 1 / (1 + exp(-v));
    }
    return y;
}

struct map sum_of(struct arena *mem, const struct map *a, const struct map *b)
{
    struct map y = map_new(mem, a->c, a->h, a->w);
    for (int i = 0; i < a->c * a->h * a->w; i++)
        y.v[i] = a->v[i] + b->v[i];
    return y;
}

struct map product_of(struct arena *mem, const struct map *a, const struct map *b)
{
    struct map y = map_new(mem, a->c, a->h, a->w);
    for (int i = 0; i < a->c * a->h * a->w; i++)
        y.v[i] = a->v[i] * b->v[b->h * b->w == 1 ? i / (a->h * a->w) : i];
    return y;
}

struct map beside(struct arena *mem, const struct map *a, const struct map *b)
{
    struct map y = map_new(mem, a->c + b->c, a->h, a->w);
    for (int i = 0; i < y.c * y.h * y.w; i++) {
        int own = a->c * a->h * a->w;
        y.v[i] = i < own ? a->v[i] : b->v[i - own];
    }
    return y;
}

struct map doubled(struct arena *mem, const struct map *x)
{
    struct map y = map_new(mem, x->c, 2 * x->h, 2 * x->w);
    for (int c = 0; c < y.c; c++)
        for (int h = 0; h < y.h; h++)
            for (int w = 0; w < y.w; w++)
                y.v[(c * y.h + h) * y.w + w] = at(x, c, h / 2, w / 2);
    return y;
}

struct map affine(struct arena *mem, const struct map *x, const float *factor, const float *offset)
{
    struct map y = map_new(mem, x->c, x->h, x->w);
    for (int i = 0; i < x->c * x->h * x->w; i++) {
        int c = i / (x->h * x->w);
        y.v[i] = x->v[i] * (factor ? (double)factor[c] : 1) + (offset ? (double)offset[c] : 0);
    }
    return y;
}

struct map channels_of(struct arena *mem, const struct map *x, int first, int count)
{
    struct map y = map_new(mem, count, x->h, x->w);
    int pixels = x->h * x->w;
    for (int i = 0; i < count * pixels; i++) {
        int c = first + i / pixels;
        y.v[i] = c >= 0 && c < x->c ? x->v[c * pixels + i % pixels] : 0;
    }
    return y;
}

struct map transposed(struct arena *mem, const struct map *x, int out, int k, int s, int pad, int more, const float *w)
{
    struct map y = map_new(mem, out, (x->h - 1) * s + k - 2 * pad + more, (x->w - 1) * s + k - 2 * pad + more);
    for (int i = 0; i < x->c * x->h * x->w; i++)
        for (int o = 0; o < out * k * k; o++) {
            int c = i / (x->h * x->w), row = i / x->w % x->h * s - pad + o / k % k, column = i % x->w * s - pad + o % k;
            if (row >= 0 && row < y.h && column >= 0 && column < y.w)
                y.v[(o / (k * k) * y.h + row) * y.w + column] += x->v[i] * (double)w[c * out * k * k + o];
        }
    return y;
}

struct map aligned(struct arena *mem, const struct map *x, int h, int w, bool corners)
{
    struct map y = map_new(mem, x->c, h, w);
    for (int i = 0; i < x->c * h * w; i++) {
        double row = i / w % h * (corners ? (x->h - 1.0) / (h - 1) : (double)x->h / h);
        double column = i % w * (corners ? (x->w - 1.0) / (w - 1) : (double)x->w / w);
        for (int k = 0; k < 4; k++) {
            int at_row = (int)row + k / 2, at_column = (int)column + k % 2;
            double part = (k / 2 ? row - (int)row : 1 - row + (int)row) *
                          (k % 2 ? column - (int)column : 1 - column + (int)column);
            at_row = at_row < x->h ? at_row : x->h - 1;
            at_column = at_column < x->w ? at_column : x->w - 1;
            y.v[i] += part * at(x, i / (h * w), at_row, at_column);
        }
    }
    return y;
}
