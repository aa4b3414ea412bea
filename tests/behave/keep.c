/* SPDX-License-Identifier: MIT */
/* What is kept in flash, with the power cut anywhere: keep HISTORIES [SEED]
 *
 * The flash is one of arrays that minds its rules: ERASE and WRITE are its units.  A cut leaves a page half erased, with
 * bits that are anything, or a unit that is written in part, to any value; some flash then fails to read it, and some reads
 * differently each time: as it was, as it was to be, or as anything between.  Whatever happens, the old state or the new one is
 * found, and what was once not found, or was gone back from, never is again. */
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
    STEPS = SLOT / ERASE + NET_SAVE_BYTES / 256 + 3 + 2 * SLOTS
};

static uint8_t flash[NET_STORE_BYTES], ready[UNITS], spoilt[UNITS]; /* units that were erased; that do not read */
static int left = NEVER;                                            /* steps until the power fails */
static int finds_errors;                                            /* of a unit that was torn */
static int fails_reads, fails_writes, fails_once;
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

/* Bytes between what they were and what they were to be: units whose writing or erasing was cut. */
static uint8_t was[NET_STORE_BYTES], aim[NET_STORE_BYTES], undecided[UNITS];

/* Of a read, all of it: near what it was, near what it was to be, or anything. */
static void read_undecided(uint32_t unit, uint8_t *to, uint32_t kind)
{
    for (uint32_t i = 0; i < WRITE; i++) {
        uint32_t at = unit * WRITE + i;
        uint8_t mask = (uint8_t)(kind == 0   ? 0
                                 : kind == 1 ? 255
                                 : kind == 2 ? random_bits() & random_bits() & random_bits()
                                             : random_bits());
        to[i] = (uint8_t)((was[at] & ~mask) | (aim[at] & mask));
    }
}

static int flash_read(void *user, uint32_t at, void *to, uint32_t n)
{
    CHECK(user == flash && at % WRITE == 0 && n % WRITE == 0 && n > 0 && n <= 256 && at + n <= NET_STORE_BYTES);
    CHECK((uintptr_t)to % 4 == 0);
    if (steady-- == 0)
        flash[unsteady] ^= 0x10;
    memcpy(to, flash + at, n);
    uint32_t kind = random_bits() % 4;
    for (uint32_t unit = at / WRITE; unit < (at + n) / WRITE; unit++) {
        if (undecided[unit])
            read_undecided(unit, (uint8_t *)to + (unit * WRITE - at), kind);
        if (finds_errors && spoilt[unit] && (!undecided[unit] || kind == 3))
            return -1;
    }
    if (fails_once)
        return fails_once = 0, -1;
    return fails_reads;
}

/* Bits on their way to 1, or anything. */
static void half_erase(uint32_t at)
{
    uint8_t *page = flash + at;
    uint32_t kind = random_bits() % 8;
    for (uint32_t i = 0; i < ERASE / WRITE && kind >= 4; i++) {
        uint32_t unit = at / WRITE + i;
        if (!undecided[unit]) /* else it may still be what it was before */
            memcpy(was + unit * WRITE, flash + unit * WRITE, WRITE);
        memset(aim + unit * WRITE, 0xff, WRITE);
        undecided[unit] = 1;
    }
    for (int i = 0; i < ERASE && kind < 4 && kind; i++)
        page[i] = kind == 1                    ? page[i] | (uint8_t)random_bits()
                  : kind == 2 || i < ERASE / 2 ? (uint8_t)random_bits()
                                               : page[i];
}

static int flash_erase(void *user, uint32_t at)
{
    CHECK(user == flash && at % ERASE == 0 && at + ERASE <= NET_STORE_BYTES);
    if (left-- == 0) {
        half_erase(at);
        memset(ready + at / WRITE, 0, ERASE / WRITE);
        for (int i = 0; i < ERASE / WRITE; i++) /* what could not be read before is not mended by half an erase */
            spoilt[at / WRITE + (uint32_t)i] |= random_bits() % 2;
        longjmp(off, 1);
    }
    memset(flash + at, 0xff, ERASE);
    memset(ready + at / WRITE, 1, ERASE / WRITE);
    memset(spoilt + at / WRITE, 0, ERASE / WRITE);
    memset(undecided + at / WRITE, 0, ERASE / WRITE);
    return fails_writes;
}

/* A unit that is written in part: bits on their way to 0, its first bytes, or anything. */
static void tear(uint32_t at, const uint8_t *from)
{
    uint8_t *unit = flash + at;
    uint32_t kind = random_bits() % 5, bytes = random_bits() % (WRITE + 1);
    if (kind == 4) {
        memcpy(was + at, unit, WRITE);
        memcpy(aim + at, from, WRITE);
        undecided[at / WRITE] = 1;
        return;
    }
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
    tear(at + whole * WRITE, bytes + whole * WRITE);
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
    memset(undecided, 0, sizeof undecided);
}

/* ---- histories ---- */

enum { MOST = 64 };

/* What was kept and may be found, the newest last.  Not sure: its slot was being written or erased when the power failed, so
 * that it is there or not, and may be there once and not the next time; but once it was not, never again. */
static struct {
    uint32_t state;
    int sure;
} kept[MOST];
static int count;

