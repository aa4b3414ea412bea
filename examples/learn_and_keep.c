/* SPDX-License-Identifier: 0BSD */
/* A bracelet that recognises what its wearer does, and learns what the wearer tells it by a button.  What was learnt
 * survives a reset: two slots of flash are written in turn, so that one of them is always whole.
 *
 *     tinytl-gen specs/motion-1d.lua -o .
 *     cc learn_and_keep.c motion.c board.c                                                                 */
#include "board.h"
#include "motion.h"

#include <string.h>

enum { AXES = 3, WINDOW = MOTION_INPUT_BYTES / AXES, KEEP_EVERY = 8 };

static motion_net net;
static motion_scratch scratch;
static struct {
    uint32_t number; /* counts what was kept: the larger one is the newer; erased flash is neither */
    uint8_t save[MOTION_SAVE_BYTES];
} kept;

/* The newest slot that is whole; else what the network was made with. */
static int restore(void)
{
    int newest = -1;
    motion_init(&net);
    for (int slot = 0; slot < BOARD_SLOTS; slot++) {
        static motion_net found;
        uint32_t number;
        memcpy(&number, board_kept(slot), sizeof number);
        if (motion_load(&found, board_kept(slot) + sizeof number, MOTION_SAVE_BYTES) == MOTION_OK &&
            (newest < 0 || number > kept.number)) {
            newest = slot;
            kept.number = number;
            net = found;
        }
    }
    return newest;
}

static void keep(int slot)
{
    kept.number++;
    motion_save(&net, kept.save);
    board_keep(slot, &kept, sizeof kept);
}

static void read_window(int8_t *window)
{
    for (int i = 0; i < WINDOW; i++)
        board_motion(window + AXES * i);
}

static int predicted(const int8_t *window)
{
    float scores[MOTION_CLASSES];
    int best = 0;
    motion_predict(&net, &scratch, window, scores);
    for (int i = 1; i < MOTION_CLASSES; i++)
        best = scores[i] > scores[best] ? i : best;
    return best;
}

int main(void)
{
    static int8_t window[MOTION_INPUT_BYTES];
    int slot = restore(), learnt = 0;
    while (board_running()) {
        read_window(window);
        board_show(predicted(window));
        int label = board_button();
        if (label < 0)
            continue;
        /* A loss or gradient that is not finite changes nothing that matters: the sample is passed over. */
        if (motion_train(&net, &scratch, window, label, NULL) == MOTION_OK && ++learnt % KEEP_EVERY == 0)
            keep(slot = (slot + 1) % BOARD_SLOTS);
    }
    return 0;
}
