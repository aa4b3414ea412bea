/* SPDX-License-Identifier: MIT */
/* worlds WORLD COUNT SEED OUT: pictures of one world as arrays, OUT-x.npy (COUNT x 32 x 32 x 1, uint8) and OUT-y.npy.
 *
 *     source     36 letters and digits as a camera may see them: plain, in poor light, blurred, as outlines, in a raster
 *     chalk      10 symbols on a blackboard, as in the demo
 *     camera     the same, as the demo's camera gives them: not standardised
 *     textures   12 patterns of some scale, turned a little
 *     clock      12 hours: the short hand of a clock that stands anywhere; its long hand says nothing
 *
 * A super-network learns the first (demo/super.sh); its sub-networks are to learn the others.  Every other picture is standardised:
 * its mean is 128, its standard deviation 48 levels. */
#include "draw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIXELS = DRAW_SIZE * DRAW_SIZE, TEXTURES = 12, HOURS = 12 };

static const float pi = 3.14159265f;

/* Numbers of one picture, in the order in which they are asked for. */
struct chance {
    uint64_t seed, count;
};

static float between(struct chance *c, float low, float high)
{
    return low + (high - low) * (float)(draw_hash(c->seed, c->count++) >> 40) / 16777216.0f;
}

/* ---- what all have in common ---- */

static void add_noise(struct chance *c, float *v, float most)
{
    float noise = between(c, 0.0f, most);
    for (int i = 0; i < PIXELS; i++)
        v[i] += between(c, -noise, noise);
}

static void standardise(const float *v, uint8_t *image)
{
    double sum = 0, squares = 0;
    for (int i = 0; i < PIXELS; i++)
        sum += (double)v[i] / PIXELS;
    for (int i = 0; i < PIXELS; i++)
        squares += ((double)v[i] - sum) * ((double)v[i] - sum) / PIXELS;
    double scale = 48 / (sqrt(squares) + 1e-3);
    for (int i = 0; i < PIXELS; i++) {
        double level = 128.5 + scale * ((double)v[i] - sum);
        image[i] = (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level);
    }
}

static void from_bytes(const uint8_t *bytes, float *v)
{
    for (int i = 0; i < PIXELS; i++)
        v[i] = (float)bytes[i] / 255.0f;
}

/* ---- the source ---- */

static float pixel(const float *v, int y, int x)
{
    int last = DRAW_SIZE - 1;
    y = y < 0 ? 0 : y > last ? last : y;
    x = x < 0 ? 0 : x > last ? last : x;
    return v[y * DRAW_SIZE + x];
}

static void blur(float *v)
{
    float from[PIXELS];
    memcpy(from, v, sizeof from);
    for (int i = 0; i < PIXELS; i++) {
        float sum = 0;
        for (int k = 0; k < 9; k++)
            sum += pixel(from, i / DRAW_SIZE + k / 3 - 1, i % DRAW_SIZE + k % 3 - 1);
        v[i] = sum / 9;
    }
}

static void outline(float *v)
{
    float from[PIXELS];
    memcpy(from, v, sizeof from);
    for (int i = 0; i < PIXELS; i++) {
        int y = i / DRAW_SIZE, x = i % DRAW_SIZE;
        v[i] = hypotf(pixel(from, y, x + 1) - pixel(from, y, x - 1), pixel(from, y + 1, x) - pixel(from, y - 1, x));
    }
}

/* Ink through a raster of lines: its stripes or dots are what is seen. */
static void raster(struct chance *c, float *v)
{
    float angle = between(c, 0.0f, pi), period = between(c, 2.5f, 6.0f), paper = v[0];
    int dots = between(c, 0.0f, 1.0f) < 0.5f;
    float u = 2 * pi * cosf(angle) / period, w = 2 * pi * sinf(angle) / period;
    for (int i = 0; i < PIXELS; i++) {
        float y = (float)(i / DRAW_SIZE), x = (float)(i % DRAW_SIZE), wave = sinf(u * x + w * y);
        float grid = dots ? 0.5f + wave * sinf(u * y - w * x) : 0.5f + 0.5f * wave;
        v[i] = paper + (v[i] - paper) * grid;
    }
}

