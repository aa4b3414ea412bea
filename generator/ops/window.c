/* SPDX-License-Identifier: MIT */
/* Windows of convolutions and pools: pads, and which rows meet which. */
#include "ops/ops.h"

#include <string.h>

static int clamp(int v, int lo, int hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

/* TensorFlow's SAME: the result has ceil(n / s) rows; an odd row of padding goes behind. */
static int tf_same_before(int n, int k, int s)
{
    int total = ((n + s - 1) / s - 1) * s + k - n;
    return total > 0 ? total / 2 : 0;
}

struct window window_of(const struct layer *l, const struct shape *in, struct shape *out)
{
    const struct setting *k = layer_setting(l, "k"), *s = layer_setting(l, "s"), *pad = layer_setting(l, "pad");
    const struct setting *stride = s->number[0] > 0 ? s : k; /* pools step by their size by default */
    struct window w = {.kh = (int)k->number[0],
                       .kw = (int)k->number[1],
                       .sh = (int)stride->number[0],
                       .sw = (int)stride->number[1],
                       .groups = 1};
    int bottom = (int)pad->number[1], right = (int)pad->number[3];
    w.top = (int)pad->number[0];
    w.left = (int)pad->number[2];
    if (pad->word && !strcmp(pad->word, "same")) {
        w.top = bottom = (w.kh - 1) / 2;
        w.left = right = (w.kw - 1) / 2;
    } else if (pad->word) {
        w.top = tf_same_before(in->h, w.kh, w.sh);
        w.left = tf_same_before(in->w, w.kw, w.sw);
        out->h = (in->h + w.sh - 1) / w.sh;
        out->w = (in->w + w.sw - 1) / w.sw;
        return w;
    }
    int h = in->h + w.top + bottom - w.kh, v = in->w + w.left + right - w.kw;
    out->h = h < 0 ? 0 : h / w.sh + 1;
    out->w = v < 0 ? 0 : v / w.sw + 1;
    return w;
}

/* Input rows under output row y. */
void window_rows(const struct window *w, int h, int y, int *lo, int *hi)
{
    int first = y * w->sh - w->top;
    *lo = clamp(first, 0, h);
    *hi = clamp(first + w->kh - 1, -1, h - 1);
}

/* Output rows whose window holds input row y: y = o * sh - top + ky with 0 <= ky < kh. */
void window_rows_transposed(const struct window *w, int oh, int y, int *lo, int *hi)
{
    int up = y + w->top - w->kh + 1;
    int first = up <= 0 ? 0 : (up + w->sh - 1) / w->sh;
    *lo = clamp(first, 0, oh);
    *hi = clamp((y + w->top) / w->sh, -1, oh - 1);
}

bool window_pads(const struct node *n)
{
    const struct window *w = &n->win;
    const struct val *x = n->in[0], *y = n->out[0];
    return w->top || w->left || (y->h - 1) * w->sh + w->kh > x->h || (y->w - 1) * w->sw + w->kw > x->w;
}
