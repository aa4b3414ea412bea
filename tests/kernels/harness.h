/* SPDX-License-Identifier: MIT */
/*
 * Runs a kernel on whole maps against its oracle (naive loops in double), then again in strips, with
 * rings as small as they may be and NaN in every row that the strip has no right to read; those
 * results must be the same bits. generate.lua writes the cases.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* IN and OUT have rows and rings; a RANGE is the scale of an integer gradient: six words, of which a kernel changes the second. */
enum kind { IN, OUT, CONST, ACC, RANGE };
enum { MAX_ARGS = 9 };

struct arg {
    const char *name; /* NULL: this kernel is without it */
    enum kind kind;
    size_t size;            /* of an element */
    int rows, row;          /* CONST and ACC: one row of `row` elements */
    const int (*window)[2]; /* rows that step y needs: first, last; NULL: row y */
    const uint16_t *fixed;  /* what an array of integers holds */
    int positive;           /* values > 0; of a RANGE: its exponent */
    void *full, *want;
    void *p; /* what is passed, and its ring size */
    int n;
};

struct vars {
    int h, w, c, oh, ow, oc, kh, kw, sh, sw, top, left, groups;
    int i8, transposed, limit, keep, value, zero, lo, hi, bits, den, drop, dh, dw, inside, first, a_zero, b_zero,
        y_zero, factor, b_factor, own, tflite, multiplier, shift, from_zero, to_zero, part, open, open_shift, in0, in1;
    int start_y, step_y, den_y, start_x, step_x, den_x, fill;
    int approximate;
    double eps, scale, y_scale, slope, alpha, beta;
};

struct test {
    const char *name;
    struct vars v;
    int steps; /* rows of the result, or those that an accumulator takes */
    int same;  /* index of the argument that may share memory with the result, or -1 */
    void (*call)(struct arg *a, int y0, int y1);
    void (*oracle)(const struct vars *v, struct arg *a);
    struct arg a[MAX_ARGS];
};

#include "oracles.h"
#include "oracles_activation.h"
#include "oracles_int8.h"

static uint32_t seed = 1;