static void draw_source(struct chance *c, int label, float *v)
{
    uint8_t bytes[PIXELS];
    draw_printed(c->seed, label, bytes);
    from_bytes(bytes, v);
    int domain = (int)between(c, 0.0f, 5.0f);
    if (domain == 2)
        blur(v);
    else if (domain == 3)
        outline(v);
    else if (domain == 4)
        raster(c, v);
    float right = between(c, -0.02f, 0.02f), down = between(c, -0.02f, 0.02f);
    for (int i = 0; i < PIXELS && domain != 0; i++)
        v[i] += right * (float)(i % DRAW_SIZE) + down * (float)(i / DRAW_SIZE);
    add_noise(c, v, domain == 1 ? 0.6f : 0.2f);
}

/* ---- textures ---- */

static float wave(float phase) /* -1 .. 1, nearly square */
{
    return tanhf(3 * sinf(phase));
}

/* Texture `label` at (u, v), both in periods; fu, fv: their places in a period, -0.5 .. 0.5. */
static float texture_at(int label, float u, float v)
{
    float fu = u - floorf(u) - 0.5f, fv = v - floorf(v) - 0.5f, r = hypotf(fu, fv), t = 2 * pi;
    float row = floorf(2 * v), brick = u + 0.5f * (row - 2 * floorf(row / 2));
    switch (label) {
    case 0:
        return wave(t * u);
    case 1:
        return wave(t * v);
    case 2:
        return wave(t * u) * wave(t * v);
    case 3:
        return tanhf(12 * (0.28f - r));
    case 4:
        return tanhf(15 * (0.1f - fabsf(r - 0.3f)));
    case 5:
        return brick - floorf(brick) > 0.12f && 2 * v - row > 0.2f ? 1.0f : -1.0f;
    case 6:
        return wave(t * (v + 0.25f * sinf(t * u)));
    case 7:
        return wave(t * (v + fabsf(fu)));
    case 8:
        return fabsf(fu) < 0.13f || fabsf(fv) < 0.13f ? 1.0f : -1.0f;
    case 9:
        return (fabsf(fu) < 0.14f && fabsf(fv) < 0.36f) || (fabsf(fv) < 0.14f && fabsf(fu) < 0.36f) ? 1.0f : -1.0f;
    case 10:
        return fabsf(fu) + fabsf(fv) < 0.33f ? 1.0f : -1.0f;
    default:
        return wave(t * u) * (2 * v - row > 0.5f ? 1.0f : 0.0f);
    }
}

static void draw_texture(struct chance *c, int label, float *v)
{
    float angle = between(c, -0.6f, 0.6f), period = between(c, 6.0f, 12.0f);
    float du = between(c, 0.0f, 32.0f), dv = between(c, 0.0f, 32.0f);
    float sign = between(c, 0.0f, 1.0f) < 0.5f ? -1.0f : 1.0f;
    for (int i = 0; i < PIXELS; i++) {
        float y = (float)(i / DRAW_SIZE), x = (float)(i % DRAW_SIZE);
        float p = x * cosf(angle) + y * sinf(angle) + du, q = y * cosf(angle) - x * sinf(angle) + dv;
        v[i] = sign * texture_at(label, p / period, q / period);
    }
    add_noise(c, v, 1.5f);
}

/* ---- the clock ---- */

/* 1 on a hand from the middle in the direction of an angle, 0 beside it. */
static float hand(float x, float y, float angle, float length, float half)
{
    float along = x * sinf(angle) - y * cosf(angle), beside = fabsf(x * cosf(angle) + y * sinf(angle));
    float cover = half - beside + 0.5f;
    return along < 0 || along > length || cover < 0 ? 0 : cover > 1 ? 1 : cover;
}

