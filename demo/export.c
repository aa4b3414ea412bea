/* SPDX-License-Identifier: MIT */
/* export SPEC SAVED OUT.safetensors [NAME=VALUE ...]: what a device learnt, as a weights file.
 *
 * SAVED is what <name>_save wrote for the network that SPEC (with the options NAME=VALUE) describes.
 * Every parameter is written: learnt ones from SAVED, the others as they are.  Links the generator. */
#include "pipeline/pipeline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SAVED_HEADER = 20, NET_BYTES_AT = 12 }; /* of <name>_save's output, before the net */

/* The file's net, or NULL if it is cut short. */
static const char *saved_net(struct arena *mem, const char *path)
{
    size_t length;
    const char *file = file_read(mem, path, &length);
    uint32_t bytes;
    if (!file || length < SAVED_HEADER)
        return NULL;
    memcpy(&bytes, file + NET_BYTES_AT, sizeof bytes);
    return length == SAVED_HEADER + bytes ? file + SAVED_HEADER : NULL;
}

/* Little-endian bytes of a parameter's values, natural order. */
static unsigned char *values(struct arena *mem, const struct graph *g, const struct param *p, const char *net)
{
    float *natural = p->value;
    if (p->trained) {
        float *packed = NEW_ARRAY(mem, float, p->val->c);
        natural = NEW_ARRAY(mem, float, p->count);
        memcpy(packed, net + net_offset(g, p->val), sizeof *packed * (size_t)p->val->c);
        param_unpack(p->val, packed, natural);
    }
    unsigned char *bytes = arena_alloc(mem, (size_t)p->count * 4);
    for (int64_t i = 0; i < p->count; i++) {
        uint32_t word;
        memcpy(&word, &natural[i], 4);
        for (int k = 0; k < 4; k++)
            bytes[4 * i + k] = (unsigned char)(word >> 8 * k);
    }
    return bytes;
}

static bool write_params(struct arena *mem, const struct graph *g, const char *net, const char *path)
{
    struct tensor *t = NEW_ARRAY(mem, struct tensor, g->nparam);
    for (int i = 0; i < g->nparam; i++) {
        const struct param *p = g->param[i];
        t[i] = (struct tensor){
            .name = p->name, .type = TENSOR_F32, .rank = 4, .count = p->count, .data = values(mem, g, p, net)};
        for (int k = 0; k < 4; k++)
            t[i].shape[k] = p->shape[k];
        if (p->count == p->shape[0])
            t[i].rank = 1;
    }
    return safetensors_write(path, t, g->nparam);
}

int main(int argc, char **argv)
{
    struct arena *mem = arena_new();
    struct diag d = {.mem = mem, .out = stderr};
    if (argc < 4) {
        fputs("usage: export SPEC SAVED OUT.safetensors [NAME=VALUE ...]\n", stderr);
        return EXIT_USAGE;
    }
    struct option *option = NEW_ARRAY(mem, struct option, argc);
    for (int i = 4; i < argc; i++) {
        char *equals = strchr(argv[i], '=');
        option[i - 4] = (struct option){arena_string(mem, argv[i]), equals ? equals + 1 : "", false};
        ((char *)option[i - 4].name)[strcspn(argv[i], "=")] = 0;
    }
    struct request request = {.spec = argv[1],
                              .define = option,
                              .ndefine = argc - 4,
                              .seed = 1,
                              .target = "generic",
                              .weights_form = "inline"};
    int code;
    struct product *p = generate(mem, &d, &request, &(struct variant){.plan_only = true, .any_size = true}, &code);
    if (!p)
        return code;
    const char *net = saved_net(mem, argv[2]);
    if (!net) {
        fprintf(stderr, "%s: not a saved net\n", argv[2]);
        return EXIT_BAD_INPUT;
    }
    if (!write_params(mem, p->graph, net, argv[3])) {
        fprintf(stderr, "cannot write %s: %s\n", argv[3], strerror(errno));
        return EXIT_IO;
    }
    arena_free(mem);
    return EXIT_DONE;
}
