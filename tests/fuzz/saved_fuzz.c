/* SPDX-License-Identifier: MIT */
/* Any bytes as a saved net: refused with a message, or readable to the last value, and written again it is the same.
 * Bytes that begin as a save are taken a second time with right checksums, which a fuzzer does not find. */
#include "saves/average.h"
#include "saves/bytes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void use(struct arena *mem, struct diag *d, struct save *s, const uint8_t *file)
{
    for (int i = 0; i < s->count; i++) {
        const struct save_tensor *t = &s->tensor[i];
        assert(t->count > 0 && save_role(s, t) <= SAVE_RANGE && save_shape_text(mem, t)[0] && save_type_name(t)[0]);
        for (int64_t n = 0; n < t->count; n++)
            (void)save_at(s, t, n);
    }
    if (s->count == (int)word_at(file + AT_COUNT)) {
        save_seal(s);
        assert(!memcmp(s->bytes, file, s->length));
    }
    struct save *two[] = {s, s};
    struct save *sum = saves_average(mem, d, two, 2, NULL);
    assert(sum || d->errors);
}

static void parse(FILE *nowhere, const uint8_t *file, size_t length)
{
    struct arena *mem = arena_new();
    struct diag d = {.mem = mem, .out = nowhere};
    struct save *s = save_parse(mem, &d, "fuzz", file, length);
    assert(d.errors == (s ? 0 : 1));
    if (s)
        use(mem, &d, s, file);
    arena_free(mem);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static FILE *nowhere;
    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    assert(nowhere);
    uint8_t *file = malloc(length ? length : 1); /* of exactly this size, so that the sanitizer knows its ends */
    assert(file);
    if (length)
        memcpy(file, bytes, length);
    parse(nowhere, file, length);
    if (length >= SAVE_HEAD_BYTES && !memcmp(file, "TYTL", 4)) {
        size_t whole = word_at(file + AT_LENGTH);
        if (whole < SAVE_HEAD_BYTES || whole > length || whole % 4)
            word_put(file + AT_LENGTH, (uint32_t)(whole = length / 4 * 4));
        word_put(file + AT_FORMAT, SAVE_FORMAT);
        word_put(file + AT_SUM, save_checksum(file + SAVE_HEAD_BYTES, whole - SAVE_HEAD_BYTES));
        word_put(file + AT_HEAD_SUM, save_checksum(file, AT_HEAD_SUM));
        parse(nowhere, file, length);
    }
    free(file);
    return 0;
}
