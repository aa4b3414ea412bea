/* SPDX-License-Identifier: MIT */
/* floats SPEC WEIGHTS SAMPLES [options...]: a network's values drawn at random, as a file of float weights, and 24 inputs
 * for it as a NumPy array. */
#include "products.h"

#include <math.h>
#include <string.h>

enum { SAMPLES = 24 };

static double random_next(uint64_t *state) /* -1 .. 1 */
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) / 4503599627370496.0 - 1;
}

/* Weights as the generator draws them, biases of a tenth; statistics of norms as they are. */
static bool write_weights(struct arena *mem, const struct graph *g, const char *path)
{
    struct tensor *t = NEW_ARRAY(mem, struct tensor, g->nparam);
    uint64_t state = 1;
    for (int i = 0; i < g->nparam; i++) {
        struct param *p = g->param[i];
        for (int64_t k = 0; p->groups == 0 && !strcmp(strrchr(p->name, '.'), ".bias") && k < p->count; k++)
            p->value[k] = (float)(random_next(&state) / 10);
        t[i] = (struct tensor){.name = p->name,
                               .type = TENSOR_F32,
                               .rank = p->groups ? 4 : 1,
                               .count = p->count,
                               .data = (const unsigned char *)p->value};
        for (int k = 0; k < 4; k++)
            t[i].shape[k] = p->shape[k];
    }
    return safetensors_write(path, t, g->nparam);
}

/* Waves, each sample and channel another. */
static bool write_samples(struct arena *mem, const struct graph *g, const char *path)
{
    const struct val *x = g->input;
    struct text t = text_new(mem);
    uint64_t state = 2;
    char *header = arena_format(mem, "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d, %d, %d)}\n", SAMPLES,
                                x->h, x->w, x->c);
    text_bytes(&t, "\223NUMPY\1\0", 8);
    text_put(&t, "%c%c%s", (int)strlen(header) & 255, (int)strlen(header) >> 8, header);
    for (int n = 0; n < SAMPLES; n++) {
        double a = random_next(&state) / 3, b = random_next(&state) / 3;
        for (int y = 0; y < x->h; y++)
            for (int w = 0; w < x->w; w++)
                for (int c = 0; c < x->c; c++) {
                    float v = (float)(sin(a * y + b * w + c) + 0.2 * random_next(&state));
                    text_bytes(&t, (const char *)&v, sizeof v);
                }
    }
    return file_write(path, &t);
}

int main(int argc, char **argv)
{
    struct arena *mem = arena_new();
    struct diag d = {.mem = mem, .out = stderr};
    if (argc < 4)
        return 2;
    struct product *p = run_pipeline(mem, &d, argv[1], (const char *const *)argv + 4,
                                     &(struct variant){.frozen = true, .any_size = true});
    bool done = p && write_weights(mem, p->graph, argv[2]) && write_samples(mem, p->graph, argv[3]);
    arena_free(mem);
    return !done;
}
