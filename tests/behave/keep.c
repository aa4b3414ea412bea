/* SPDX-License-Identifier: MIT */
/* What is kept in flash, with the power cut anywhere: keep HISTORIES [SEED]
 *
 * The flash is one of arrays that minds its rules: ERASE and WRITE are its units.  A cut leaves a page half erased, with
 * bits that are anything, or a unit that is written in part, to any value; some flash then fails to read it.  Whatever happens, the
 * old state or the new one is found. */
#include "net.c" /* for the checksum of a mark */

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s (history %ld)\n", __FILE__, __LINE__, #condition, history);                     \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

enum {
    SLOTS = STORE_SLOTS,
    SLOT = STORE_SLOT,
    UNITS = NET_STORE_BYTES / WRITE,
    NEVER = 1 << 30,
    STEPS = SLOT / ERASE + NET_SAVE_BYTES / 256 + 3
};

static uint8_t flash[NET_STORE_BYTES], ready[UNITS], spoilt[UNITS]; /* units that were erased; that do not read */
static int left = NEVER;                                            /* steps until the power fails */
static int finds_errors;                                            /* of a unit that was torn */
static int fails_reads, fails_writes;
static int steady = NEVER; /* so many reads, then a bit in the middle of the newest save says something else */
static uint32_t unsteady;  /* where it is */
static jmp_buf off;
static long history;

static uint64_t seed = 1;

static uint32_t random_bits(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33);
}

static int flash_read(void *user, uint32_t at, void *to, uint32_t n)
{
    CHECK(user == flash && at % WRITE == 0 && n % WRITE == 0 && n > 0 && n <= 256 && at + n <= NET_STORE_BYTES);
    CHECK((uintptr_t)to % 4 == 0);
    if (steady-- == 0)
        flash[unsteady] ^= 0x10;
    memcpy(to, flash + at, n);
    for (uint32_t unit = at / WRITE; unit < (at + n) / WRITE; unit++)
        if (finds_errors && spoilt[unit])
            return -1;
    return fails_reads;
}

/* Bits on their way to 1, or anything. */
static void half_erase(uint8_t *page)
{
    uint32_t kind = random_bits() % 4;
    for (int i = 0; i < ERASE && kind; i++)
        page[i] = kind == 1                    ? page[i] | (uint8_t)random_bits()
                  : kind == 2 || i < ERASE / 2 ? (uint8_t)random_bits()
                                               : page[i];
}

static int flash_erase(void *user, uint32_t at)
{
    CHECK(user == flash && at % ERASE == 0 && at + ERASE <= NET_STORE_BYTES);
    if (left-- == 0) {
        half_erase(flash + at);
        memset(ready + at / WRITE, 0, ERASE / WRITE);
        for (int i = 0; i < ERASE / WRITE; i++) /* what could not be read before is not mended by half an erase */
            spoilt[at / WRITE + (uint32_t)i] |= random_bits() % 2;
        longjmp(off, 1);
    }
    memset(flash + at, 0xff, ERASE);
    memset(ready + at / WRITE, 1, ERASE / WRITE);
    memset(spoilt + at / WRITE, 0, ERASE / WRITE);
    return fails_writes;
}

/* A unit that is written in part: bits on their way to 0, its first bytes, or anything. */
static void tear(uint8_t *unit, const uint8_t *from)
{
    uint32_t kind = random_bits() % 4, bytes = random_bits() % (WRITE + 1);
    for (uint32_t i = 0; i < WRITE; i++)
        unit[i] = kind == 0                ? unit[i]
                  : kind == 1              ? (uint8_t)(from[i] | random_bits())
                  : kind == 2 && i < bytes ? from[i]
                                           : (uint8_t)random_bits();
}

static int flash_write(void *user, uint32_t at, const void *from, uint32_t n)
{
    const uint8_t *bytes = (const uint8_t *)from;
    CHECK(user == flash && at % WRITE == 0 && n % WRITE == 0 && n > 0 && n <= 256 && at + n <= NET_STORE_BYTES);
    CHECK((uintptr_t)from % 4 == 0);
    uint32_t whole = left-- == 0 ? random_bits() % (n / WRITE) : n / WRITE;
    for (uint32_t i = 0; i < whole; i++) {
        uint32_t unit = at / WRITE + i;
        CHECK(ready[unit]); /* once, after it was erased */
        memcpy(flash + at + i * WRITE, bytes + i * WRITE, WRITE);
        ready[unit] = 0;
    }
    if (whole == n / WRITE)
        return fails_writes;
    tear(flash + at + whole * WRITE, bytes + whole * WRITE);
    ready[at / WRITE + whole] = 0;
    spoilt[at / WRITE + whole] = 1;
    longjmp(off, 1);
}

static const net_flash device = {flash_read, flash_erase, flash_write, flash};

/* ---- states that can be told apart ---- */

static void set_state(net_net *net, uint32_t state)
{
    CHECK(net_init(net) == NET_OK);
    net->steps = state;
    net->samples = state % 2;
    for (size_t i = 0; i < sizeof net->a_bias / sizeof *net->a_bias; i++)
        net->a_bias[i] = (float)(state % 65521) + (float)i;
    net->classifier_weight[0] = (float)(state % 127);
}

