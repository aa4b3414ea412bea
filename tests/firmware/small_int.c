/* SPDX-License-Identifier: MIT */
/* Trains the network of tests/golden/tiny.lua and prints the bits of losses and scores: on a host, or on an AVR, whose
 * int has 16 bits, through its serial port. */
#include "tiny.h"

#ifdef __AVR__
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>

static void put(char c)
{
    while (!(UCSR0A & (1 << UDRE0)))
        ;
    UDR0 = (uint8_t)c;
}

static void leave(void)
{
    while (!(UCSR0A & (1 << UDRE0)))
        ;
    cli();
    sleep_mode(); /* for ever: simavr ends */
}
#else
#include <stdio.h>

static void put(char c)
{
    putchar(c);
}

static void leave(void)
{
}
#endif

#include <string.h>

static tiny_net net;
static tiny_scratch scratch;

static void put_float(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    for (int i = 28; i >= 0; i -= 4)
        put("0123456789abcdef"[bits >> i & 15]);
    put('\n');
}

int main(void)
{
    static float image[TINY_INPUT_BYTES / sizeof(float)];
    float loss, judged, scores[TINY_CLASSES];
    uint32_t state = 1;
#ifdef __AVR__
    UCSR0B = 1 << TXEN0;
#endif
    tiny_init(&net);
    for (int step = 0; step < 40; step++) {
        for (unsigned i = 0; i < sizeof image / sizeof *image; i++) {
            state = state * 1664525u + 1013904223u;
            image[i] = (float)(state >> 16) * (1.0f / 32768.0f) - 1.0f;
        }
        tiny_loss(&net, &scratch, image, step % TINY_CLASSES, &judged, scores);
        tiny_train(&net, &scratch, image, step % TINY_CLASSES, &loss);
        put_float(loss);
        put_float(judged - loss); /* 0 */
    }
    tiny_predict(&net, &scratch, image, scores);
    for (int i = 0; i < TINY_CLASSES; i++)
        put_float(scores[i]);
    leave();
    return 0;
}
