/* SPDX-License-Identifier: MIT */
/* Prints by how much a step of rate 1 moves every trained value of an emitted network, after 20 steps of rate 0 in which
 * the scales of integer gradients find their size.
 *
 *     cc -DHEADER='"net.h"' -DNET=net -DNET_UPPER=NET -DFIELDS='"fields.h"' first_step.c net.c -lm
 *
 * fields.h: a line FIELD(name) for each array of trained floats. */
#include HEADER
#include "picture.h"

#include <stdint.h>
#include <stdio.h>

#define JOIN2(a, b) a##b
#define JOIN(a, b)  JOIN2(a, b)
#define API(name)   JOIN(NET, name)
#define SIZE(name)  JOIN(NET_UPPER, name)

static API(_net) net, before;
static API(_scratch) scratch;
static uint8_t picture[SIZE(_INPUT_BYTES)];

static void print_moves(const char *name, const float *now, const float *then, size_t n)
{
    for (size_t i = 0; i < n; i++)
        printf("%s %.9g\n", name, (double)now[i] - (double)then[i]);
}

int main(void)
{
    const int label = draw_picture(picture, SIZE(_INPUT_BYTES), SIZE(_CLASSES));
    float loss;

    API(_init)(&net);
    API(_set_rate)(&net, 0);
    for (int step = 0; step < 20; step++)
        API(_train)(&net, &scratch, picture, label, &loss);
    API(_set_rate)(&net, 1);
    before = net;
    if (API(_train)(&net, &scratch, picture, label, &loss))
        return 1;
#define FIELD(name) print_moves(#name, net.name, before.name, sizeof net.name / sizeof *net.name);
#include FIELDS
#undef FIELD
    return 0;
}
