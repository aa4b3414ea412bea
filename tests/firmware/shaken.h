/* SPDX-License-Identifier: MIT */
/* The world of examples/keep_the_best.c: somebody shakes the board in three ways in turn, presses the right button, for a while
 * the wrong one, then none.  It goes on where it was when the board starts again; who shakes begins with the board's window. */
#ifndef SHAKEN_H
#define SHAKEN_H

#include "../../examples/board.h"

enum { DOINGS = 3, WINDOW_LENGTH = 128, TURN = 4 * WINDOW_LENGTH, LIES = 48, TRUTH = 56, TAUGHT = 64, TURNS = 80 };

struct world {
    uint32_t magic, now, noise, shown, right, boots, alarms;
};

static inline void world_boot(volatile struct world *w)
{
    w->boots++;
    w->now = (w->now + WINDOW_LENGTH - 1) / WINDOW_LENGTH * WINDOW_LENGTH;
}

static inline int world_doing(const volatile struct world *w)
{
    return (int)((w->now - 1) / TURN % DOINGS);
}

static inline void world_motion(volatile struct world *w, int8_t axis[3])
{
    static const int period[DOINGS] = {32, 1, 12};
    const int d = (w->now++, world_doing(w)), phase = (int)(w->now % (uint32_t)period[d]) * 2 >= period[d];
    for (int i = 0; i < 3; i++) {
        w->noise = w->noise * 1664525u + 1013904223u;
        axis[i] = (int8_t)((int)(w->noise >> 16) % 4 + (i == 2 ? 32 : 0) +
                           (d && i == d - 1 ? (phase ? 40 : -40)
                            : d             ? 0
                                            : phase * 20));
    }
}

static inline int world_button(const volatile struct world *w)
{
    const int lie = w->now > LIES * TURN && w->now <= TRUTH * TURN;
    return w->now <= TAUGHT * TURN ? (world_doing(w) + lie) % DOINGS : -1;
}

static inline void world_show(volatile struct world *w, int label)
{
    if (w->now <= TAUGHT * TURN)
        return;
    w->shown++;
    w->right += label == world_doing(w);
}

#endif
