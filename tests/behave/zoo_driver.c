/* SPDX-License-Identifier: MIT */
/* Trains an emitted network on one sample for a few steps: the loss must fall.
 *
 *     cc -DHEADER='"ds_cnn.h"' -DNET=ds_cnn -DBYTES=DS_CNN_INPUT_BYTES zoo_driver.c ds_cnn.c -lm
 *     a.out STEPS RATE
 *
 * with -DFLOATS where the input is float32, -DTARGET where the loss is mse (an autoencoder: what comes in
 * shall come out), -DIN_SCRATCH where the image lives in the scratch memory. */
#include HEADER

#include <stdio.h>
#include <stdlib.h>

#define JOIN2(a, b) a##b
#define JOIN(a, b)  JOIN2(a, b)
#define API(name)   JOIN(NET, name)

static API(_net) net;
static API(_scratch) scratch;

/* The same image each time. */
static void draw(void *image)
{
    uint32_t state = 1;
    for (size_t i = 0; i < BYTES; i++) {
        state = state * 1664525u + 1013904223u;
#ifdef FLOATS
        if (i % sizeof(float) == 0)
            ((float *)image)[i / sizeof(float)] = (float)(state >> 8) / 8388608.0f - 1.0f; /* -1 .. 1 */
#else
        ((uint8_t *)image)[i] = (uint8_t)(state >> 24);
#endif
    }
}

int main(int argc, char **argv)
{
    int steps = argc > 1 ? atoi(argv[1]) : 10;
    float loss = 0.0f, first = 0.0f;
#ifdef IN_SCRATCH
    void *image = API(_input)(&scratch);
#else
    static float memory[BYTES / sizeof(float) + 1];
    void *image = memory;
#endif
#ifdef TARGET
    const float *target = image;
#else
    const int target = 1;
#endif
    API(_init)(&net);
    if (argc > 2)
        API(_set_rate)(&net, (float)atof(argv[2]));
    for (int i = 0; i <= steps; i++) {
        draw(image);
        int status = API(_train)(&net, &scratch, image, target, &loss);
        if (status) {
            printf("step %d: status %d\n", i, status);
            return 1;
        }
        if (i == 0)
            first = loss;
    }
    printf("loss %.4f -> %.4f\n", (double)first, (double)loss);
    return !(loss < 0.9f * first);
}
