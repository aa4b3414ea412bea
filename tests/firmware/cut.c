/* SPDX-License-Identifier: MIT */
/* A bare Cortex-M keeps what it learns while its power fails: by itself in the middle of a write or an erase, and from
 * outside at any time (cut.sh).  Flash, and a logbook of what was asked for, are RAM that a reset leaves alone.  After each reset the
 * net has to be what it was before the call that was cut, or after it, every bit; to compare, as many samples are learnt anew. */
#include "net.h"

#include "board.h"

#include <string.h>

#define FLASH ((volatile uint8_t *)0x21000000u)
#define LOG   ((volatile struct logbook *)0x21100000u)

enum { LOG_MAGIC = 0x600dbee5, ERASE = 4096, WRITE = 8, PARTS = 8 /* of an erase */, NEVER = -1 };
enum { UNITS = PARTS + NET_SAVE_BYTES / WRITE + 1 }; /* of a keep, about */

struct logbook {
    uint32_t magic, boots, random;
    uint32_t before, kept, coming; /* samples that nets have learnt from; before: 0, if it is not known */
    uint32_t going_back, anew;
    uint32_t cuts[2]; /* that were found to be too early, and in time */
};

static net_net net, wanted;
static net_scratch scratch;
static int left = NEVER; /* units of flash until the power fails */

static uint32_t random_bits(void)
{
    LOG->random = LOG->random * 1664525u + 1013904223u;
    return LOG->random >> 16;
}

static void say_number(uint32_t v)
{
    char text[12] = "", *at = text + sizeof text - 1;
    do
        *--at = (char)('0' + v % 10);
    while ((v /= 10) > 0);
    say(at);
}

static int fail(const char *what)
{
    say("FAIL ");
    say(what);
    say(", boot ");
    say_number(LOG->boots);
    say("\n");
    return 1;
}

static void power_off(void)
{
    *(volatile uint32_t *)0xe000ed0cu = 0x05fa0004u; /* AIRCR: SYSRESETREQ */
    for (;;)
        ;
}

static int flash_read(void *user, uint32_t at, void *to, uint32_t n)
{
    (void)user;
    for (uint32_t i = 0; i < n; i++)
        ((uint8_t *)to)[i] = FLASH[at + i];
    return 0;
}

/* Byte by byte, so that power may fail between any two; a unit at which it fails is torn. */
static int flash_erase(void *user, uint32_t at)
{
    (void)user;
    for (uint32_t i = 0; i < ERASE; i++) {
        if (i % (ERASE / PARTS) == 0 && left-- == 0) {
            FLASH[at + i] |= (uint8_t)random_bits();
            power_off();
        }
        FLASH[at + i] = 0xff;
    }
    return 0;
}

static int flash_write(void *user, uint32_t at, const void *from, uint32_t n)
{
    (void)user;
    for (uint32_t i = 0; i < n; i++) {
        if (i % WRITE == 0 && left-- == 0) {
            for (uint32_t k = 0, whole = random_bits() % (WRITE + 1); k < WRITE; k++)
                FLASH[at + i + k] &= (uint8_t)(((const uint8_t *)from)[i + k] | (k < whole ? 0 : random_bits()));
            power_off();
        }
        FLASH[at + i] = ((const uint8_t *)from)[i];
    }
    return 0;
}

static const net_flash flash = {flash_read, flash_erase, flash_write, NULL};

/* Samples that a net has learnt from, in batches of 2. */
static uint32_t seen(const net_net *n)
{
    return 2 * n->steps + n->samples;
}

/* The sample that comes next is always the same. */
static void learn(net_net *n)
{
    const uint32_t sample = seen(n);
    float input[4];
    for (uint32_t i = 0; i < 4; i++)
        input[i] = (float)((sample * 7 + i * 5) % 16) / 16;
    net_train(n, &scratch, input, (int)(sample % NET_CLASSES), NULL);
}

static int is_whole(void)
{
    net_init(&wanted);
    while (seen(&wanted) < seen(&net))
        learn(&wanted);
    return !memcmp(&wanted, &net, sizeof net);
}

/* After a reset: what was kept, or what was about to be. */
static int boot(void)
{
    net_init(&net);
    int status = net_restore(&net, &flash);
    if (status != NET_OK && (status != NET_E_STORE || LOG->kept))
        return fail("nothing is found");
    if (seen(&net) > 10000 || !is_whole())
        return fail("a net that never was");
    if (seen(&net) != LOG->kept && seen(&net) != LOG->coming)
        return fail("a net of another time");
    if (LOG->coming != LOG->kept)
        LOG->cuts[seen(&net) == LOG->coming]++;
    if (seen(&net) == LOG->coming && seen(&net) != LOG->kept) {
        LOG->before = LOG->going_back ? 0 : LOG->kept;
        LOG->kept = seen(&net);
    }
    LOG->coming = LOG->kept;
    return 0;
}

static int keep(void)
{
    for (uint32_t i = 0, steps = 1 + random_bits() % 3; i < steps; i++)
        learn(&net);
    LOG->going_back = 0;
    LOG->coming = seen(&net);
    if (net_keep(&net, &flash) != NET_OK)
        return fail("keep");
    LOG->before = LOG->kept;
    LOG->kept = seen(&net);
    return 0;
}

static int back(void)
{
    LOG->going_back = 1;
    LOG->coming = LOG->before;
    if (net_back(&net, &flash) != NET_OK || seen(&net) != LOG->coming || !is_whole())
        return fail("back");
    LOG->before = 0;
    LOG->kept = seen(&net);
    return 0;
}

/* Also now and then: else learning it all again takes longer and longer. */
static void start_anew(void)
{
    LOG->anew = 1;
    for (uint32_t i = 0; i < NET_STORE_BYTES; i++)
        FLASH[i] = 0xff;
    LOG->before = LOG->kept = LOG->coming = 0;
    net_init(&net);
    LOG->anew = 0;
}

int main(void)
{
    if (LOG->magic != LOG_MAGIC) {
        LOG->boots = LOG->cuts[0] = LOG->cuts[1] = 0;
        LOG->random = LOG->anew = 1;
        LOG->magic = LOG_MAGIC;
    }
    if (LOG->anew)
        start_anew();
    if (boot())
        return 1;
    if (LOG->boots++ == BOOTS) {
        say_number(BOOTS);
        say(" cuts: ");
        say_number(LOG->cuts[0]);
        say(" times what was before, ");
        say_number(LOG->cuts[1]);
        say(" times what was to come\n");
        return LOG->cuts[0] == 0 || LOG->cuts[1] == 0;
    }
    for (;;) {
        int goes_back = LOG->before && random_bits() % 2;
        if (seen(&net) > 90)
            start_anew();
        left = OUTSIDE ? NEVER : (int)(random_bits() % (goes_back ? 2 * PARTS : UNITS + 10));
        if (goes_back && LOG->before ? back() : keep())
            return 1;
    }
}
