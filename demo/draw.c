/* SPDX-License-Identifier: MIT */
#include "draw.h"

#include <math.h>
#include <string.h>

/* ---- numbers that look random, the same on every machine ---- */

/* splitmix64 (Steele, Lea and Flood, OOPSLA 2014) */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t draw_hash(uint64_t a, uint64_t b)
{
    uint64_t state = a * 0xd1342543de82ef95u + b;
    next(&state);
    return next(&state);
}

static float between(uint64_t *state, float low, float high)
{
    return low + (high - low) * (float)(next(state) >> 40) / 16777216.0f;
}

/* ---- line drawings ----
 *
 * A drawing is a row of strokes, a stroke a row of points, a point two digits: x and y on a grid of
 * 0 to 8, y downwards.  "T" is a bar on top and a post:   0080 4048                                 */

static const char *const letters[DRAW_PRINTED] = {
    "084088 2565",                         /* A */
    "005071735404 547577580800",           /* B */
    "8160200206286887",                    /* C */
    "00508286580800",                      /* D */
    "80000888 0464",                       /* E */
    "800008 0464",                         /* F */
    "81602002062868868454",                /* G */
    "0008 8088 0484",                      /* H */
    "4048 2060 2868",                      /* I */
    "7076583816",                          /* J */
    "0008 8005 3388",                      /* K */
    "000888",                              /* L */
    "0800448088",                          /* M */
    "08008880",                            /* N */
    "206082866828060220",                  /* O */
    "08006081836404",                      /* P */
    "206082866828060220 5588",             /* Q */
    "08006081836404 4488",                 /* R */
    "816020010324648587682807",            /* S */
    "0080 4048",                           /* T */
    "000628688680",                        /* U */
    "004880",                              /* V */
    "0028436880",                          /* W */
    "0088 8008",                           /* X */
    "004480 4448",                         /* Y */
    "00800888",                            /* Z */
    "206082866828060220 6226",             /* 0 */
    "214048 2868",                         /* 1 */
    "02206082830888",                      /* 2 */
    "01206081836434 648587682807",         /* 3 */
    "68600686",                            /* 4 */
    "800004638587682807",                  /* 5 */
    "816020020628688785642405",            /* 6 */
    "008038",                              /* 7 */
    "206081836424030120 2405072868878564", /* 8 */
    "072868868260200103246483",            /* 9 */
};

static const struct {
    const char *name, *strokes;
} symbols[DRAW_CHALK] = {
    {"heart", "4804021131425171828448"},
    {"star", "406803832840"},
    {"smile", "206082866828060220 3233 5253 25366665"},
    {"moon", "502103052758363250"},
    {"bolt", "501444386343 6350"},
    {"house", "044084 14187874 38355558"},
    {"fish", "04224264828664462604 2323"},
    {"cup", "02185862 0262 63737656"},
    {"tree", "40167640 4648"},
    {"umbrella", "042140618404 44475867"},
};

enum { SEGMENTS = 48 };

struct drawing {
    float x0[SEGMENTS], y0[SEGMENTS], x1[SEGMENTS], y1[SEGMENTS];
    int count;
};

/* Reads strokes; the result lies in -1 .. 1. */
static void read_strokes(const char *text, struct drawing *d)
{
    float x = 0, y = 0;
    int points = 0;
    for (d->count = 0; *text; text++) {
        if (*text == ' ') {
            points = 0;
            continue;
        }
        float nx = (float)(text[0] - '4') / 4.0f, ny = (float)(text[1] - '4') / 4.0f;
        if (points++ > 0 && d->count < SEGMENTS) {
            d->x0[d->count] = x, d->y0[d->count] = y;
            d->x1[d->count] = nx, d->y1[d->count++] = ny;
        }
        x = nx, y = ny;
        text++;
    }
}

/* How a drawing is held before the camera: p -> matrix p + shift, in pixels. */
struct pose {
    float a, b, c, d, x, y;
    float pen; /* width of a line, in pixels */
};

static struct pose pose(float angle, float width, float height, float slant, float x, float y, float pen)
{
    float cs = cosf(angle), sn = sinf(angle);
    return (struct pose){cs * width, (cs * slant - sn) * height, sn * width, (sn * slant + cs) * height, x, y, pen};
}

static void place(const struct pose *p, struct drawing *d)
{
    for (int i = 0; i < d->count; i++) {
        float x0 = d->x0[i], y0 = d->y0[i], x1 = d->x1[i], y1 = d->y1[i];
        d->x0[i] = p->a * x0 + p->b * y0 + p->x;
        d->y0[i] = p->c * x0 + p->d * y0 + p->y;
        d->x1[i] = p->a * x1 + p->b * y1 + p->x;
        d->y1[i] = p->c * x1 + p->d * y1 + p->y;
    }
}

/* The square of the distance from a point to line i. */
static float distance(const struct drawing *d, int i, float x, float y)
{
    float dx = d->x1[i] - d->x0[i], dy = d->y1[i] - d->y0[i], length = dx * dx + dy * dy;
    float t = length > 0 ? ((x - d->x0[i]) * dx + (y - d->y0[i]) * dy) / length : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    dx = d->x0[i] + t * dx - x;
    dy = d->y0[i] + t * dy - y;
    return dx * dx + dy * dy;
}

/* The pixels from a and b on that ink reaches, on one axis. */
static void reached(float a, float b, float reach, int *from, int *until)
{
    float low = (a < b ? a : b) - reach, high = (a < b ? b : a) + reach;
    *from = low <= 0 ? 0 : (int)low;
    *until = high >= DRAW_SIZE - 1 ? DRAW_SIZE : high < 0 ? 0 : (int)high + 1;
}

