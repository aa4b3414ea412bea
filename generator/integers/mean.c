/* SPDX-License-Identifier: MIT */
/* Means of int8 whose result has a scale of its own, as TFLite's MEAN has it:
 *
 *     q = clamp((sum - count * x_zero) * factor + y_zero)      factor = scale of x / (scale of y * count)
 *
 * With rounding = "tflite" the factor of the scales is divided by the count as TFLite divides it (reduce.h:
 * QuantizedMeanOrSum), and rounded twice; else it is rounded once. */
#include "integers/integers.h"

#include <math.h>

bool mean_grid(struct quantiser *q, const struct node *n, int count, struct val *y)
{
    const struct val *x = n->in[0];
    if (!file_grid(q, n, layer_in_file(q->g, n->name), "output", y))
        return false;
    if (x->scale / y->scale < LARGEST_FACTOR / 256 && 255.0 * count * x->scale / y->scale < 1 << 30)
        return true;
    diag_error(q->g->diag, n->loc, NULL, NULL, "'%s': scales of its input (%g) and result (%g) do not belong together",
               n->name, x->scale, y->scale);
    return false;
}

/* factor / count, as near as TFLite comes to it. */
static struct factor share_of(struct factor f, int count)
{
    int shift = 0;
    while (count >> (shift + 1))
        shift++;
    shift = shift < 31 + f.shift ? shift : 31 + f.shift;
    return (struct factor){(int32_t)(((int64_t)f.multiplier << shift) / count), f.shift - shift};
}

void bind_mean(struct bindings *b, const struct val *x, const struct val *y, int count, bool own, bool tflite)
{
    double ratio = own ? x->scale / y->scale : 1;
    struct factor f = tflite ? share_of(tflite_factor(ratio), count) : factor_of(ratio / count);
    bool none = f.shift < -31; /* a sum of all is half of a step, or less */
    bind_flag(b, "own", own);
    bind_flag(b, "tflite", own && tflite);
    bind_int(b, "from_zero", own ? (long)x->zero * count : 0);
    bind_int(b, "to_zero", own ? y->zero : 0);
    bind_int(b, "multiplier", own && !none ? f.multiplier : 0);
    bind_int(b, "shift", own && !none ? f.shift : 0);
}
