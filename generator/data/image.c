/* SPDX-License-Identifier: MIT */
/* Image files -> images of the network's size. */
#include "data/reading.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stb/stb_image.h>
#include <string.h>
#include <sys/stat.h>

/* ---- resizing ----
 *
 * The networks were trained with images that Pillow resized, so its bytes are the ones wanted; see
 * Resample.c of Pillow (from version 2.7 on).  An output pixel is the weighted mean of the input
 * pixels under a triangle around its centre:
 *
 *                 /\            half a base of one pixel when enlarging (plain bilinear),
 *               /    \          of in / out pixels when shrinking (every pixel counts)
 *     |  .  | .|. |  .|.  |
 *
 * First the rows, then the columns, with a rounding to bytes between the two. */

enum {
    WEIGHT_BITS = 22, /* 32 less 8 for the pixel, a sign and a bit against overflow */
    WEIGHT_HALF = 1 << (WEIGHT_BITS - 1),
    LARGEST_SIDE = 32768 /* of an image; a small file may claim any size */
};

/* Output pixel i: the sum of weight[i * most + k] times input pixel first[i] + k, k < used[i]. */
struct taps {
    int most;
    int *first, *used;
    int *weight;
};

static double triangle(double x)
{
    return fabs(x) < 1 ? 1 - fabs(x) : 0;
}

static struct taps find_weights(struct arena *mem, int in, int out)
{
    double scale = (double)in / out, reach = scale < 1 ? 1 : scale;
    struct taps s = {.most = (int)ceil(reach) * 2 + 1};
    s.first = NEW_ARRAY(mem, int, out);
    s.used = NEW_ARRAY(mem, int, out);
    s.weight = arena_alloc(mem, sizeof(int) * (size_t)out * (size_t)s.most);
    double *exact = NEW_ARRAY(mem, double, s.most);
    for (int i = 0; i < out; i++) {
        double center = (i + 0.5) * scale, sum = 0;
        int first = (int)(center - reach + 0.5), end = (int)(center + reach + 0.5);
        s.first[i] = first < 0 ? 0 : first;
        s.used[i] = (end > in ? in : end) - s.first[i];
        for (int k = 0; k < s.used[i]; k++) {
            exact[k] = triangle((k + s.first[i] - center + 0.5) * (1 / reach));
            sum += exact[k];
        }
        int *weight = s.weight + (size_t)i * (size_t)s.most;
        for (int k = 0; k < s.used[i]; k++)
            weight[k] = (int)(0.5 + exact[k] / sum * (1 << WEIGHT_BITS));
    }
    return s;
}

static uint8_t to_byte(int sum)
{
    int value = sum >> WEIGHT_BITS; /* no weight is negative */
    return (uint8_t)(value > 255 ? 255 : value);
}

/* in: h w c;  out: h out_w c */
static void resize_rows(const uint8_t *in, int h, int w, int c, uint8_t *out, int out_w, const struct taps *s)
{
    for (int y = 0; y < h; y++, in += (size_t)w * (size_t)c) {
        for (int x = 0; x < out_w; x++) {
            const int *weight = s->weight + (size_t)x * (size_t)s->most;
            const uint8_t *p = in + (size_t)s->first[x] * (size_t)c;
            for (int channel = 0; channel < c; channel++) {
                int sum = WEIGHT_HALF;
                for (int k = 0; k < s->used[x]; k++)
                    sum += p[k * c + channel] * weight[k];
                *out++ = to_byte(sum);
            }
        }
    }
}

/* in: h row;  out: out_h row */
static void resize_columns(const uint8_t *in, int row, uint8_t *out, int out_h, const struct taps *s)
{
    for (int y = 0; y < out_h; y++) {
        const int *weight = s->weight + (size_t)y * (size_t)s->most;
        const uint8_t *p = in + (size_t)s->first[y] * (size_t)row;
        for (int x = 0; x < row; x++) {
            int sum = WEIGHT_HALF;
            for (int k = 0; k < s->used[y]; k++)
                sum += p[(size_t)k * (size_t)row + (size_t)x] * weight[k];
            *out++ = to_byte(sum);
        }
    }
}

/* ---- channels ---- */

