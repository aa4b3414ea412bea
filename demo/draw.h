/* SPDX-License-Identifier: MIT */
/* Pictures for the demo: a small rasteriser of line drawings, and two worlds that it can show.
 *
 *     printed   26 letters and 10 digits, black on white, upright: what the factory trained on
 *     chalk     10 symbols in chalk on a worn blackboard, turned, slanted, dim and noisy            */
#ifndef DRAW_H
#define DRAW_H

#include <stdint.h>

enum { DRAW_SIZE = 32, DRAW_PRINTED = 36, DRAW_CHALK = 10 };

/* One picture, DRAW_SIZE x DRAW_SIZE bytes of grey, rows from the top.  Equal seeds, equal pictures. */
void draw_printed(uint64_t seed, int label, uint8_t *image);
void draw_chalk(uint64_t seed, int label, uint8_t *image);

/* "heart" */
const char *draw_chalk_name(int label);

/* A well mixed number from two. */
uint64_t draw_hash(uint64_t a, uint64_t b);

#endif
