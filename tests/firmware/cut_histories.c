/* SPDX-License-Identifier: MIT */
/* Many lives of examples/keep_the_best.c, each with its power cut where a drawn number says: cut_histories LIVES CUTS MEAN, the mean
 * in readings of the sensor between two cuts. A life is good when 85 % of what is shown at its end is right.
 *
 * Prints how many were not, and in how many the example went back. Same numbers everywhere: no clock, no chance of libc's. */
#include "shaken.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int example(void); /* its main */

static struct {
    uint8_t flash[BOARD_SLOTS * BOARD_SLOT];
    struct world world;
    uint32_t left; /* readings, writes and erases until the power goes */
    int over;
} * board;

static void pass(void)
{
    if (board->left-- == 0)
        _exit(0);
}

int board_running(void)
{
    static int on;
    if (!on)
        world_boot(&board->world);
    on = 1;
    board->over = board->world.now >= TURNS * TURN;
    return !board->over;
}

void board_motion(int8_t axis[3])
{
    pass();
    world_motion(&board->world, axis);
}

int board_button(void)
{
    return world_button(&board->world);
}

void board_show(int label)
{
    world_show(&board->world, label);
}

void board_alarm(int on)
{
    board->world.alarms += (uint32_t)on;
}

int board_flash_read(uint32_t at, void *to, uint32_t n)
{
    memcpy(to, board->flash + at, n);
    return 0;
}

int board_flash_erase(uint32_t at)
{
    pass();
    memset(board->flash + at, 0xff, BOARD_ERASE);
    return 0;
}

int board_flash_write(uint32_t at, const void *from, uint32_t n)
{
    pass();
    memcpy(board->flash + at, from, n);
    return 0;
}

static void live(uint32_t life, uint32_t cuts, uint32_t mean)
{
    uint32_t drawn = life;
    memset(board, 0, sizeof *board);
    memset(board->flash, 0xff, sizeof board->flash);
    board->world.noise = life * 7919u;
    while (!board->over) {
        drawn = drawn * 1664525u + 1013904223u;
        board->left = board->world.boots < cuts ? (drawn >> 8) % (2 * mean) : UINT32_MAX;
        const pid_t child = fork();
        if (child < 0)
            exit(1);
        if (child == 0)
            _exit(example());
        waitpid(child, NULL, 0);
    }
}

int main(int count, char **word)
{
    if (count != 4)
        return 2;
    const uint32_t lives = (uint32_t)atoi(word[1]), cuts = (uint32_t)atoi(word[2]), mean = (uint32_t)atoi(word[3]);
    uint32_t bad = 0, back = 0;
    board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED)
        return 1;
    for (uint32_t i = 1; i <= lives; i++) {
        live(i, cuts, mean);
        bad += board->world.right * 100 < board->world.shown * 85;
        back += board->world.alarms > 0;
    }
    printf("%u lives of %u cuts: bad %u, went back in %u\n", (unsigned)lives, (unsigned)cuts, (unsigned)bad,
           (unsigned)back);
    return 0;
}
