/* SPDX-License-Identifier: MIT */
#include "learn/augment.h"
#include "data/data.h"
#include "learn/subset.h"

#include <math.h>
#include <string.h>

static bool *field(struct augmentation *a, const char *word, size_t length)
{
    const struct {
        const char *word;
        bool *flag;
    } rows[] = {
        {"flip", &a->flip}, {"shift", &a->shift}, {"crop", &a->crop}, {"light", &a->light}, {"noise", &a->noise}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strlen(rows[i].word) == length && !strncmp(word, rows[i].word, length))
            return rows[i].flag;
    return NULL;
}

bool augmentation_read(const char *words, struct augmentation *a)
{
    *a = (struct augmentation){0};
    for (const char *at = words; at;) {
        size_t length = strcspn(at, ",");
        bool *flag = field(a, at, length);
        if (!flag)
            return false;
        *flag = true;
        at = at[length] ? at + length + 1 : NULL;
    }
    return true;
}

/* 0 <= x < 1 */
static double random_share(uint64_t *state)
{
    return (double)random_draw(state) / 2147483648.0;
}

static double random_between(uint64_t *state, double low, double high)
{
    return low + (high - low) * random_share(state);
}

/* ---- where a pixel comes from ---- */

struct view {
    double y, x, height, width; /* the part that is seen, in pixels */
    bool mirrored;
};

static struct view view_drawn(const struct augmentation *a, const struct shape *s, uint64_t *state)
{
    struct view v = {0, 0, s->h, s->w, false};
    if (a->crop) {
        double part = random_between(state, 0.75, 1);
        v.height = s->h * part;
        v.width = s->w * part;
        v.y = random_between(state, 0, s->h - v.height);
        v.x = random_between(state, 0, s->w - v.width);
    }
    if (a->shift) {
        v.y += nearbyint(random_between(state, -s->h / 8.0, s->h / 8.0));
        v.x += nearbyint(random_between(state, -s->w / 8.0, s->w / 8.0));
    }
    v.mirrored = a->flip && random_draw(state) % 2;
    return v;
}

static int inside(double at, int size)
{
    int i = (int)floor(at);
    return i < 0 ? 0 : i >= size ? size - 1 : i;
}

static void look(const struct view *v, const struct shape *s, size_t pixel, const char *from, char *to)
{
    for (int y = 0; y < s->h; y++)
        for (int x = 0; x < s->w; x++, to += pixel) {
            int across = v->mirrored ? s->w - 1 - x : x;
            int row = inside(v->y + (y + 0.5) * v->height / s->h, s->h);
            int column = inside(v->x + (across + 0.5) * v->width / s->w, s->w);
            memcpy(to, from + ((size_t)row * (size_t)s->w + (size_t)column) * pixel, pixel);
        }
}

/* ---- what it is ---- */

/* Nearly normal: the sum of twelve numbers of 0 .. 1 has the variance 1. */
static double random_normal(uint64_t *state)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += random_share(state);
    return sum;
}

struct tint {
    double factor, sum, noise; /* of the element's own units */
    double zero;
};

static double tinted(const struct tint *t, double value, uint64_t *state)
{
    double v = (value - t->zero) * t->factor + t->sum + t->zero;
    return t->noise > 0 ? v + t->noise * random_normal(state) : v;
}

/* The range of a float sample is what it has itself. */
static double range_of(const struct input *in, const void *sample, int64_t count)
{
    double low = INFINITY, high = -INFINITY;
    if (in->type != INPUT_FLOAT32)
        return 255;
    for (int64_t i = 0; i < count; i++) {
        low = fmin(low, sample_element(in, sample, i));
        high = fmax(high, sample_element(in, sample, i));
    }
    return high - low;
}

/* Light goes by what stands for 0. */
static void tint(const struct tint *t, const struct input *in, void *sample, int64_t count, uint64_t *state)
{
    struct tint own = *t;
    bool is_real = in->type == INPUT_FLOAT32 && !in->mean;
    for (int64_t i = 0; i < count; i++) {
        own.zero = is_real ? 0 : input_mean(in, (int)(i % in->shape.c));
        sample_element_put(in, sample, i, tinted(&own, sample_element(in, sample, i), state));
    }
}

void augment(const struct augmentation *a, const struct input *in, void *sample, void *spare, uint64_t *state)
{
    const struct shape *s = &in->shape;
    int64_t count = (int64_t)s->h * s->w * s->c;
    size_t pixel = input_bytes(in) / (size_t)(s->h * s->w);
    if (a->flip || a->shift || a->crop) {
        struct view v = view_drawn(a, s, state);
        memcpy(spare, sample, pixel * (size_t)(s->h * s->w));
        look(&v, s, pixel, spare, sample);
    }
    if (a->light || a->noise) {
        double range = range_of(in, sample, count);
        struct tint t = {.factor = 1};
        if (a->light) {
            t.factor = pow(4.0 / 3, random_between(state, -1, 1));
            t.sum = range * random_between(state, -0.1, 0.1);
        }
        t.noise = a->noise ? range / 50 : 0;
        tint(&t, in, sample, count, state);
    }
}
