/* SPDX-License-Identifier: MIT */
/* show WORLD: a row of sample pictures on a terminal, at half size.
 *
 * A character cell is two pixels, one above the other: the upper half block takes the upper one's
 * colour, its background the lower one's.  DEMO_PLAIN (the terminal may not know that character): a
 * blank on the colour between both.  NO_COLOR, or no terminal: characters for grey. */
#include "base/screen.h"
#include "draw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SHOWN = 6, SIDE = 16, APART = 2 }; /* pictures; pixels across after halving */

static uint8_t picture[SHOWN][DRAW_SIZE * DRAW_SIZE];

/* The mean of 2 x 2 pixels. */
static int pixel(int n, int x, int y)
{
    const uint8_t *p = picture[n] + 2 * y * DRAW_SIZE + 2 * x;
    return (p[0] + p[1] + p[DRAW_SIZE] + p[DRAW_SIZE + 1] + 2) / 4;
}

static int shade(int grey) /* of the 24 greys in the palette of 256 colours */
{
    return 232 + grey * 23 / 255;
}

/* As many pictures as the terminal has room for, each behind two blanks. */
static int shown(void)
{
    int room = screen_width(stdout) / (APART + SIDE);
    return room < SHOWN ? room : SHOWN;
}

static void show_colour(int halves)
{
    for (int y = 0; y < SIDE; y += 2, putchar('\n'))
        for (int n = 0; n < shown(); n++, fputs("\033[0m", stdout)) {
            fputs("  ", stdout);
            for (int x = 0; x < SIDE; x++)
                if (halves)
                    printf("\033[38;5;%d;48;5;%dm\xe2\x96\x80", shade(pixel(n, x, y)), shade(pixel(n, x, y + 1)));
                else
                    printf("\033[48;5;%dm ", shade((pixel(n, x, y) + pixel(n, x, y + 1)) / 2));
        }
}

static void show_plain(void)
{
    static const char ramp[] = " .:-=+*#%@"; /* dark to light */
    for (int y = 0; y < SIDE; y += 2, putchar('\n'))
        for (int n = 0; n < shown(); n++) {
            fputs("  ", stdout);
            for (int x = 0; x < SIDE; x++)
                putchar(ramp[(pixel(n, x, y) + pixel(n, x, y + 1)) / 2 * 9 / 255]);
        }
}

int main(int argc, char **argv)
{
    int chalk = argc > 1 && !strcmp(argv[1], "chalk");
    const int printed_labels[SHOWN] = {0, 6, 10, 17, 27, 34};
    for (int n = 0; n < SHOWN; n++)
        if (chalk)
            draw_chalk((uint64_t)n + 40, n, picture[n]);
        else
            draw_printed((uint64_t)n + 40, printed_labels[n], picture[n]);
    if (isatty(STDOUT_FILENO) && !getenv("NO_COLOR"))
        show_colour(!getenv("DEMO_PLAIN"));
    else
        show_plain();
    return 0;
}
