/* SPDX-License-Identifier: 0BSD */
/* Collects labelled windows of a sensor first, then learns from them several times over, in another order each time: what
 * comes from a sensor comes sorted, and a network that hears one label for a minute forgets the others.
 *
 *     tinytl-gen specs/motion-1d.lua -D batch=4 -o .
 *     cc collect.c motion.c board.c                                                                        */
#include "board.h"
#include "motion.h"

#include <string.h>

enum { AXES = 3, STEP = MOTION_INPUT_BYTES / AXES / 2, WINDOWS = 24, EPOCHS = 30 };

static motion_net net;
static motion_scratch scratch;

/* Windows overlap by half; each is stored with its label. */
static struct {
    int8_t window[MOTION_INPUT_BYTES];
    uint8_t label;
} samples[WINDOWS];

/* The latest window; what is oldest goes. */
static int8_t latest[MOTION_INPUT_BYTES];

static void slide(void)
{
    memmove(latest, latest + AXES * STEP, sizeof latest - AXES * STEP);
    for (int i = 0; i < STEP; i++)
        board_motion(latest + sizeof latest - AXES * STEP + AXES * i);
}

/* Fills the samples; whoever wears it presses the button of what is being done.  Returns how many there are. */
static int collect(void)
{
    int count = 0, same = 0, before = -1;
    while (count < WINDOWS && board_running()) {
        slide();
        int label = board_button();
        same = label == before ? same + 1 : 0;
        before = label;
        if (label < 0 || label >= MOTION_CLASSES || !same) /* the window began before the button was pressed */
            continue;
        memcpy(samples[count].window, latest, sizeof latest);
        samples[count++].label = (uint8_t)label;
    }
    return count;
}

/* Numbers below n, from a generator of Lehmer's. */
static int drawn(int n)
{
    static uint32_t state = 1;
    state = (uint32_t)((uint64_t)state * 48271u % 0x7fffffffu);
    return (int)(state % (uint32_t)n);
}

static void learn(int count)
{
    int order[WINDOWS];
    for (int i = 0; i < count; i++)
        order[i] = i;
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        motion_set_rate(&net, 0.02f * (float)(EPOCHS - epoch) / EPOCHS);
        for (int i = count - 1; i > 0; i--) {
            int k = drawn(i + 1), t = order[i];
            order[i] = order[k];
            order[k] = t;
        }
        for (int i = 0; i < count; i++)
            motion_train(&net, &scratch, samples[order[i]].window, samples[order[i]].label, NULL);
    }
}

int main(void)
{
    float scores[MOTION_CLASSES];
    motion_init(&net);
    learn(collect());
    while (board_running()) {
        int best = 0;
        slide();
        motion_predict(&net, &scratch, latest, scores);
        for (int i = 1; i < MOTION_CLASSES; i++)
            best = scores[i] > scores[best] ? i : best;
        board_show(best);
    }
    return 0;
}
