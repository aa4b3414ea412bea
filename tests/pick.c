/* SPDX-License-Identifier: MIT */
/* pick IN.safetensors PREFIX OUT.safetensors: the tensors whose names begin with PREFIX, without
 * it. */
#include "tensors/tensors.h"

#include <string.h>

int main(int argc, char **argv)
{
    struct arena *mem = arena_new();
    struct diag d = {.mem = mem, .out = stderr};
    const struct tensor_file *f = argc == 4 ? safetensors_read(mem, &d, argv[1]) : NULL;
    int n = 0;
    if (!f)
        return 2;
    struct tensor *t = NEW_ARRAY(mem, struct tensor, f->count);
    for (int i = 0; i < f->count; i++)
        if (!strncmp(f->tensor[i].name, argv[2], strlen(argv[2]))) {
            t[n] = f->tensor[i];
            t[n++].name += strlen(argv[2]);
        }
    bool done = n && safetensors_write(argv[3], t, n);
    arena_free(mem);
    return done ? 0 : 1;
}
