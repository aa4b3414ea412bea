/* SPDX-License-Identifier: MIT */
/* What a save of old firmware has in common with new firmware of the same base is taken over, from memory and from flash. */
#include "new.h"
#include "old.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                                               \
    ((condition) ? (void)0 : (fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition), exit(1)))

static uint8_t flash[OLD_STORE_BYTES], save[OLD_SAVE_BYTES], saved_again[NEW_SAVE_BYTES], damaged[OLD_SAVE_BYTES];
static int good_reads = -1; /* then reading fails */
static old_net before;
static old_scratch old_memory;
static new_net after, fresh, other;
static new_scratch new_memory;

static int flash_read(void *user, uint32_t at, void *to, uint32_t n)
{
    (void)user;
    memcpy(to, flash + at, n);
    return good_reads-- == 0 ? (good_reads = 0, 1) : 0;
}

static int flash_erase(void *user, uint32_t at)
{
    (void)user;
    memset(flash + at, 0xff, 4096);
    return 0;
}

static int flash_write(void *user, uint32_t at, const void *from, uint32_t n)
{
    (void)user;
    memcpy(flash + at, from, n);
    return 0;
}

static const old_flash old_device = {flash_read, flash_erase, flash_write, NULL};
static const new_flash new_device = {flash_read, flash_erase, flash_write, NULL};

static void learn(void)
{
    CHECK(old_init(&before) == OLD_OK);
    for (int step = 0; step < 41; step++) {
        float input[32];
        for (int i = 0; i < 32; i++)
            input[i] = (float)((step * 11 + i * 7) % 23) / 23;
        CHECK(old_train(&before, &old_memory, input, step % 3, NULL) == OLD_OK);
    }
}

/* Rows of outputs: those that both have are the old ones, the others those of new factory values. */
#define COMPARE(field, ours, theirs)                                                                                   \
    for (size_t i = 0; i < sizeof after.field / sizeof *after.field; i++)                                              \
    CHECK(i % (ours) < (theirs) ? after.field[i] == before.field[i / (ours) * (theirs) + i % (ours)]                   \
                                : after.field[i] == fresh.field[i])
#define SAME(field) COMPARE(field, sizeof after.field / sizeof *after.field, sizeof before.field / sizeof *before.field)

static void is_adopted(int kept)
{
    SAME(a_bias);
    COMPARE(classifier_weight, NEW_CLASSES, OLD_CLASSES);
    COMPARE(classifier_bias, NEW_CLASSES, OLD_CLASSES);
#ifdef ALL
    SAME(a_weight);
    SAME(b_weight);
    SAME(b_bias);
#endif
    CHECK(kept == TENSORS && after.samples == 0 && after.steps == before.steps && after.rate == 0.5f);
#ifdef SPARE
    for (int i = 0; i < NEW_CLASSES; i++)
        CHECK(after.classes[i] == fresh.classes[i]);
#endif
    for (size_t i = 0; i < sizeof after.d_classifier_bias / sizeof *after.d_classifier_bias; i++)
        CHECK(after.d_classifier_bias[i] == 0);
}

static void clear(void)
{
    CHECK(new_init(&after) == NEW_OK && new_set_rate(&after, 0.5f) == NEW_OK);
    after.samples = 1;
    other = after;
}

int main(void)
{
    int kept = -1;
    learn();
    CHECK(OLD_BASE == NEW_BASE);
    CHECK(old_save(&before, save) == OLD_OK && new_init(&fresh) == NEW_OK);
    clear();
    CHECK(new_load(&after, save, sizeof save) == NEW_E_MISMATCH);
    CHECK(new_adopt(&after, save, sizeof save, &kept) == NEW_OK);
    is_adopted(kept);

    /* What is damaged changes nothing. */
    for (size_t at = 0; at < sizeof save; at++) {
        clear();
        memcpy(damaged, save, sizeof save);
        damaged[at] ^= 4;
        CHECK(new_adopt(&after, damaged, sizeof save, NULL) != NEW_OK && !memcmp(&after, &other, sizeof after));
    }
    CHECK(new_adopt(&after, save, sizeof save - 1, NULL) == NEW_E_FORMAT &&
          new_adopt(NULL, save, sizeof save, NULL) == NEW_E_ARG);

    memset(flash, 0xff, sizeof flash);
    CHECK(new_adopt_kept(&after, &new_device, &kept) == NEW_E_STORE);
    CHECK(old_keep(&before, &old_device) == OLD_OK && new_restore(&after, &new_device) == NEW_E_MISMATCH);
    CHECK(new_adopt_kept(&after, &new_device, &kept) == NEW_OK);
    is_adopted(kept);
    for (int reads = 0; reads < 60; reads++) {
        clear();
        good_reads = reads;
        int status = new_adopt_kept(&after, &new_device, &kept);
        good_reads = -1;
        CHECK(status == NEW_OK || (status == NEW_E_STORE &&
                                   (!memcmp(&after, &other, sizeof after) || !memcmp(&after, &fresh, sizeof after))));
    }

    /* Of new firmware's own nets all is taken, but for batch and moments; then it learns on. */
    clear();
    CHECK(new_adopt_kept(&after, &new_device, NULL) == NEW_OK && new_keep(&after, &new_device) == NEW_OK);
    CHECK(new_save(&after, saved_again) == NEW_OK && new_init(&other) == NEW_OK &&
          new_set_rate(&other, 0.5f) == NEW_OK);
    CHECK(new_adopt(&other, saved_again, sizeof saved_again, NULL) == NEW_OK && !memcmp(&other, &after, sizeof other));
    CHECK(new_adopt_kept(&other, &new_device, NULL) == NEW_OK && !memcmp(&other, &after, sizeof other));
    float input[32] = {0};
    CHECK(new_train(&after, &new_memory, input, 1, NULL) == NEW_OK);
    return 0;
}
