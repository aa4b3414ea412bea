/* SPDX-License-Identifier: 0BSD */
/* What the examples want of a board.  board_host.c is one that runs on a PC, to try them; put drivers of your own in its
 * place. */
#ifndef EXAMPLES_BOARD_H
#define EXAMPLES_BOARD_H

#include <stddef.h>
#include <stdint.h>

/* False once the power goes; on a board always true. */
int board_running(void);

/* Waits for the next sample of an accelerometer: three axes, in 1/32 g. */
void board_motion(int8_t axis[3]);

/* Waits for the next frame of a microphone: ten cepstral coefficients. */
void board_sound(float feature[10]);

/* What the user says that this is: a label, or -1 where nobody presses a button. */
int board_button(void);

/* Shows a label, or -1: nothing. */
void board_show(int label);

/* Shows that something is wrong, or that it is not. */
void board_alarm(int on);

/* A serial line.  board_get waits; -1: the line is closed. */
int board_get(void);
void board_put(char c);

/* Flash in `BOARD_SLOTS` slots of `BOARD_SLOT` bytes: board_keep erases a slot and writes its beginning. */
enum { BOARD_SLOTS = 2, BOARD_SLOT = 64 * 1024 };
void board_keep(int slot, const void *from, size_t bytes);
const uint8_t *board_kept(int slot);

/* The same flash as it is: all its bytes, erased and written in units of so many. 0: done. */
enum { BOARD_ERASE = 4096, BOARD_WRITE = 8 };
int board_flash_read(uint32_t at, void *to, uint32_t n);
int board_flash_erase(uint32_t at);
int board_flash_write(uint32_t at, const void *from, uint32_t n);

#endif
