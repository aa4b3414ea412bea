/* SPDX-License-Identifier: MIT */
/* export SPEC SAVED OUT.safetensors [NAME=VALUE ...]: what a device learnt, as a weights file.
 *
 * SAVED is what <name>_save wrote for the network that SPEC (with the options NAME=VALUE) describes.
 * Every parameter is written: learnt ones from SAVED, the others as they are.  Links the generator. */
#include "pipeline/pipeline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Of <name>_save's output, see docs/saved.md: words, and an entry of its table. */
enum { FORMAT_AT = 4, LENGTH_AT = 8, TENSORS_AT = 28, TABLE_AT = 40, FORMAT = 2 };
enum { TYPE_AT = 4, RANK_AT = 5, NAME_LENGTH_AT = 6, SIZES_AT = 8, FLOAT32 = 0 };

static uint32_t word_at(const char *save, size_t at)
{
    uint32_t word;
    memcpy(&word, save + at, sizeof word);
    return word;
}

/* The file, or NULL if it is no save, or cut short. */
static const char *read_save(struct arena *mem, const char *path)
{
    size_t length;
    const char *save = file_read(mem, path, &length);
    bool right = save && length >= TABLE_AT && !memcmp(save, "TYTL", 4) && word_at(save, FORMAT_AT) == FORMAT &&
                 word_at(save, LENGTH_AT) == length;
    return right ? save : NULL;
}

/* The values of a parameter in it; NULL: it has none of float32. */
static const char *saved_values(const char *save, const char *name)
{
    size_t at = TABLE_AT;
    for (uint32_t i = 0; i < word_at(save, TENSORS_AT); i++) {
        const unsigned char *entry = (const unsigned char *)save + at;
        size_t length = entry[NAME_LENGTH_AT], name_at = at + SIZES_AT + 4 * (size_t)entry[RANK_AT];
        if (entry[TYPE_AT] == FLOAT32 && length == strlen(name) && !memcmp(save + name_at, name, length))
            return save + word_at(save, at);
        at = name_at + (length + 3) / 4 * 4;
    }
    return NULL;
}

/* Little-endian bytes of a parameter's values, natural order. */
static unsigned char *values(struct arena *mem, const struct param *p, const char *save)
{
    float *natural = p->value;
    const char *learnt = p->trained ? saved_values(save, p->name) : NULL;
    if (learnt) {
        float *packed = NEW_ARRAY(mem, float, p->val->c);
        natural = NEW_ARRAY(mem, float, p->count);
        memcpy(packed, learnt, sizeof *packed * (size_t)p->val->c);
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

static bool write_params(struct arena *mem, const struct graph *g, const char *save, const char *path)
{
    struct tensor *t = NEW_ARRAY(mem, struct tensor, g->nparam);
    for (int i = 0; i < g->nparam; i++) {
        const struct param *p = g->param[i];
        t[i] = (struct tensor){
            .name = p->name, .type = TENSOR_F32, .rank = 4, .count = p->count, .data = values(mem, p, save)};
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
    const char *save = read_save(mem, argv[2]);
    if (!save) {
        fprintf(stderr, "%s: not a saved net\n", argv[2]);
        return EXIT_BAD_INPUT;
    }
    if (!write_params(mem, p->graph, save, argv[3])) {
        fprintf(stderr, "cannot write %s: %s\n", argv[3], strerror(errno));
        return EXIT_IO;
    }
    arena_free(mem);
    return EXIT_DONE;
}
