/* SPDX-License-Identifier: MIT */
/* Any bytes as a model: refused with a message, or a spec whose tensors can be read to the last
 * element. FUZZ_MODEL, "fuzz.onnx" or "fuzz.tflite", says which reader is meant. */
#include "import/import.h"
#include "import/writer/writer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static FILE *nowhere;
    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    assert(nowhere);
    struct arena *mem = arena_new();
    struct diag d = {.mem = mem, .out = nowhere};
    struct import_options o = {.name = "fuzz"};
    uint8_t *file = malloc(length ? length : 1); /* exactly its size, so that the sanitizer knows its ends */
    assert(file);
    if (length)
        memcpy(file, bytes, length);
    struct imported *i = import_parse(mem, &d, FUZZ_MODEL, &o, file, length);
    assert((i != NULL) == (d.errors == 0));
    for (int k = 0; i && k < i->ntensor; k++)
        for (int64_t n = 0; n < i->tensor[k].count; n++)
            (void)tensor_at(&i->tensor[k], n);
    assert(!i || strstr(i->spec.at, "train {"));
    free(file);
    arena_free(mem);
    return 0;
}
