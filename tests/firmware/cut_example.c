/* SPDX-License-Identifier: MIT */
/* The board of examples/board.h on a bare Cortex-M under QEMU, for cut.sh: flash, and the clock of the world around it, are RAM that a reset
 * leaves alone. Somebody shakes it in three ways in turn, presses the right button and, from time to time, the wrong one. */
#include "../../examples/board.h"

#include "board.h"

#include <string.h>

#define FLASH ((volatile uint8_t *)0x21000000u)
#define WORLD ((volatile struct world *)0x21100000u)

enum { WORLD_MAGIC = 0x3a7e5, DOINGS = 3, TURN = 512, LIES = 48, TRUTH = 56, TAUGHT = 64, ALL = 80 };

struct world {
    uint32_t magic, now, noise, shown, right, boots, alarms;
};

static void say_number(const char *text, uint32_t v)
{
    char digits[12] = "", *at = digits + sizeof digits - 1;
    do
        *--at = (char)('0' + v % 10);
    while ((v /= 10) > 0);
    say(text);
    say(at);
}

static int doing(void)
{
    return (int)((WORLD->now - 1) / TURN % DOINGS);
}

int board_running(void)
{
    static int on;
    if (WORLD->magic != WORLD_MAGIC) {
        for (uint32_t i = 0; i < BOARD_SLOTS * BOARD_SLOT; i++)
            FLASH[i] = 0xff;
        memset((void *)(uintptr_t)WORLD, 0, sizeof *WORLD);
        WORLD->magic = WORLD_MAGIC;
    }
    WORLD->boots += !on;
    on = 1;
    if (WORLD->now < ALL * TURN)
        return 1;
    say_number("right ", WORLD->right);
    say_number(" of ", WORLD->shown);
    say_number(", boots ", WORLD->boots);
    say_number(", went back ", WORLD->alarms);
    say("\n");
    return 0;
}

void board_motion(int8_t axis[3])
{
    static const int period[DOINGS] = {32, 1, 12};
    const uint32_t now = ++WORLD->now;
    for (int i = 0; i < 3; i++) {
        const int d = doing(), phase = (int)(now % (uint32_t)period[d]) * 2 >= period[d];
        WORLD->noise = WORLD->noise * 1664525u + 1013904223u;
        axis[i] = (int8_t)((int)(WORLD->noise >> 16) % 4 + (i == 2 ? 32 : 0) +
                           (d && i == d - 1 ? (phase ? 40 : -40)
                            : d             ? 0
                                            : phase * 20));
    }
}

int board_button(void)
{
    return WORLD->now <= TAUGHT * TURN ? (doing() + (WORLD->now > LIES * TURN && WORLD->now <= TRUTH * TURN)) % DOINGS
                                       : -1;
}

void board_show(int label)
{
    if (WORLD->now <= TAUGHT * TURN)
        return;
    WORLD->shown++;
    WORLD->right += label == doing();
}

void board_alarm(int on)
{
    WORLD->alarms += (uint32_t)on;
}

int board_flash_read(uint32_t at, void *to, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        ((uint8_t *)to)[i] = FLASH[at + i];
    return 0;
}

int board_flash_erase(uint32_t at)
{
    for (uint32_t i = 0; i < BOARD_ERASE; i++)
        FLASH[at + i] = 0xff;
    return 0;
}

int board_flash_write(uint32_t at, const void *from, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        FLASH[at + i] = ((const uint8_t *)from)[i];
    return 0;
}
