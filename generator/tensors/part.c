/* SPDX-License-Identifier: MIT */
/* Parts of larger tensors: the first outputs and inputs, and of each window the centre.
 *
 *     7 x 7                      a window can shrink through matrices, two at a time (Cai et al., Once-for-All, 2020):
 *     . . . . . . .              the centre of 5 x 5, as a vector, times the matrix "7to5" is the window of 5 x 5,
 *     . + + + + + .              and so on.  What is put back into such a window goes through their inverses. */
#include "tensors/tensors.h"

#include <math.h>
#include <string.h>

static int steps_of(const struct tensor_box *b)
{
    return (int)(b->whole[3] - b->part[3]) / 2;
}

static bool has_matrix(const struct tensor_box *b)
{
    for (int s = 0; s < steps_of(b) && s < TENSOR_STEPS; s++)
        if (b->matrix[s])
            return true;
    return false;
}

/* Where element (o, i, y, x) of the part stands in the whole; y and x may be outside the part's window. */
static int64_t index_in(const struct tensor_box *b, const int64_t *size, int64_t o, int64_t i, int64_t y, int64_t x)
{
    return b->hwc ? ((o * size[2] + y) * size[3] + x) * size[1] + i : ((o * size[1] + i) * size[2] + y) * size[3] + x;
}

struct tensor *tensor_take_part(struct arena *mem, const struct tensor *t, const struct tensor_box *b)
{
    struct tensor *part = NEW(mem, struct tensor);
    int bytes = tensor_type_bytes(t->type);
    int64_t top = (b->whole[2] - b->part[2]) / 2, left = (b->whole[3] - b->part[3]) / 2;
    *part = *t;
    part->rank = 4;
    part->count = 1;
    for (int d = 0; d < 4; d++)
        part->count *= part->shape[d] = b->part[d];
    if (has_matrix(b)) {
        float *whole = NEW_ARRAY(mem, float, t->count), *values = NEW_ARRAY(mem, float, part->count);
        for (int64_t k = 0; k < t->count; k++)
            whole[k] = (float)tensor_at(t, k);
        tensor_part_values(mem, whole, values, b);
        part->type = TENSOR_F32;
        part->data = (const unsigned char *)values;
        return part;
    }
    unsigned char *to = NEW_ARRAY(mem, unsigned char, part->count *bytes);
    part->data = to;
    for (int64_t o = 0; o < b->part[0]; o++)
        for (int64_t i = 0; i < b->part[1]; i++)
            for (int64_t y = 0; y < b->part[2]; y++)
                for (int64_t x = 0; x < b->part[3]; x++)
                    memcpy(to + bytes * index_in(b, b->part, o, i, y, x),
                           t->data + bytes * index_in(b, b->whole, o, i, y + top, x + left), (size_t)bytes);
    return part;
}

/* ---- windows and matrices ---- */

/* The windows of one (o, i) from the whole's to the part's: window[s] has whole - 2 s rows and columns. */
struct windows {
    const struct tensor_box *b;
    int64_t height, width;
    double *window[TENSOR_STEPS + 1], *row;
    int steps;
};

static struct windows windows_new(struct arena *mem, const struct tensor_box *b)
{
    struct windows w = {.b = b, .height = b->whole[2], .width = b->whole[3], .steps = steps_of(b)};
    int64_t n = w.height * w.width;
    if (!has_matrix(b))
        w.steps = 0;
    for (int s = 0; s <= w.steps; s++)
        w.window[s] = NEW_ARRAY(mem, double, n);
    w.row = NEW_ARRAY(mem, double, n *(n + 1));
    return w;
}

/* The centre of a window, to or from a vector. */
static void centre(double *window, int64_t width, double *vector, int64_t inner, bool put)
{
    int64_t from = (width - inner) / 2;
    for (int64_t y = 0; y < inner; y++)
        for (int64_t x = 0; x < inner; x++) {
            double *a = &window[(y + from) * width + x + from], *v = &vector[y * inner + x];
            *(put ? a : v) = put ? *v : *a;
        }
}

