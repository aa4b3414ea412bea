/* SPDX-License-Identifier: MIT */
#include "beside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- data: the same numbers on every run ---- */

static double random_unit(uint64_t *state) /* in -1 .. 1 */
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 33) / 1073741824.0 - 1;
}

static bool is_zero(const struct param *p)
{
    for (int64_t i = 0; i < p->count; i++)
        if (p->value[i] != 0)
            return false;
    return true;
}

/* Values for every parameter in a file: biases, norms and the ends of lite modules start as zeros and ones otherwise,
 * and their gradients deserve better (a map of equal values has no gradient for a max pool). */
static void write_weights(struct arena *mem, const char *path, const struct graph *g)
{
    struct tensor *t = NEW_ARRAY(mem, struct tensor, g->nparam);
    for (int i = 0; i < g->nparam; i++) {
        struct param *p = g->param[i];
        uint64_t state = hash_bytes(HASH_START, p->name, strlen(p->name));
        bool vector = (p->count == p->shape[0] && p->groups == 0) || is_zero(p);
        for (int64_t k = 0; vector && k < p->count; k++)
            p->value[k] += (float)(0.4 * random_unit(&state));
        t[i] = (struct tensor){p->name, TENSOR_F32, 4, {0}, p->count, (unsigned char *)p->value};
        for (int k = 0; k < 4; k++)
            t[i].shape[k] = p->shape[k];
    }
    if (!safetensors_write(path, t, g->nparam)) {
        perror(path);
        exit(1);
    }
}

static void without_slices(struct spec *s)
{
    for (int i = 0; i < s->train.nupdate; i++)
        s->train.update[i].inputs = s->train.update[i].outputs = 1;
}

static struct sample sample_new(struct arena *mem, const struct spec *s, int classes, uint64_t *state)
{
    const struct input *in = &s->input;
    int n = in->shape.h * in->shape.w * in->shape.c;
    struct sample one = {.image = NEW_ARRAY(mem, float, n), .real = NEW_ARRAY(mem, double, n)};
    for (int i = 0; i < n; i++) {
        double q = floor(random_unit(state) * 127);
        if (in->type == INPUT_UINT8) {
            ((uint8_t *)one.image)[i] = (uint8_t)(q + 128);
            one.real[i] = (q + 128 - in->zero_point) * in->scale;
        } else if (in->type == INPUT_INT8) {
            ((int8_t *)one.image)[i] = (int8_t)q;
            one.real[i] = (q - in->zero_point) * in->scale;
        } else {
            ((float *)one.image)[i] = (float)(1.5 * random_unit(state));
            one.real[i] = (double)((float *)one.image)[i];
        }
    }
    one.label = (int)((random_unit(state) + 1) / 2 * classes);
    one.target = NEW_ARRAY(mem, float, classes);
    one.real_target = NEW_ARRAY(mem, double, classes);
    for (int i = 0; i < classes; i++)
        one.real_target[i] = (double)(one.target[i] = (float)random_unit(state));
    return one;
}

/* ---- running ---- */

void test_failed(struct test *t, const char *what, double ours, double theirs)
{
    if (t->failures++ < 4)
        printf("FAIL %s: %s is %.9g, should be %.9g\n", t->title, what, ours, theirs);
}

double batch_loss(const struct test *t)
{
    double sum = 0;
    for (int i = 0; i < t->samples; i++)
        sum += reference_loss(t->r, t->sample[i].real, t->sample[i].label, t->sample[i].real_target);
    return sum / t->samples;
}

double derivative(const struct test *t, double *value)
{
    double before = *value, h = 1e-6;
    *value = before + h;
    double up = batch_loss(t);
    *value = before - h;
    double down = batch_loss(t);
    *value = before;
    return (up - down) / (2 * h);
}

void test_train(struct test *t)
{
    bool mse = t->p->spec->train.loss == LOSS_MSE;
    double sum = 0;
    for (int i = 0; i < t->samples; i++) {
        struct sample *s = &t->sample[i];
        float loss = NAN;
        int status = worker_train(t->l, s->image, s->label, mse ? s->target : NULL, &loss);
        if (status)
            test_failed(t, "train's result", status, 0);
        sum += (double)loss / t->samples;
    }
    double wanted = batch_loss(t);
    if (!(fabs(sum - wanted) <= 1e-5 * t->slack * (1 + fabs(wanted))))
        test_failed(t, "the loss", sum, wanted);
}

/* Element i of a slice as an element of the whole parameter, in the order of the weights file. */
int64_t whole_element(const struct param *p, int64_t i)
{
    const struct param *w = p->slice_of;
    if (!w)
        return i;
    int64_t area = (int64_t)p->shape[2] * p->shape[3], ins = w->shape[1];
    int64_t tap = i % area, in = i / area % p->shape[1], out = i / area / p->shape[1];
    if (p->slice_inputs)
        in = p->channel[in];
    else
        out = p->channel[out];
    return w->hwc ? (out * area + tap) * ins + in : (out * ins + in) * area + tap;
}

double *whole_values(const struct test *t, const struct param *p)
{
    return reference_values(t->r, p->slice_of ? p->slice_of->name : p->name);
}

float *net_values(const struct test *t, const struct val *v)
{
    float *packed = NEW_ARRAY(t->mem, float, v->param->count), *natural = NEW_ARRAY(t->mem, float, v->param->count);
    memcpy(packed, t->l->net + net_offset(t->p->graph, v), sizeof *packed * (size_t)v->param->count);
    param_unpack(v, packed, natural);
    return natural;
}

/* ---- opening ---- */

bool test_open(struct test *t, const char *title, const char *spec, int number, const struct variant *v)
{
    struct arena *mem = arena_new();
    struct diag d = {.mem = mem, .out = stdout};
    *t = (struct test){.mem = mem, .title = title, .slack = 1};
    const char *compiler = number % 4    ? "cc -O0 -DTINYTL_PORTABLE"
                           : number % 12 ? "cc -O0" /* in vectors, and three times as quick to compile as optimised */
                                         : "cc";
    const char *folder = make_folder(mem), *options[] = {"--poison", number % 2 ? "--smallest" : NULL, NULL};
    struct spec *plain = read_spec(mem, &d, write_spec(mem, folder, arena_format(mem, "name 'net'\n%s\n", spec)));
    if (plain)
        without_slices(plain);
    struct graph *whole = plain ? read_graph(mem, &d, plain) : NULL;
    if (whole)
        write_weights(mem, arena_format(mem, "%s/w", folder), whole);
    t->p = run_pipeline(mem, &d, write_spec(mem, folder, arena_format(mem, "name 'net'\nweights 'w'\n%s\n", spec)),
                        options, v);
    t->l = t->p && whole ? worker_of(mem, &d, t->p, (struct compiling){.cc = compiler}) : NULL;
    remove_folder(mem, folder);
    if (!t->l) {
        printf("FAIL %s: not generated\n", title);
        arena_free(mem);
        return false;
    }
    t->r = reference_new(mem, plain, whole);
    t->spare = t->p->graph->classes.spare;
    t->classes = t->p->graph->scores->h * t->p->graph->scores->w * t->p->graph->scores->c - t->spare;
    t->samples = t->p->spec->train.batch;
    t->sample = NEW_ARRAY(mem, struct sample, t->samples);
    uint64_t state = (uint64_t)number * 977 + 5;
    for (int i = 0; i < t->samples; i++)
        t->sample[i] = sample_new(mem, plain, t->classes, &state);
    worker_init(t->l);
    return true;
}

void test_close(struct test *t)
{
    worker_close(t->l);
    arena_free(t->mem);
}