/* How much of each pixel is covered by ink, 0 .. 1; edges are `soft` pixels wide. */
static void ink(const struct drawing *d, float pen, float soft, float *cover)
{
    float reach = pen / 2 + soft; /* half of it would do */
    for (int i = 0; i < DRAW_SIZE * DRAW_SIZE; i++)
        cover[i] = 1e9f; /* the square of the distance to the nearest line */
    for (int i = 0; i < d->count; i++) {
        int left, right, top, bottom;
        reached(d->x0[i], d->x1[i], reach, &left, &right);
        reached(d->y0[i], d->y1[i], reach, &top, &bottom);
        for (int y = top; y < bottom; y++)
            for (int x = left; x < right; x++) {
                float square = distance(d, i, (float)x, (float)y), *nearest = &cover[y * DRAW_SIZE + x];
                *nearest = square < *nearest ? square : *nearest;
            }
    }
    for (int i = 0; i < DRAW_SIZE * DRAW_SIZE; i++) {
        float v = 0.5f + (pen / 2 - sqrtf(cover[i])) / soft;
        cover[i] = v < 0 ? 0 : v > 1 ? 1 : v;
    }
}

static uint8_t grey(float v)
{
    return (uint8_t)(v <= 0 ? 0 : v >= 1 ? 255 : v * 255.0f + 0.5f);
}

/* ---- the two worlds ---- */

void draw_printed(uint64_t seed, int label, uint8_t *image)
{
    uint64_t s = draw_hash(seed, 1);
    float cover[DRAW_SIZE * DRAW_SIZE];
    struct drawing d;
    float size = between(&s, 7.5f, 11.5f);
    struct pose p = pose(between(&s, -0.25f, 0.25f), size * between(&s, 0.7f, 1.0f), size, between(&s, -0.2f, 0.2f),
                         between(&s, 13.0f, 18.0f), between(&s, 13.0f, 18.0f), between(&s, 1.6f, 3.4f));
    float paper = between(&s, 0.8f, 1.0f), black = between(&s, 0.0f, 0.3f);
    int swap = (int)(next(&s) >> 63); /* signs come in white on black, too */
    read_strokes(letters[label], &d);
    place(&p, &d);
    ink(&d, p.pen, 1.2f, cover);
    for (int i = 0; i < DRAW_SIZE * DRAW_SIZE; i++) {
        float v = paper + (black - paper) * cover[i];
        image[i] = grey(swap ? 1 - v : v);
    }
}

/* Smooth noise: random values on a grid of `cell` pixels, blended between grid points. */
struct cloud {
    int cell;
    float grid[DRAW_SIZE / 2 + 1][DRAW_SIZE / 2 + 1];
};

static void gather(struct cloud *c, uint64_t seed, int cell)
{
    c->cell = cell;
    for (int y = 0; y <= DRAW_SIZE / cell; y++)
        for (int x = 0; x <= DRAW_SIZE / cell; x++) {
            uint64_t s = draw_hash(seed, (uint64_t)(y * 64 + x));
            c->grid[y][x] = between(&s, -1.0f, 1.0f);
        }
}

static float cloud_at(const struct cloud *c, int x, int y)
{
    const float *up = &c->grid[y / c->cell][x / c->cell], *down = &c->grid[y / c->cell + 1][x / c->cell];
    float fx = (float)(x % c->cell) / (float)c->cell, fy = (float)(y % c->cell) / (float)c->cell;
    float top = up[0] + (up[1] - up[0]) * fx, low = down[0] + (down[1] - down[0]) * fx;
    return top + (low - top) * fy;
}

void draw_chalk(uint64_t seed, int label, uint8_t *image)
{
    uint64_t s = draw_hash(seed, 2);
    struct cloud smear, grain;
    gather(&smear, next(&s), 8);
    gather(&grain, next(&s), 2);
    float cover[DRAW_SIZE * DRAW_SIZE];
    struct drawing d;
    float size = between(&s, 7.0f, 11.5f);
    struct pose p = pose(between(&s, -0.35f, 0.35f), size * between(&s, 0.8f, 1.0f), size, between(&s, -0.25f, 0.25f),
                         between(&s, 13.0f, 18.0f), between(&s, 13.0f, 18.0f), between(&s, 1.4f, 2.8f));
    float board = between(&s, 0.1f, 0.3f), chalk = between(&s, 0.45f, 0.7f);
    float light = between(&s, -0.012f, 0.012f), gamma = between(&s, 0.7f, 1.4f);
    float noise = between(&s, 0.02f, 0.08f);
    read_strokes(symbols[label].strokes, &d);
    place(&p, &d);
    ink(&d, p.pen, 1.6f, cover);
    for (int y = 0; y < DRAW_SIZE; y++)
        for (int x = 0; x < DRAW_SIZE; x++) {
            int i = y * DRAW_SIZE + x;
            float crumbs = 0.75f + 0.35f * cloud_at(&grain, x, y); /* chalk leaves gaps */
            float v = board + 0.10f * cloud_at(&smear, x, y) + light * (float)(x - DRAW_SIZE / 2);
            v += chalk * cover[i] * crumbs + between(&s, -noise, noise);
            image[i] = grey(v > 0 ? powf(v, gamma) : 0);
        }
}

const char *draw_chalk_name(int label)
{
    return symbols[label].name;
}
