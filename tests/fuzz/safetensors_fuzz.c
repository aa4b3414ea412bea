/* SPDX-License-Identifier: MIT */
/* Any bytes as a weight file: refused with a message, or readable to the last element.
 * Bytes that begin with '{' are taken as a header up to their last '}', and get its length put
 * before them, since a fuzzer seldom keeps the two in step. */
#include "tensors/tensors.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* A copy of exactly the file's size on the heap, so that the sanitizer knows its ends. */
static uint8_t *file_of(const uint8_t *bytes, size_t length, size_t *size)
{
    size_t before = length && bytes[0] == '{' ? 8 : 0, header = length;
    *size = before + length;
    uint8_t *file = malloc(*size ? *size : 1);
    assert(file);
    while (header > 1 && bytes[header - 1] != '}')
        header--;
    for (size_t i = 0; i < before; i++)
        file[i] = (uint8_t)(header >> 8 * i);
    if (length)
        memcpy(file + before, bytes, length);
    return file;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static FILE *nowhere;
    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    assert(nowhere);
    struct arena *mem = arena_new();
    struct diag d = {.mem = mem, .out = nowhere};
    size_t size;
    uint8_t *file = file_of(bytes, length, &size);
    struct tensor_file *f = safetensors_parse(mem, &d, "fuzz", file, size);
    assert(d.errors == (f ? 0 : 1));
    for (int i = 0; f && i < f->count; i++) {
        const struct tensor *t = &f->tensor[i];
        assert(tensor_find(f, t->name) == t);
        assert(tensor_shape_text(mem, t)[0]);
        for (int64_t n = 0; n < t->count; n++)
            (void)tensor_at(t, n);
    }
    free(file);
    arena_free(mem);
    return 0;
}
