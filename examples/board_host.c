/* SPDX-License-Identifier: 0BSD */
/* A board that is a PC: somebody walks, sits and waves in turn, and presses the button for a while; the serial line is
 * standard input and output; flash is the file flash.bin.  At the end it says how often the right label was shown, or of an alarm how often
 * it was right: whatever is not the first doing is one. */
#include "board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DOINGS = 3, TURN = 512, TAUGHT = 64, ALL = 80 }; /* samples of one doing in a row; turns */
enum { LIES = 56 }; /* from this turn on, where BOARD_LIES is set, the wrong button is pressed */

static long now; /* samples so far */
static int shown, right, watched;
static uint8_t flash[BOARD_SLOTS][BOARD_SLOT];
static int loaded;

static int doing(void)
{
    return (int)((now - 1) / TURN % DOINGS);
}

static int noise(int most)
{
    static uint32_t state = 7;
    state = (uint32_t)((uint64_t)state * 48271u % 0x7fffffffu);
    return (int)(state % (uint32_t)(2 * most + 1)) - most;
}

int board_running(void)
{
    if (now < (long)ALL * TURN)
        return 1;
    printf("right %d of %d\n", right, shown + watched);
    return 0;
}

/* Each doing shakes other axes, in its own rhythm. */
void board_motion(int8_t axis[3])
{
    static const int period[DOINGS] = {32, 1, 12};
    now++;
    for (int i = 0; i < 3; i++) {
        int d = doing(), phase = (int)(now % period[d]) * 2 >= period[d];
        axis[i] = (int8_t)(noise(3) + (i == 2 ? 32 : 0) + (d && i == d - 1 ? (phase ? 40 : -40) : d ? 0 : phase * 20));
    }
}

void board_sound(float feature[10])
{
    now++;
    for (int i = 0; i < 10; i++)
        feature[i] = (float)noise(10) / 100 + (i % DOINGS == doing() ? 1.0f : 0.0f);
}

int board_button(void)
{
    int wrong = now > (long)LIES * TURN && getenv("BOARD_LIES") ? 1 : 0;
    return now <= (long)TAUGHT * TURN ? (doing() + wrong) % DOINGS : -1;
}

void board_show(int label)
{
    if (now <= (long)TAUGHT * TURN) /* while it learns, nobody looks */
        return;
    shown++;
    right += label == doing();
}

void board_alarm(int on)
{
    if (now <= (long)TAUGHT * TURN)
        return;
    watched++;
    right += !on == !doing();
}

int board_get(void)
{
    return getchar();
}

void board_put(char c)
{
    putchar(c);
}

static void load(void)
{
    if (loaded++)
        return;
    memset(flash, 0xff, sizeof flash);
    FILE *f = fopen("flash.bin", "rb");
    if (f && fread(flash, 1, sizeof flash, f) != sizeof flash)
        memset(flash, 0xff, sizeof flash);
    if (f)
        fclose(f);
}

void board_keep(int slot, const void *from, size_t bytes)
{
    load();
    memset(flash[slot], 0xff, BOARD_SLOT);
    memcpy(flash[slot], from, bytes);
    FILE *f = fopen("flash.bin", "wb");
    if (!f || fwrite(flash, 1, sizeof flash, f) != sizeof flash || fclose(f))
        exit(1);
}

const uint8_t *board_kept(int slot)
{
    load();
    return flash[slot];
}

/* Changes so many bytes of the flash, and of its file, where they may be cut short like those of any flash. */
static int change(uint32_t at, const void *from, uint32_t n)
{
    load();
    memcpy((uint8_t *)flash + at, from, n);
    FILE *f = fopen("flash.bin", "r+b");
    if (!f) { /* new */
        f = fopen("flash.bin", "wb");
        at = 0;
        from = flash;
        n = sizeof flash;
    }
    if (!f)
        return 1;
    int failed = fseek(f, (long)at, SEEK_SET) || fwrite(from, 1, n, f) != n;
    return fclose(f) || failed;
}

int board_flash_read(uint32_t at, void *to, uint32_t n)
{
    load();
    memcpy(to, (const uint8_t *)flash + at, n);
    return 0;
}

int board_flash_erase(uint32_t at)
{
    static uint8_t erased[BOARD_ERASE];
    memset(erased, 0xff, sizeof erased);
    return change(at, erased, sizeof erased);
}

int board_flash_write(uint32_t at, const void *from, uint32_t n)
{
    return change(at, from, n);
}