static void draw_clock(struct chance *c, int label, float *v)
{
    float wall = between(c, 0.1f, 0.9f), face = between(c, 0.0f, 1.0f), hands = between(c, 0.0f, 1.0f);
    while (fabsf(face - hands) < 0.3f)
        hands = between(c, 0.0f, 1.0f);
    float cx = between(c, 12.0f, 20.0f), cy = between(c, 12.0f, 20.0f), radius = between(c, 8.0f, 11.5f);
    float minute = 2 * pi * between(c, 0.0f, 1.0f), hour = pi / 6 * ((float)label + between(c, -0.35f, 0.35f));
    for (int i = 0; i < PIXELS; i++) {
        float sum = 0;
        for (int k = 0; k < 4; k++) { /* four points of each pixel */
            float x = (float)(i % DRAW_SIZE) + (float)(k % 2) / 2 - cx,
                  y = (float)(i / DRAW_SIZE) + (float)(k / 2) / 2 - cy;
            float level = hypotf(x, y) < radius ? face : wall;
            level += (hands - level) * hand(x, y, minute, radius * 0.9f, 0.4f);
            sum += level + (hands - level) * hand(x, y, hour, radius * 0.55f, 1.0f);
        }
        v[i] = sum / 4;
    }
    add_noise(c, v, 0.12f);
}

static void draw_board(struct chance *c, int label, float *v)
{
    uint8_t bytes[PIXELS];
    draw_chalk(c->seed, label, bytes);
    from_bytes(bytes, v);
}

/* ---- arrays ---- */

static const struct world {
    const char *name;
    int classes;
    void (*draw)(struct chance *c, int label, float *v); /* NULL: the demo's pictures as they are */
} worlds[] = {{"source", DRAW_PRINTED, draw_source},
              {"chalk", DRAW_CHALK, draw_board},
              {"textures", TEXTURES, draw_texture},
              {"clock", HOURS, draw_clock},
              {"camera", DRAW_CHALK, NULL}};

static FILE *array(const char *out, const char *ending, const char *type, const char *shape)
{
    char path[4096], header[128];
    snprintf(path, sizeof path, "%s-%s.npy", out, ending);
    FILE *f = fopen(path, "wb");
    int length =
        snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", type, shape);
    if (!f || length < 0) {
        perror(path);
        exit(1);
    }
    fprintf(f, "%cNUMPY%c%c%c%c%-117s\n", 0x93, 1, 0, 118, 0, header);
    return f;
}

int main(int argc, char **argv)
{
    const struct world *w = NULL;
    for (size_t i = 0; i < sizeof worlds / sizeof *worlds; i++)
        if (argc == 5 && !strcmp(argv[1], worlds[i].name))
            w = &worlds[i];
    if (!w) {
        fputs("usage: worlds source|chalk|textures|clock|camera COUNT SEED OUT\n", stderr);
        return 2;
    }
    int count = atoi(argv[2]);
    char shape[64];
    snprintf(shape, sizeof shape, "%d, %d, %d, 1", count, DRAW_SIZE, DRAW_SIZE);
    FILE *x = array(argv[4], "x", "|u1", shape);
    snprintf(shape, sizeof shape, "%d,", count);
    FILE *y = array(argv[4], "y", "|u1", shape);
    for (int i = 0; i < count; i++) {
        struct chance c = {draw_hash(strtoull(argv[3], NULL, 10) * 4 + (uint64_t)(w - worlds), (uint64_t)i), 3};
        int label = i % w->classes;
        float v[PIXELS];
        uint8_t image[PIXELS];
        if (w->draw) {
            w->draw(&c, label, v);
            standardise(v, image);
        } else {
            draw_chalk(c.seed, label, image);
        }
        fwrite(image, 1, sizeof image, x);
        fputc(label, y);
    }
    return fclose(x) || fclose(y);
}
