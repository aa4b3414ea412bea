/* SPDX-License-Identifier: MIT */
/* Windows of convolutions and pools: pads, and which rows meet which. */
#include "graph/graph.h"

#include <string.h>

int window_height(const struct window *w)
{
    return (w->kh - 1) * w->dh + 1;
}

int window_width(const struct window *w)
{
    return (w->kw - 1) * w->dw + 1;
}

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

/* k, s and dilation; pools have none. */
static struct window window_without_pads(const struct layer *l)
{
    const struct setting *k = layer_setting(l, "k"), *s = layer_setting(l, "s");
    const struct setting *stride = s->number[0] > 0 ? s : k; /* pools step by their size by default */
    const struct setting *d = layer_has(l, "dilation") ? layer_setting(l, "dilation") : NULL;
    return (struct window){.kh = (int)k->number[0],
                           .kw = (int)k->number[1],
                           .sh = (int)stride->number[0],
                           .sw = (int)stride->number[1],
                           .dh = d ? (int)d->number[0] : 1,
                           .dw = d ? (int)d->number[1] : 1,
                           .groups = 1};
}

struct window window_of(const struct layer *l, const struct shape *in, struct shape *out)
{
    const struct setting *pad = layer_setting(l, "pad");
    struct window w = window_without_pads(l);
    int kh = window_height(&w), kw = window_width(&w);
    int bottom = (int)pad->number[1], right = (int)pad->number[3];
    w.top = (int)pad->number[0];
    w.left = (int)pad->number[2];
    if (pad->word && !strcmp(pad->word, "same")) {
        w.top = bottom = (kh - 1) / 2;
        w.left = right = (kw - 1) / 2;
    } else if (pad->word) {
        w.top = tf_same_before(in->h, kh, w.sh);
        w.left = tf_same_before(in->w, kw, w.sw);
        out->h = (in->h + w.sh - 1) / w.sh;
        out->w = (in->w + w.sw - 1) / w.sw;
        return w;
    }
    int h = in->h + w.top + bottom - kh, v = in->w + w.left + right - kw;
    out->h = h < 0 ? 0 : h / w.sh + 1;
    out->w = v < 0 ? 0 : v / w.sw + 1;
    return w;
}

/* True if a tap of one of `outputs` windows lies on one of n rows (or columns). */
static bool taps_meet(int n, int outputs, int k, int s, int dilation, int before)
{
    for (int y = 0; y < outputs; y++)
        for (int tap = 0; tap < k; tap++) {
            int row = y * s - before + tap * dilation;
            if (row >= 0 && row < n)
                return true;
        }
    return false;
}

void window_refuse_blind(struct diag *d, const struct layer *l)
{
    struct shape out;
    const struct shape *in = &l->in[0];
    struct window w = window_of(l, in, &out);
    if (out.h < 1 || out.w < 1 ||
        (taps_meet(in->h, out.h, w.kh, w.sh, w.dh, w.top) && taps_meet(in->w, out.w, w.kw, w.sw, w.dw, w.left)))
        return;
    diag_error(d, l->loc, "pad", "a smaller pad, or a smaller stride or dilation",
               "%s '%s' sees nothing but padding: no tap of its windows lies on its input of %dx%d", l->make->name,
               l->name, in->h, in->w);
}

/* Input rows under output row y. */
void window_rows(const struct window *w, int h, int y, int *lo, int *hi)
{
    int first = y * w->sh - w->top;
    *lo = clamp(first, 0, h);
    *hi = clamp(first + window_height(w) - 1, -1, h - 1);
}

/* Output rows whose window spans input row y: y = o * sh - top + r with 0 <= r < the window's height. */
void window_rows_transposed(const struct window *w, int oh, int y, int *lo, int *hi)
{
    int up = y + w->top - window_height(w) + 1;
    int first = up <= 0 ? 0 : (up + w->sh - 1) / w->sh;
    *lo = clamp(first, 0, oh);
    *hi = clamp((y + w->top) / w->sh, -1, oh - 1);
}

bool window_pads(const struct node *n)
{
    const struct window *w = &n->win;
    const struct val *x = n->in[0], *y = n->out[0];
    return w->top || w->left || (y->h - 1) * w->sh + window_height(w) > x->h ||
           (y->w - 1) * w->sw + window_width(w) > x->w;
}
