/* SPDX-License-Identifier: MIT */
/* What operators compute; see maths.c. */
#ifndef MATHS_H
#define MATHS_H

#include "make.h"

double noise(uint64_t *state);
float *noise_list(struct arena *mem, uint64_t *state, int count, double size, double middle);

struct map map_new(struct arena *mem, int c, int h, int w);
struct map convolve(struct arena *mem, const struct map *x, const struct kernel *k, const struct window *n);
struct map pool(struct arena *mem, const struct map *x, const struct window *n, bool average);
struct map each(struct arena *mem, const struct map *x, const char *what);
struct map sum_of(struct arena *mem, const struct map *a, const struct map *b);
/* a * b, where b may be of one pixel. */
struct map product_of(struct arena *mem, const struct map *a, const struct map *b);
/* Channels of a, then those of b. */
struct map beside(struct arena *mem, const struct map *a, const struct map *b);
/* Each pixel twice, in both directions. */
struct map doubled(struct arena *mem, const struct map *x);
/* Channels first .. first + count - 1, and zeros where there are none. */
struct map channels_of(struct arena *mem, const struct map *x, int first, int count);
/* A transposed convolution by its definition: every pixel adds its window to the result; w is in x out x k x k. */
struct map transposed(struct arena *mem, const struct map *x, int out, int k, int s, int pad, int more, const float *w);
/* Bilinear, with the corners aligned, or else the edges at the top and on the left. */
struct map aligned(struct arena *mem, const struct map *x, int h, int w, bool corners);
/* x * factor[c] + offset[c]; NULL: 1, 0 */
struct map affine(struct arena *mem, const struct map *x, const float *factor, const float *offset);

#endif