static int is_state(const net_net *net, uint32_t state)
{
    static net_net wanted;
    set_state(&wanted, state);
    return !memcmp(&wanted, net, sizeof wanted);
}

static int is_factory(const net_net *net)
{
    static net_net wanted;
    CHECK(net_init(&wanted) == NET_OK);
    return !memcmp(&wanted, net, sizeof wanted);
}

static void new_flash(int byte)
{
    memset(flash, byte, sizeof flash);
    memset(ready, byte == 0xff, sizeof ready);
    memset(spoilt, 0, sizeof spoilt);
}

/* ---- histories ---- */

static uint32_t kept[SLOTS + 1]; /* what was kept, the newest last */
static int count, sure;          /* of them: those that are surely there still */

static void push(uint32_t state)
{
    if (count == SLOTS)
        memmove(kept, kept + 1, sizeof kept - sizeof *kept), count--;
    kept[count++] = state;
    sure = sure < SLOTS ? sure + 1 : SLOTS;
}

static void pop(void)
{
    count--;
    sure = sure > 1 ? sure - 1 : 1;
}

/* After a reset: the newest, or, if a call was cut, what it would have made. */
static void boot(int cut, int back, uint32_t state)
{
    static net_net net, factory;
    left = NEVER;
    CHECK(net_init(&factory) == NET_OK);
    net = factory;
    int status = net_restore(&net, &device);
    if (cut && !back && status == NET_OK && is_state(&net, state)) {
        push(state);
    } else if (cut && back && count > 1 && status == NET_OK && is_state(&net, kept[count - 2])) {
        pop();
    } else {
        CHECK(status == (count ? NET_OK : NET_E_STORE));
        CHECK(count ? is_state(&net, kept[count - 1]) : !memcmp(&net, &factory, sizeof net));
        if (cut && !back && sure == SLOTS) /* the oldest may be gone */
            sure--;
    }
}

static void keep(uint32_t state, int cut)
{
    static net_net net;
    set_state(&net, state);
    left = cut;
    if (setjmp(off)) {
        boot(1, 0, state);
        return;
    }
    CHECK(net_keep(&net, &device) == NET_OK && is_state(&net, state));
    push(state);
}

static void back(int cut)
{
    static net_net net;
    set_state(&net, 123456789);
    left = cut;
    if (setjmp(off)) {
        boot(1, 1, 0);
        return;
    }
    int status = net_back(&net, &device);
    if (status == NET_OK) {
        CHECK(count > 1 && is_state(&net, kept[count - 2]));
        pop();
    } else {
        CHECK(status == NET_E_STORE && sure < 2 && is_state(&net, 123456789));
        if (count)
            kept[0] = kept[count - 1], count = sure = 1;
    }
}

/* The numbers of all slots become those shortly before they go round. */
static void near_the_end(void)
{
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        uint8_t *mark = flash + slot * STORE_SLOT + STORE_MARK;
        if (get_word(mark + 4) == mark_sum(mark)) {
            put_word(mark, get_word(mark) + 0xfffffffau);
            put_word(mark + 4, mark_sum(mark));
        }
    }
}

static void histories(long n)
{
    for (history = 1; history <= n; history++) {
        uint32_t state = random_bits() % 1000;
        new_flash(random_bits() % 2 ? 0xff : (int)(random_bits() % 256));
        finds_errors = random_bits() % 2;
        count = sure = 0;
        for (int i = 0, length = 4 + (int)(random_bits() % 12); i < length; i++) {
            int cut = random_bits() % 2 ? NEVER : (int)(random_bits() % STEPS);
            switch (random_bits() % 8) {
            case 0:
                boot(0, 0, 0);
                break;
            case 1:
                back(random_bits() % 2 ? NEVER : 0);
                break;
            case 2:
                if (i == 2)
                    near_the_end();
                break;
            default:
                keep(++state, cut);
            }
        }
        boot(0, 0, 0);
    }
}

/* ---- one by one ---- */

/* At each step of a keep and of a back. */
static void every_cut(void)
{
    for (int step = 0; step < STEPS; step++)
        for (int again = 0; again < 8; again++) {
            new_flash(0xff);
            count = sure = 0;
            for (uint32_t state = 1; state <= SLOTS; state++)
                keep(state, NEVER);
            keep(SLOTS + 1, step);
            back(0);
            keep(SLOTS + 2, NEVER);
            back(NEVER);
            boot(0, 0, 0);
        }
}

/* A slot's save becomes one of another base, or layout. */
static void make_foreign(int slot, int at)
{
    uint8_t *head = flash + (uint32_t)slot * STORE_SLOT;
    head[at] ^= 1;
    put_word(head + 36, crc32(0, head, 36));
}

