/* SPDX-License-Identifier: MIT */
/* Trains for so many steps, at the rates that the schedule has on the device or, where a schedule is named, at those that
 * it is defined to have, in double precision; prints biases, then weights: rate_schedule STEPS [SCHEDULE] */
#include "net.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double part(const char *kind, int step)
{
    const double pi = 3.14159265358979323846;
    if (!strcmp(kind, "cosine"))
        return 0.1 + 0.9 * 0.5 * (1 + cos(pi * (step < 40 ? step : 40) / 40));
    if (!strcmp(kind, "both"))
        return step < 10 ? (step + 1) / 10.0 : 0.5 * (1 + cos(pi * (step < 40 ? step - 10 : 30) / 30));
    if (!strcmp(kind, "stairs"))
        return pow(0.5, step / 7);
    return !strcmp(kind, "warmup") && step < 12 ? (step + 1) / 12.0 : 1;
}

int main(int argc, char **argv)
{
    static net_net net;
    static net_scratch scratch;
    const char *by_hand = argc > 2 ? argv[2] : "";
    const int steps = argc > 1 ? atoi(argv[1]) : 0;
    uint32_t state = 1;
    if (net_init(&net))
        return 1;
    const float rate = net.rate;
    for (int step = 0; step < steps; step++) {
        float image[32];
        for (int i = 0; i < 32; i++) {
            state = state * 1664525u + 1013904223u;
            image[i] = (float)(state >> 16) / 32768.0f - 1;
        }
        if (*by_hand)
            net_set_rate(&net, (float)((double)rate * part(by_hand, step)));
        if (net_train(&net, &scratch, image, (int)(state >> 20 & 3), NULL))
            return 1;
    }
    for (int i = 0; i < 3; i++)
        printf("%.6f ", (double)net.a_bias[i]);
    for (int i = 0; i < 4; i++)
        printf("%.6f ", (double)net.b_bias[i]);
    printf("\n");
    for (int i = 0; i < 54; i++)
        printf("%.6f ", (double)net.a_weight[i]);
    printf("\n");
    return 0;
}