static void push(uint32_t state, int sure)
{
    CHECK(count < MOST);
    kept[count].state = state;
    kept[count++].sure = sure;
}

/* Of these the newest `slots` that are sure can be there, and what is not sure. */
static int sure_above(int i)
{
    int n = 0;
    while (++i < count)
        n += kept[i].sure;
    return n;
}

/* Of so many slots one is erased: that of the oldest, or one that does not count. */
static void erase_one(int cut)
{
    int oldest = 0;
    while (oldest < count && !kept[oldest].sure)
        oldest++;
    if (count >= SLOTS && oldest < count - 1) {
        kept[oldest].sure = 0;
        if (!cut && sure_above(oldest) == SLOTS - 1) { /* all slots held something that is sure */
            memmove(kept, kept + oldest + 1, sizeof *kept * (size_t)(count - oldest - 1));
            count -= oldest + 1;
        }
    }
}

static int found(const net_net *net)
{
    int i = count;
    while (--i >= 0 && !is_state(net, kept[i].state))
        continue;
    return i;
}

/* After a reset, and perhaps another one in the middle of this: the newest, but for what is not sure. */
static void boot(int cut)
{
    static net_net net, factory;
    CHECK(net_init(&factory) == NET_OK);
    left = cut;
    if (setjmp(off))
        left = NEVER;
    net = factory;
    int adopts = random_bits() % 4 == 0; /* the same, but for a batch under way */
    int status = adopts ? net_adopt_kept(&net, &device, NULL) : net_restore(&net, &device);
    left = NEVER;
    if (status == NET_OK) {
        if (adopts)
            net.samples = net.steps % 2;
        int i = found(&net);
        CHECK(i >= 0 && !sure_above(i));
        count = i + 1; /* the others are gone for good */
    } else {
        CHECK(status == NET_E_STORE && !sure_above(-1) && !memcmp(&net, &factory, sizeof net));
    }
}

static int cut_of_boot(void)
{
    return random_bits() % 4 ? NEVER : (int)(random_bits() % (2 * SLOTS));
}

static void keep(uint32_t state, int cut)
{
    static net_net net;
    set_state(&net, state);
    left = cut;
    if (setjmp(off)) {
        erase_one(1);
        push(state, 0);
        boot(cut_of_boot());
        return;
    }
    CHECK(net_keep(&net, &device) == NET_OK && is_state(&net, state));
    left = NEVER;
    erase_one(0);
    push(state, 1);
}

static void back(int cut)
{
    static net_net net;
    set_state(&net, 123456789);
    left = cut;
    if (setjmp(off)) {
        int newest = count - 1;
        while (newest >= 0 && !kept[newest].sure)
            newest--;
        if (newest > 0)
            kept[newest].sure = 0;
        boot(cut_of_boot());
        return;
    }
    int status = net_back(&net, &device);
    left = NEVER;
    if (status == NET_OK) {
        int i = found(&net);
        CHECK(i >= 0 && i < count - 1 && sure_above(i) < 2);
        count = i + 1;
    } else {
        CHECK(status == NET_E_STORE && sure_above(-1) < 2 && is_state(&net, 123456789));
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
        count = 0;
        for (int i = 0, length = 4 + (int)(random_bits() % 12); i < length; i++) {
            int cut = random_bits() % 2 ? NEVER : (int)(random_bits() % STEPS);
            switch (random_bits() % 8) {
            case 0:
                boot(cut_of_boot());
                break;
            case 1:
                back(random_bits() % 2 ? NEVER : (int)(random_bits() % 4));
                break;
            case 2:
                if (i == 2 && sure_above(-1) == count)
                    near_the_end();
                break;
            default:
                keep(++state, cut);
            }
        }
        boot(NEVER);
    }
}

/* ---- one by one ---- */

/* At each step of a keep and of a back. */
static void every_cut(void)
{
    for (int step = 0; step < STEPS; step++)
        for (int again = 0; again < 8; again++) {
            new_flash(0xff);
            count = 0;
            for (uint32_t state = 1; state <= SLOTS; state++)
                keep(state, NEVER);
            keep(SLOTS + 1, step);
            back(0);
            keep(SLOTS + 2, NEVER);
            back(NEVER);
            boot(NEVER);
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
    count = 0;
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
    static uint8_t whole[NET_STORE_BYTES];
    new_flash(0xff);
    keep(1, NEVER);
    keep(2, NEVER);
    memcpy(whole, flash, sizeof whole);
    for (uint32_t at = 0; at < SLOT; at++) {
        int first = at < NET_SAVE_BYTES || (at >= STORE_MARK && at < STORE_MARK + 8);
        memcpy(flash, whole, sizeof flash);
        flash[SLOT + at] ^= (uint8_t)(1u << at % 8);
        CHECK(net_restore(&net, &device) == NET_OK && is_state(&net, first ? 1 : 2));
        flash[SLOT + at] ^= (uint8_t)(1u << at % 8); /* too late */
        CHECK(net_restore(&net, &device) == NET_OK && is_state(&net, first ? 1 : 2));
    }
    /* One read that fails is none of this: it is read again. */
    memcpy(flash, whole, sizeof flash);
    fails_once = 1;
    CHECK(net_restore(&net, &device) == NET_OK && is_state(&net, 2));
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
    count = 0;
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
