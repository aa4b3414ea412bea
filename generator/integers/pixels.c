/* SPDX-License-Identifier: MIT */
/* Images as int8, and as real numbers where pixels are packed or channels have means and scales of their own:
 *
 *     pixels    x = (q - mean[c]) * scale[c], real numbers, row by row
 *     unpack    q = u - 128, for integers: RGB565 as int8
 *     recentre  q = u - 128, of bytes
 *
 * A network of int8 has no map for the means and scales: they go into the weights and offsets of the convolution that reads
 * the image (convolution/channels_int8.c), and `image->channels` tells it so. */
#include "integers/integers.h"

#include <math.h>

static void recentre_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
}

static const struct op op_recentre = {
    .name = "recentre",
    .in = {{"u", .rows = true}},
    .out = {{"q", .rows = true}},
    .inplace = 1,
    .bind = recentre_bind,
};

enum { PIXELS_FORMAT = 1 }; /* node.whole */

static const char *const formats[] = {"", "rgb565_little", "rgb565_big"};

static void pixels_bind(const struct node *n, struct bindings *b)
{
    const struct val *q = n->in[0];
    const char *plain = q->type == F32 ? "f32" : q->type == U8 ? "uint8" : "int8";
    bind_elements(b, n->out[0]);
    bind_text(b, "qtype", n->whole[PIXELS_FORMAT] ? formats[n->whole[PIXELS_FORMAT]] : plain);
    bind_text(b, "ctype", q->type == F32 ? "float" : q->type == U8 ? "uint8_t" : "int8_t");
}

static const struct op op_unpack = {
    .name = "unpack",
    .in = {{"u", .rows = true}},
    .out = {{"q", .rows = true}},
    .thin = true,
    .bind = pixels_bind,
};

static bool pixels_fit_int8(const struct node *n)
{
    return n->in[0]->type != F32;
}

/* The caller's int8 values are what the layers read; bytes are moved, packed pixels unpacked. */
bool image_integer(struct quantiser *q, struct node *n)
{
    const struct input *in = &q->g->spec->input;
    struct val *made = n->out[0], *image = n->in[0]->type == I8 ? n->in[0] : made;
    made->type = I8;
    image->scale = n->number[0];
    image->zero = n->whole[0] - (n->in[0]->type == U8 ? 128 : 0);
    image->channels = in->mean ? in : NULL;
    if (!is_scale(image->scale)) {
        refuse_grid(q, n, "image", image->scale, image->zero);
        image->scale = 1;
    }
    q->now[made->id] = image;
    if (image == made) {
        node_become(n, n->whole[PIXELS_FORMAT] ? &op_unpack : &op_recentre);
        n->in[1] = n->in[2] = NULL;
        quantiser_push(q, n);
    }
    return true;
}

const struct op op_pixels = {
    .name = "pixels",
    .in = {{"q", .rows = true}, {"mean"}, {"scale"}},
    .out = {{"x", .rows = true}},
    .thin = true,
    .bind = pixels_bind,
    .grid = GRID_IMAGE,
    .fits_int8 = pixels_fit_int8,
    .integer = image_integer,
};

static struct val *by_channel(struct graph *g, const struct node *n, const char *what, const double *value, int count,
                              double shift)
{
    float *list = NEW_ARRAY(g->mem, float, count);
    for (int c = 0; c < count; c++)
        list[c] = (float)(value[c] - shift);
    return val_constant(g, arena_format(g->mem, "%s.%s", n->out[0]->name, what), F32, list, count,
                        arena_format(g->mem, "of the image: the %s of each channel", what));
}

struct val *pixels_real(struct graph *g, struct val *q, const char *name, const char *made)
{
    const struct input *in = &g->spec->input;
    int channels = in->shape.c;
    double *mean = NEW_ARRAY(g->mem, double, channels), *scale = NEW_ARRAY(g->mem, double, channels), middle = 0;
    struct node *n = node_add(g, &op_pixels, name, in->loc, val_new(g, made, in->shape, F32));
    for (int c = 0; c < channels; c++) {
        mean[c] = input_mean(in, c);
        scale[c] = input_scale(in, c);
        n->number[0] = fmax(n->number[0], scale[c]);
        middle += mean[c] / channels;
    }
    n->whole[0] = (int)nearbyint(middle);
    n->whole[PIXELS_FORMAT] = in->type != INPUT_RGB565 || q->type != U8 ? 0 : 1 + in->big_endian;
    n->in[0] = q;
    n->in[1] = by_channel(g, n, "mean", mean, channels, in->type != INPUT_INT8 && q->type == I8 ? 128 : 0);
    n->in[2] = by_channel(g, n, "scale", scale, channels, 0);
    return n->out[0];
}