static void shrink(const struct windows *w)
{
    for (int s = 0; s < w->steps; s++) {
        int64_t inner = w->width - 2 * (s + 1), n = inner * inner;
        double *to = w->window[s + 1], *c = w->row;
        centre(w->window[s], inner + 2, c, inner, false);
        const struct tensor *m = w->b->matrix[s];
        for (int64_t j = 0; j < n; j++) {
            to[j] = m ? 0 : c[j];
            for (int64_t k = 0; m && k < n; k++)
                to[j] += tensor_at(m, j * n + k) * c[k];
        }
    }
}

/* Solves m x = v in place of v, by elimination with the largest pivot; false: m has no inverse. */
static bool solve(const struct tensor *m, double *v, int64_t n, double *a)
{
    for (int64_t k = 0; k < n * n; k++)
        a[k] = tensor_at(m, k);
    for (int64_t c = 0; c < n; c++) {
        int64_t pivot = c;
        for (int64_t r = c + 1; r < n; r++)
            pivot = fabs(a[r * n + c]) > fabs(a[pivot * n + c]) ? r : pivot;
        if (!(fabs(a[pivot * n + c]) > 1e-9))
            return false;
        for (int64_t k = 0; k < n; k++) {
            double other = a[pivot * n + k];
            a[pivot * n + k] = a[c * n + k];
            a[c * n + k] = other;
        }
        double other = v[pivot];
        v[pivot] = v[c];
        v[c] = other;
        for (int64_t r = 0; r < n; r++) {
            double f = r == c ? 0 : a[r * n + c] / a[c * n + c];
            for (int64_t k = c; k < n && f != 0; k++)
                a[r * n + k] -= f * a[c * n + k];
            v[r] -= f * v[c];
        }
    }
    for (int64_t c = 0; c < n; c++)
        v[c] /= a[c * n + c];
    return true;
}

static bool grow(const struct windows *w)
{
    for (int s = w->steps - 1; s >= 0; s--) {
        int64_t inner = w->width - 2 * (s + 1);
        const struct tensor *m = w->b->matrix[s];
        if (m && !solve(m, w->window[s + 1], inner * inner, w->row))
            return false;
        centre(w->window[s], inner + 2, w->window[s + 1], inner, true);
    }
    return true;
}

/* Between the whole and w->window[0]. */
static void move_window(const struct windows *w, float *whole, int64_t o, int64_t i, bool put)
{
    for (int64_t y = 0; y < w->height; y++)
        for (int64_t x = 0; x < w->width; x++) {
            float *at = &whole[index_in(w->b, w->b->whole, o, i, y, x)];
            double *in = &w->window[0][y * w->width + x];
            if (put)
                *at = (float)*in;
            else
                *in = (double)*at;
        }
}

/* Between the part and the last window, of which it is the centre where there are no matrices. */
static void move_part(const struct windows *w, float *part, int64_t o, int64_t i, bool put)
{
    const int64_t *size = w->b->part;
    int64_t height = w->height - 2 * w->steps, width = w->width - 2 * w->steps;
    int64_t top = (height - size[2]) / 2, left = (width - size[3]) / 2;
    for (int64_t y = 0; y < size[2]; y++)
        for (int64_t x = 0; x < size[3]; x++) {
            float *at = &part[index_in(w->b, size, o, i, y, x)];
            double *in = &w->window[w->steps][(y + top) * width + x + left];
            if (put)
                *in = (double)*at;
            else
                *at = (float)*in;
        }
}

void tensor_part_values(struct arena *mem, const float *whole, float *part, const struct tensor_box *b)
{
    struct windows w = windows_new(mem, b);
    for (int64_t o = 0; o < b->part[0]; o++)
        for (int64_t i = 0; i < b->part[1]; i++) {
            move_window(&w, (float *)(uintptr_t)whole, o, i, false);
            shrink(&w);
            move_part(&w, part, o, i, false);
        }
}

bool tensor_put_part(struct arena *mem, float *whole, const float *part, const struct tensor_box *b)
{
    struct windows w = windows_new(mem, b);
    for (int64_t o = 0; o < b->part[0]; o++)
        for (int64_t i = 0; i < b->part[1]; i++) {
            move_window(&w, whole, o, i, false);
            shrink(&w);
            move_part(&w, (float *)(uintptr_t)part, o, i, true);
            if (!grow(&w))
                return false;
            move_window(&w, whole, o, i, true);
        }
    return true;
}