static uint32_t next_random(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static void fill(struct arg *a)
{
    const int n = a->rows * a->row;

    if (a->kind == RANGE) {
        const int32_t words[6] = {a->positive, 0, 0, 0, 0, 0};
        memcpy(a->full, words, sizeof words);
        memcpy(a->want, words, sizeof words);
        return;
    }
    for (int i = 0; i < n; i++) {
        const uint32_t r = next_random();
        if (a->fixed && a->size == 4)
            ((int32_t *)a->full)[i] = (int16_t)a->fixed[i];
        else if (a->fixed)
            ((uint16_t *)a->full)[i] = a->fixed[i];
        else if (a->size == 1)
            ((uint8_t *)a->full)[i] = (uint8_t)r;
        else if (a->size == 2)
            ((uint16_t *)a->full)[i] = (uint16_t)r;
        else if (a->positive)
            ((float *)a->full)[i] = 0.5f + (float)(r % 1000) / 1000.0f;
        else /* exact zeros and sixes occur: gates depend on them */
            ((float *)a->full)[i] = r % 23 == 0 ? 0.0f : r % 29 == 0 ? 6.0f : (float)((int)(r % 4001) - 2000) / 250.0f;
    }
}

static size_t bytes(const struct arg *a, int rows)
{
    return a->size * (size_t)a->row * (size_t)rows;
}

static int failures, checks;

static void check(const struct test *t, const struct arg *a, const void *got, int exact, const char *how, int detail)
{
    const int n = a->rows * a->row;
    double top = 1e-3, worst = 0.0;
    int at = 0;

    checks++;
    if (exact || a->size < 4 || a->kind == RANGE) {
        if (memcmp(got, exact ? a->full : a->want, bytes(a, a->rows)) == 0)
            return;
        failures++;
        printf("%s: %s differs %s %d\n", t->name, a->name, how, detail);
        return;
    }
    for (int i = 0; i < n; i++)
        top = fmax(top, fabs((double)((float *)a->want)[i]));
    for (int i = 0; i < n; i++) {
        const double d = fabs((double)((const float *)got)[i] - (double)((float *)a->want)[i]);
        if (!(d <= worst)) {
            worst = d;
            at = i;
        }
    }
    if (!(worst <= 2e-6 * top * sqrt(t->v.kh * t->v.kw * t->v.c + t->v.h * t->v.w + 4.0))) {
        failures++;
        printf("%s: %s[%d] is %g, not %g (%s)\n", t->name, a->name, at, (double)((const float *)got)[at],
               (double)((float *)a->want)[at], how);
    }
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static void span(const struct arg *a, int y0, int y1, int *first, int *last)
{
    *first = 1 << 20;
    *last = -1;
    for (int y = y0; y < y1; y++) {
        const int lo = a->window ? a->window[y][0] : y, hi = a->window ? a->window[y][1] : y;
        if (lo > hi)
            continue;
        *first = lo < *first ? lo : *first;
        *last = hi > *last ? hi : *last;
    }
}

static void *exactly(size_t size)
{
    void *p = malloc(size);

    if (!p)
        abort();
    memset(p, 0xff, size); /* NaN */
    return p;
}

/* The kernel in strips of `strip` rows; rings have `extra` rows more than they need. */
static void strips(struct test *t, int strip, int extra)
{
    void *result[MAX_ARGS] = {0};

    for (int k = 0; k < MAX_ARGS; k++) {
        struct arg *a = &t->a[k];
        if (!a->name)
            continue;
        if (a->kind == OUT) {
            result[k] = exactly(bytes(a, a->rows));
            a->n = least(a->rows, strip + extra);
            a->p = exactly(bytes(a, a->n));
        } else if (a->kind == RANGE) {
            a->p = exactly(bytes(a, 1));
            memset(a->p, 0, bytes(a, 1));
            ((int32_t *)a->p)[0] = a->positive;
            result[k] = a->p;
        } else if (a->kind == ACC) {
            a->p = exactly(bytes(a, 1));
            memcpy(a->p, a->want, bytes(a, 1)); /* the initial value: see run() */
            result[k] = a->p;
        } else if (a->kind == IN) {
            a->n = 1;
            for (int y = 0; y < t->steps; y += strip) {
                int lo, hi;
                span(a, y, least(y + strip, t->steps), &lo, &hi);
                if (hi - lo + 1 > a->n)
                    a->n = hi - lo + 1;
            }
            a->n = least(a->rows, a->n + extra);
            a->p = exactly(bytes(a, a->n));
        } else {
            a->p = a->full;
        }
    }
    for (int y = 0; y < t->steps; y += strip) {
        const int end = least(y + strip, t->steps);
        for (int k = 0; k < MAX_ARGS; k++) {
            struct arg *a = &t->a[k];
            if (!a->name || a->kind != IN)
                continue;
            int lo, hi;
            memset(a->p, 0xff, bytes(a, a->n));
            span(a, y, end, &lo, &hi);
            for (int r = lo; r <= hi; r++)
                memcpy((char *)a->p + bytes(a, r % a->n), (char *)a->full + bytes(a, r), bytes(a, 1));
        }
        t->call(t->a, y, end);
        for (int k = 0; k < MAX_ARGS; k++) {
            struct arg *a = &t->a[k];
            if (a->name && a->kind == OUT)
                for (int r = y; r < end; r++)
                    memcpy((char *)result[k] + bytes(a, r), (char *)a->p + bytes(a, r % a->n), bytes(a, 1));
        }
    }
    for (int k = 0; k < MAX_ARGS; k++) {
        struct arg *a = &t->a[k];
        if (!a->name)
            continue;
        if (a->kind == OUT || a->kind == ACC || a->kind == RANGE)
            check(t, a, result[k], 1, extra ? "in larger rings, strips of" : "in strips of", strip);
        if (a->kind == OUT)
            free(result[k]);
        if (a->kind != CONST)
            free(a->p);
    }
}

static void run(struct test *t)
{
    void *before[MAX_ARGS] = {0};

    for (int k = 0; k < MAX_ARGS; k++) {
        struct arg *a = &t->a[k];
        if (!a->name)
            continue;
        a->full = exactly(bytes(a, a->rows));
        a->want = exactly(bytes(a, a->rows));
        a->n = a->rows;
        a->p = a->full;
        if (a->kind != OUT)
            fill(a);
        if (a->kind == ACC) {
            before[k] = exactly(bytes(a, 1));
            memcpy(before[k], a->full, bytes(a, 1));
            memcpy(a->want, a->full, bytes(a, 1));
        }
    }
    t->oracle(&t->v, t->a);
    t->call(t->a, 0, t->steps);
    for (int k = 0; k < MAX_ARGS; k++)
        if (t->a[k].name && (t->a[k].kind == OUT || t->a[k].kind == ACC || t->a[k].kind == RANGE))
            check(t, &t->a[k], t->a[k].full, 0, "whole", 0);
    for (int k = 0; k < MAX_ARGS; k++)
        if (before[k])
            memcpy(t->a[k].want, before[k], bytes(&t->a[k], 1));
    for (int strip = 1; strip <= 3; strip++)
        for (int extra = 0; extra < 2; extra++)
            strips(t, strip, extra);
    if (t->same >= 0) {
        int out = 0;
        while (!t->a[out].name || t->a[out].kind != OUT)
            out++;
        for (int k = 0; k < MAX_ARGS; k++)
            if (t->a[k].name) {
                t->a[k].n = t->a[k].rows;
                t->a[k].p = t->a[k].full;
                if (t->a[k].kind == OUT && k != out)
                    t->a[k].p = t->a[k].want;
            }
        void *p = exactly(bytes(&t->a[out], t->a[out].rows));
        memcpy(p, t->a[t->same].full, bytes(&t->a[out], t->a[out].rows));
        t->a[out].p = p;
        t->a[t->same].p = p;
        t->call(t->a, 0, t->steps);
        check(t, &t->a[out], p, 1, "in place", 0);
        free(p);
    }
    for (int k = 0; k < MAX_ARGS; k++) {
        free(t->a[k].full);
        free(t->a[k].want);
        free(before[k]);
    }
}
