/* SPDX-License-Identifier: MIT */
/* The board of examples/board.h on a bare Cortex-M under QEMU, for cut.sh: flash, and the world around it, are RAM that a reset
 * leaves alone. */
#include "shaken.h"

#include "board.h"

#include <string.h>

#define FLASH ((volatile uint8_t *)0x21000000u)
#define WORLD ((volatile struct world *)0x21100000u)

enum { WORLD_MAGIC = 0x3a7e5 };

static void say_number(const char *text, uint32_t v)
{
    char digits[12] = "", *at = digits + sizeof digits - 1;
    do
        *--at = (char)('0' + v % 10);
    while ((v /= 10) > 0);
    say(text);
    say(at);
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
    if (!on)
        world_boot(WORLD);
    on = 1;
    if (WORLD->now < TURNS * TURN)
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
    world_motion(WORLD, axis);
}

int board_button(void)
{
    return world_button(WORLD);
}

void board_show(int label)
{
    world_show(WORLD, label);
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