static void tells_what_is_wrong(void)
{
    static net_net net, before;
    net_flash none = device;
    new_flash(0xff);
    count = sure = 0;
    set_state(&net, 77);
    before = net;
    CHECK(net_keep(NULL, &device) == NET_E_ARG && net_keep(&net, NULL) == NET_E_ARG);
    none.erase = NULL;
    CHECK(net_restore(&net, &none) == NET_E_ARG && net_back(NULL, &device) == NET_E_ARG);
    for (int byte = 0; byte < 256; byte++) {
        new_flash(byte);
        CHECK(net_restore(&net, &device) == NET_E_STORE && net_back(&net, &device) == NET_E_STORE);
    }
    new_flash(0xff);
    keep(1, NEVER);
    CHECK(net_back(&net, &device) == NET_E_STORE); /* none before */
    keep(2, NEVER);
    make_foreign(1, 16);
    CHECK(net_restore(&before, &device) == NET_OK && is_state(&before, 1));
    make_foreign(0, 12);
    CHECK(net_restore(&net, &device) == NET_E_MISMATCH);
    make_foreign(1, 12);
    CHECK(net_restore(&net, &device) == NET_E_BASE && net_back(&net, &device) == NET_E_BASE);
    fails_reads = 1;
    CHECK(net_restore(&net, &device) == NET_E_STORE);
    fails_reads = 0;
    CHECK(is_state(&net, 77));
    make_foreign(0, 12);
    /* A newer slot of another network does not cost the newest of this one. */
    for (int i = 0; i < 2 * SLOTS; i++) {
        fails_writes = 1;
        CHECK(net_keep(&net, &device) == NET_E_STORE);
        fails_writes = 0;
        CHECK(net_restore(&before, &device) == NET_OK && is_state(&before, 1));
    }
    CHECK(net_keep(&net, &device) == NET_OK && net_restore(&before, &device) == NET_OK && is_state(&before, 77));
}

/* Flash that forgets a bit, in a save or a mark: the one before counts. */
static void forgets(void)
{
    static net_net net;
    new_flash(0xff);
    keep(1, NEVER);
    keep(2, NEVER);
    for (uint32_t at = 0; at < SLOT; at++) {
        flash[SLOT + at] ^= (uint8_t)(1u << at % 8);
        CHECK(net_restore(&net, &device) == NET_OK);
        CHECK(is_state(&net, at < NET_SAVE_BYTES || (at >= STORE_MARK && at < STORE_MARK + 8) ? 1 : 2));
        flash[SLOT + at] ^= (uint8_t)(1u << at % 8);
    }
}

/* Flash that says something else the second time: another slot, or factory values and an error, never a mixture. */
static void says_something_else(int slots)
{
    static net_net net;
    int before = 0, none = 0;
    for (int reads = 0; reads < 100; reads++) {
        new_flash(0xff);
        for (uint32_t state = 1; state <= (uint32_t)slots; state++)
            keep(state, NEVER);
        unsteady = (uint32_t)(slots - 1) * STORE_SLOT + NET_SAVE_BYTES / 2;
        steady = reads;
        set_state(&net, 5);
        int status = net_restore(&net, &device);
        steady = NEVER;
        before += status == NET_OK && is_state(&net, 1) && slots == 2;
        none += status == NET_E_STORE;
        CHECK(status == NET_OK ? is_state(&net, 1) || is_state(&net, (uint32_t)slots)
                               : is_state(&net, 5) || is_factory(&net));
    }
    CHECK(slots == 2 ? before > 0 && none == 0 : none > 0);
}

/* Other firmware in turn: what is kept is newer than what that kept, for it, too. */
static void firmware_comes_and_goes(void)
{
    static net_net net;
    new_flash(0xff);
    keep(1, NEVER);
    keep(2, NEVER);
    make_foreign(1, 16);
    make_foreign(0, 16);
    keep(3, NEVER); /* in the third slot, or in that of 1 */
    make_foreign(1, 16);
    CHECK(net_restore(&net, &device) == NET_OK && is_state(&net, 3));
}

/* The learning rate belongs to the firmware, and a net that was never initialised gets that of init. */
static void is_as_load(void)
{
    static net_net net;
    new_flash(0xff);
    count = sure = 0;
    keep(9, NEVER);
    set_state(&net, 1);
    CHECK(net_set_rate(&net, 0.123f) == NET_OK && net_restore(&net, &device) == NET_OK && net.rate == 0.123f);
    memset(&net, 0x5a, sizeof net);
    CHECK(net_restore(&net, &device) == NET_OK && is_state(&net, 9));
    for (int slot = 0; slot < SLOTS; slot++) { /* a slot begins with what NAME_save writes */
        static uint8_t saved[NET_SAVE_BYTES];
        CHECK(net_save(&net, saved) == NET_OK && (slot || !memcmp(flash, saved, sizeof saved)));
    }
}

int main(int argc, char **argv)
{
    seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    tells_what_is_wrong();
    is_as_load();
    forgets();
    says_something_else(1);
    says_something_else(2);
    firmware_comes_and_goes();
    every_cut();
    histories(argc > 1 ? atol(argv[1]) : 1000);
    printf("%ld histories\n", history - 1);
    return 0;
}
