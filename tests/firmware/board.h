/* SPDX-License-Identifier: MIT */
/* What main.c needs of the machine: a place for text, and how much stack a call takes. */
#ifndef BOARD_H
#define BOARD_H

/* Writes text to standard output of the host or of the emulator. */
void say(const char *text);

/* Bytes of stack that a call touches, from a painted stack; 0 on a host. */
unsigned stack_of(void (*call)(void));

#endif
