/* SPDX-License-Identifier: MIT */
/* ADD, SUB and MUL of int8 as TFLite's reference computes them.  HOW is the letter of what net computes. */
#include "grids.h"
#include "net.h"
#include "tflite_scale.h"

#include <stdio.h>

enum { COUNT = 64 * 64, CONSTANT = HOW == 'p' || HOW == 'l' || HOW == 'f' }; /* the second channel and a constant */

/* x + sign * z, at 2^20 of twice the larger scale. */
static int8_t sum(int x, double x_scale, int z, double z_scale, int sign, double scale, int zero)
{
    const double twice = 2 * fmax(x_scale, z_scale);
    const double both = scaled(ldexp(x, 20), x_scale / twice) + sign * scaled(ldexp(z, 20), z_scale / twice);
    return clamped(scaled(both, twice / (ldexp(1, 20) * scale)) + zero);
}

static int8_t wanted(int a, int c)
{
    const int x = a - A_ZERO, z = c - C_ZERO;
    if (HOW == 'p' || HOW == 'l') /* the constant: C_ZERO steps */
        return sum(x, A_SCALE, C_ZERO, C_SCALE, HOW == 'p' ? 1 : -1, Y_SCALE, Y_ZERO);
    if (HOW == 'f')
        return sum(C_ZERO, C_SCALE, x, A_SCALE, -1, Y_SCALE, Y_ZERO);
    if (HOW == 's')
        return sum(x, A_SCALE, z, C_SCALE, -1, Y_SCALE, Y_ZERO);
    if (HOW == 't')
        return sum(z, C_SCALE, x, A_SCALE, -1, Y_SCALE, Y_ZERO);
    return clamped(scaled(x * z, (double)A_SCALE * C_SCALE / Y_SCALE) + Y_ZERO);
}

int main(void)
{
    static net_net net;
    static net_scratch scratch;
    static int8_t image[2 * COUNT];
    static float scores[COUNT];
    int most = -128, inner = 0, wrong = 0;

    for (int i = 0; i < COUNT; i++) {
        image[2 * i] = (int8_t)(i % 256 - 128);
        image[2 * i + 1] = (int8_t)(i * 37 / 16 % 256 - 128);
    }
    if (net_init(&net) || net_predict(&net, &scratch, image, scores))
        return 1;
    for (int i = 0; i < COUNT; i++) {
        const int b = image[2 * i + 1] - A_ZERO, c = sum(b, A_SCALE, b, A_SCALE, 1, C_SCALE, C_ZERO);
        most = c > most ? c : most;
    }
    for (int i = 0; i < COUNT; i++) {
        const int b = image[2 * i + 1] - A_ZERO, c = sum(b, A_SCALE, b, A_SCALE, 1, C_SCALE, C_ZERO);
        const int ours = (int)lround((double)scores[i] / Y_SCALE) + Y_ZERO,
                  theirs = wanted(image[2 * i + CONSTANT], HOW == 'e' ? most : c);
        inner += theirs > -128 && theirs < 127;
        wrong += ours != theirs;
    }
    printf("%d of %d differ, %d are not at an end\n", wrong, COUNT, inner);
    return wrong > 0;
}
