/* SPDX-License-Identifier: MIT */
/* What train says as a page: its JSON, and pictures of the samples that it is most wrong about. */
#include "learn/trial.h"

#include <cjson/cJSON.h>
#include <math.h>

enum { LARGEST = 48 }; /* pixels of a picture's longer side */

/* Byte of a sample's element: photos are bytes already, of other numbers the least is black and the largest white. */
struct brightness {
    const struct samples *x;
    int64_t first;
    double least, most;
};

static struct brightness brightness_of(const struct samples *x, int n)
{
    struct brightness b = {x, n * x->each, INFINITY, -INFINITY};
    for (int64_t i = 0; i < x->each && !x->pixel; i++) {
        b.least = fmin(b.least, x->number[b.first + i]);
        b.most = fmax(b.most, x->number[b.first + i]);
    }
    return b;
}

static double bright(const struct brightness *b, int64_t i)
{
    if (b->x->pixel)
        return b->x->pixel[b->first + i];
    return b->most > b->least ? 255 * (b->x->number[b->first + i] - b->least) / (b->most - b->least) : 0;
}

/* The mean of an element over a square of pixels. */
static uint8_t mean_bright(const struct brightness *b, const struct shape *in, int y, int x, int c, int side)
{
    double sum = 0;
    int count = 0;
    for (int dy = 0; dy < side && y + dy < in->h; dy++)
        for (int dx = 0; dx < side && x + dx < in->w; dx++, count++)
            sum += bright(b, ((int64_t)(y + dy) * in->w + x + dx) * in->c + c);
    return (uint8_t)fmin(255, fmax(0, sum / count + 0.5));
}

static char *base64(struct arena *mem, const uint8_t *bytes, int count)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *text = NEW_ARRAY(mem, char, (count + 2) / 3 * 4 + 1), *at = text;
    for (int i = 0; i < count; i += 3) {
        int left = count - i;
        unsigned word = (unsigned)bytes[i] << 16;
        word |= left > 1 ? (unsigned)bytes[i + 1] << 8 : 0;
        word |= left > 2 ? bytes[i + 2] : 0;
        for (int k = 0; k < 4; k++)
            *at++ = k <= left ? digits[word >> (18 - 6 * k) & 63] : '=';
    }
    *at = 0;
    return text;
}

/* Sample n, shrunk; NULL where the input is no picture. */
static cJSON *thumbnail(struct arena *mem, const struct samples *x, const struct shape *in, int n)
{
    if (in->h < 2 || in->w < 2 || (in->c != 1 && in->c != 3))
        return NULL;
    int longer = in->h > in->w ? in->h : in->w, side = (longer + LARGEST - 1) / LARGEST, count = 0;
    int h = (in->h + side - 1) / side, w = (in->w + side - 1) / side;
    uint8_t *bytes = NEW_ARRAY(mem, uint8_t, h * w * in->c);
    struct brightness b = brightness_of(x, n);
    for (int y = 0; y < h; y++)
        for (int column = 0; column < w; column++)
            for (int c = 0; c < in->c; c++)
                bytes[count++] = mean_bright(&b, in, y * side, column * side, c, side);
    cJSON *o = cJSON_CreateObject();
    cJSON_AddNumberToObject(o, "h", h);
    cJSON_AddNumberToObject(o, "w", w);
    cJSON_AddNumberToObject(o, "c", in->c);
    cJSON_AddStringToObject(o, "data", base64(mem, bytes, count));
    return o;
}

void report_train_page(const struct trial *t, FILE *out)
{
    struct figures f = figures_of(t);
    struct mistake list[MISTAKES];
    cJSON *root = train_json(t, &f), *at, *shown = cJSON_GetObjectItem(root, "mistakes");
    int i = 0;
    if (shown)
        mistakes_of(t, &f, list);
    cJSON_AddStringToObject(root, "name", t->product->spec->name);
    cJSON_ArrayForEach(at, shown)
    {
        cJSON *image = thumbnail(t->mem, &f.part.data->x, &t->product->spec->input.shape, list[i++].sample);
        if (image)
            cJSON_AddItemToObject(at, "image", image);
    }
    char *text = cJSON_PrintUnformatted(root);
    fputs(emit_page(t->mem, "train", t->product->spec->name, text), out);
    cJSON_free(text);
    cJSON_Delete(root);
}
