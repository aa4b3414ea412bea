/* SPDX-License-Identifier: MIT */
/* Saving and loading: the same net again, or an error and nothing changed. */
#include "faster.h"
#include "helpers.h"
#include "more.h"
#include "other.h"

static net_net net, copy;
static net_scratch scratch;
static uint8_t saved[NET_SAVE_BYTES], damaged[NET_SAVE_BYTES];

/* load gives `status` and leaves a net as it was; `in` lies in memory of exactly its size. */
static void refuses(const uint8_t *bytes, size_t size, int status)
{
    static net_net target, before;
    uint8_t *in = (uint8_t *)malloc(size ? size : 1);
    CHECK(in != NULL);
    memcpy(in, bytes, size);
    CHECK(net_init(&target) == NET_OK);
    target.rate = 0.123f;
    before = target;
    int got = net_load(&target, in, size);
    if (got != status)
        fprintf(stderr, "load gives %d, should give %d\n", got, status);
    CHECK(got == status);
    CHECK(!memcmp(&target, &before, sizeof target));
    free(in);
}

static void some_training(net_net *n, int count)
{
    for (int i = 0; i < count; i++) {
        sample s = sample_new();
        CHECK(train(n, &scratch, &s, NULL) == NET_OK);
    }
}

/* A net saved in the middle of a batch goes on as if nothing had been. */
static void goes_on(void)
{
    CHECK(net_init(&net) == NET_OK && net_set_rate(&net, 0.031f) == NET_OK);
    some_training(&net, 7);
    CHECK(net_save(&net, saved) == NET_OK);
    memset(&copy, 0xff, sizeof copy);
    CHECK(net_load(&copy, saved, sizeof saved) == NET_OK);
    CHECK(net_set_rate(&copy, net.rate) == NET_OK); /* the only thing that is not saved */
    CHECK(!memcmp(&net, &copy, sizeof net));
    uint32_t state = random_state;
    some_training(&net, 5);
    random_state = state;
    some_training(&copy, 5);
    CHECK(!memcmp(&net, &copy, sizeof net));
}

/* What is cut off, and every bit that is not what was written: the first 40 bytes have a checksum of their own. */
static void refuses_damage(void)
{
    for (size_t size = 0; size < sizeof saved; size += size < 64 ? 1 : 61)
        refuses(saved, size, NET_E_FORMAT);
    for (size_t bit = 0; bit < 8 * sizeof saved; bit += bit < 8 * 40 ? 1 : 37) {
        memcpy(damaged, saved, sizeof saved);
        damaged[bit / 8] ^= (uint8_t)(1u << bit % 8);
        refuses(damaged, sizeof damaged, bit < 64 ? NET_E_FORMAT : NET_E_CHECKSUM);
    }
    memset(damaged, 0, sizeof damaged);
    refuses(damaged, sizeof damaged, NET_E_FORMAT);
    memset(damaged, 0xff, sizeof damaged);
    refuses(damaged, sizeof damaged, NET_E_FORMAT);
}

/* The format of version 1: magic, 1, fingerprint, bytes, checksum, the net. */
static void refuses_the_first_format(void)
{
    memset(damaged, 0, sizeof damaged);
    memcpy(damaged, "TYTL\1\0\0\0", 8);
    refuses(damaged, sizeof damaged, NET_E_FORMAT);
}

/* Other weights are another base, whatever else differs; other tensors that learn are another layout. */
static void refuses_others(void)
{
    static other_net other;
    static more_net more;
    static uint8_t theirs[OTHER_SAVE_BYTES], mores[MORE_SAVE_BYTES];
    CHECK(other_init(&other) == OTHER_OK && other_save(&other, theirs) == OTHER_OK);
    refuses(theirs, sizeof theirs, NET_E_BASE);
    refuses(theirs, 40, NET_E_BASE); /* its first bytes say so */
    CHECK(more_init(&more) == MORE_OK && more_save(&more, mores) == MORE_OK);
    refuses(mores, sizeof mores, NET_E_MISMATCH);
    CHECK(NET_BASE == MORE_BASE && NET_BASE == FASTER_BASE && NET_BASE != OTHER_BASE);
}

/* A rate belongs to the firmware: what set_rate said, else what init gives, whatever was saved. */
static void keeps_the_rate(void)
{
    static faster_net faster;
    CHECK(NET_SAVE_BYTES == FASTER_SAVE_BYTES);
    memset(&faster, 0, sizeof faster);
    CHECK(faster_load(&faster, saved, sizeof saved) == FASTER_OK && faster.rate == 0.5f);
    CHECK(faster_set_rate(&faster, 0) == FASTER_OK);
    CHECK(faster_load(&faster, saved, sizeof saved) == FASTER_OK && faster.rate == 0.0f);
    CHECK(faster_init(&faster) == FASTER_OK);
    CHECK(faster_load(&faster, saved, sizeof saved) == FASTER_OK && faster.rate == 0.5f);
    CHECK(faster.steps == net.steps && faster.steps > 0);
    CHECK(faster_save(&faster, damaged) == FASTER_OK && !memcmp(damaged, saved, sizeof saved));
}

static void refuses_arguments(void)
{
    CHECK(net_save(NULL, saved) == NET_E_ARG);
    CHECK(net_save(&net, NULL) == NET_E_ARG);
    CHECK(net_load(NULL, saved, sizeof saved) == NET_E_ARG);
    CHECK(net_load(&net, NULL, sizeof saved) == NET_E_ARG);
}

/* Bytes behind the saved net do not matter: it may lie in a larger flash page. */
static void takes_a_page(void)
{
    static uint8_t page[NET_SAVE_BYTES + 100];
    memset(page, 0xff, sizeof page);
    memcpy(page + 1, saved, sizeof saved); /* at any address */
    CHECK(net_load(&copy, page + 1, sizeof page - 1) == NET_OK);
    CHECK(net_save(&copy, damaged) == NET_OK && !memcmp(saved, damaged, sizeof saved));
}

int main(void)
{
    goes_on();
    CHECK(net_save(&net, saved) == NET_OK);
    refuses_damage();
    refuses_the_first_format();
    refuses_others();
    keeps_the_rate();
    refuses_arguments();
    takes_a_page();
    puts("ok");
    return 0;
}