static void convert(const uint8_t *in, size_t pixels, int c, uint8_t *out, int out_c)
{
    for (size_t i = 0; i < pixels; i++, in += c, out += out_c) {
        if (out_c == 1 && c < 3)
            out[0] = in[0];
        else if (out_c == 1)
            out[0] = (uint8_t)((in[0] * 19595 + in[1] * 38470 + in[2] * 7471 + 32768) >> 16);
        else
            for (int channel = 0; channel < 3; channel++)
                out[channel] = in[c < 3 ? 0 : channel];
    }
}

void image_fit(const uint8_t *pixels, int h, int w, int c, uint8_t *out, int out_h, int out_w, int out_c)
{
    struct arena *scratch = arena_new();
    if (c != out_c) {
        uint8_t *converted = arena_alloc(scratch, (size_t)h * (size_t)w * (size_t)out_c);
        convert(pixels, (size_t)h * (size_t)w, c, converted, out_c);
        pixels = converted;
    }
    struct taps across = find_weights(scratch, w, out_w), down = find_weights(scratch, h, out_h);
    uint8_t *narrow = arena_alloc(scratch, (size_t)h * (size_t)out_w * (size_t)out_c);
    resize_rows(pixels, h, w, out_c, narrow, out_w, &across);
    resize_columns(narrow, out_w * out_c, out, out_h, &down);
    arena_free(scratch);
}

/* ---- files ---- */

/* A number of a PNM header, and the one byte after it; 0 if there is none. */
static int pnm_number(FILE *f)
{
    int byte = getc(f), value = 0;
    for (; isspace(byte) || byte == '#'; byte = getc(f))
        if (byte == '#')
            while (byte != '\n' && byte != EOF)
                byte = getc(f);
    for (; isdigit(byte) && value <= LARGEST_SIDE; byte = getc(f))
        value = 10 * value + byte - '0';
    return value;
}

/* A binary PPM or PGM image behind its 'P'.  stb_image reads them too, but 2.27 takes files that
 * are cut short, with whatever memory holds for the rest, and ignores the header's maximum. */
static const char *read_pnm(FILE *f, uint8_t *out, int h, int w, int c)
{
    int kind = getc(f);
    if (kind != '5' && kind != '6')
        return "only binary PPM and PGM files (P6, P5) are read";
    int in_c = kind == '6' ? 3 : 1, in_w = pnm_number(f), in_h = pnm_number(f);
    if (in_w < 1 || in_w > LARGEST_SIDE || in_h < 1 || in_h > LARGEST_SIDE)
        return "its width or height is not a number from 1 to 32768";
    if (pnm_number(f) != 255)
        return "the maximum in its header is not 255";
    struct stat s;
    size_t bytes = (size_t)in_h * (size_t)in_w * (size_t)in_c;
    if (fstat(fileno(f), &s))
        return strerror(errno);
    if (s.st_size - ftell(f) < (int64_t)bytes)
        return "the file is cut short";
    struct arena *scratch = arena_new();
    uint8_t *pixels = arena_alloc(scratch, bytes);
    bool whole = fread(pixels, 1, bytes, f) == bytes;
    if (whole)
        image_fit(pixels, in_h, in_w, in_c, out, h, w, c);
    arena_free(scratch);
    return whole ? NULL : "the file is cut short";
}

/* JPEG or PNG */
static const char *read_compressed(FILE *f, uint8_t *out, int h, int w, int c)
{
    int in_h, in_w, in_c;
    stbi_uc *pixels = stbi_load_from_file(f, &in_w, &in_h, &in_c, 0);
    if (!pixels)
        return stbi_failure_reason();
    image_fit(pixels, in_h, in_w, in_c, out, h, w, c);
    stbi_image_free(pixels);
    return NULL;
}

const char *image_read(const char *path, uint8_t *out, int h, int w, int c)
{
    FILE *f = input_open(path);
    if (!f)
        return file_error(errno);
    int first = getc(f);
    const char *why = "the file is empty";
    if (first == 'P') {
        why = read_pnm(f, out, h, w, c);
    } else if (first != EOF) {
        rewind(f);
        why = read_compressed(f, out, h, w, c);
    }
    fclose(f);
    return why;
}
