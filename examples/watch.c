/* SPDX-License-Identifier: 0BSD */
/* A guard on a machine: it learns how the machine shakes while somebody says that all is well, finds out how wrong the
 * network is about such windows at most, and raises an alarm for what it is more wrong about.
 *
 *     tinytl-gen specs/vibration.lua -o .
 *     cc watch.c vibration.c board.c
 *
 * A threshold that `tinytl-gen train` printed may stand in the place of the one that is found here; then the network
 * must be the one that was trained there, and not learn here. */
#include "board.h"
#include "vibration.h"

enum { AXES = 3, VALUES = VIBRATION_CLASSES, WINDOW = VALUES / AXES, LEARN = 200, LISTEN = 100 };

static const float scale = 1.0f / 32; /* of the spec's input: what the network gives is in g */
static const float margin = 1.5f;     /* over the largest error of a machine that was well */

static vibration_net net;
static vibration_scratch scratch;

/* The mean squared difference between a window and what the network makes of it: the loss of vibration_train. */
static float error_of(const int8_t *window)
{
    static float given[VALUES];
    float sum = 0;
    vibration_predict(&net, &scratch, window, given);
    for (int i = 0; i < VALUES; i++) {
        float d = given[i] - (float)window[i] * scale;
        sum += d * d;
    }
    return sum / VALUES;
}

static void learn(const int8_t *window)
{
    static float target[VALUES];
    for (int i = 0; i < VALUES; i++)
        target[i] = (float)window[i] * scale;
    vibration_train(&net, &scratch, window, target, NULL);
}

int main(void)
{
    static int8_t window[VIBRATION_INPUT_BYTES];
    float largest = 0;
    int well = 0; /* windows of a machine that is said to be well */
    vibration_init(&net);
    while (board_running()) {
        for (int i = 0; i < WINDOW; i++)
            board_motion(window + AXES * i);
        float error = error_of(window);
        if (well < LEARN + LISTEN) {
            if (board_button() != 0)
                continue;
            if (++well <= LEARN)
                learn(window);
            else
                largest = error > largest ? error : largest;
        } else {
            board_alarm(error > margin * largest);
        }
    }
    return 0;
}
