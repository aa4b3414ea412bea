/* SPDX-License-Identifier: MIT */
/* Parameters: kernel orders and back again, int8 in quads, values from files, batch_norm folded, slices. */
#include "fixture.h"
#include "graph/graph.h"

#include "forward/forward.h"
#include "ops/ops.h"

#include <math.h>

/* ---- orders ---- */

static struct graph *empty_graph(struct fixture *x)
{
    struct graph *g = NEW(x->mem, struct graph);
    g->mem = x->mem;
    return g;
}

static struct param *counted(struct fixture *x, int o, int i, int kh, int kw, int groups)
{
    struct param *p = NEW(x->mem, struct param);
    *p = (struct param){.name = "p", .shape = {o, i, kh, kw}, .groups = groups, .count = (int64_t)o * i * kh * kw};
    p->value = NEW_ARRAY(x->mem, float, p->count);
    p->quantised = NEW_ARRAY(x->mem, int8_t, p->count);
    for (int64_t k = 0; k < p->count; k++) {
        p->value[k] = (float)(k + 1);
        p->quantised[k] = (int8_t)(k % 127 + 1);
    }
    return p;
}

static float *packed(struct fixture *x, const struct val *v)
{
    float *f = NEW_ARRAY(x->mem, float, param_elements(v));
    param_pack(x->mem, v, f, NULL, NULL);
    return f;
}

static void orders_are_those_of_kernels(void **state)
{
    struct fixture *x = *state;
    struct param *p = counted(x, 4, 3, 2, 2, 2); /* 2 groups of 2 outputs and 3 inputs */
    const struct val *v = param_val(empty_graph(x), p, CONTENT_CONV, F32);
    const float *f = packed(x, v);
    /* [group][kh][kw][in][out] */
    for (int g = 0; g < 2; g++)
        for (int tap = 0; tap < 4; tap++)
            for (int i = 0; i < 3; i++)
                for (int o = 0; o < 2; o++)
                    assert_true(f[((g * 4 + tap) * 3 + i) * 2 + o] == p->value[((g * 2 + o) * 3 + i) * 4 + tap]);
    /* [group][kh][kw][out][in] */
    f = packed(x, param_val(empty_graph(x), p, CONTENT_TRANSPOSED, F32));
    for (int g = 0; g < 2; g++)
        for (int tap = 0; tap < 4; tap++)
            for (int o = 0; o < 2; o++)
                for (int i = 0; i < 3; i++)
                    assert_true(f[((g * 4 + tap) * 2 + o) * 3 + i] == p->value[((g * 2 + o) * 3 + i) * 4 + tap]);
    /* [kh][kw][channel] */
    p = counted(x, 5, 1, 3, 2, 5);
    f = packed(x, param_val(empty_graph(x), p, CONTENT_DEPTHWISE, F32));
    for (int tap = 0; tap < 6; tap++)
        for (int c = 0; c < 5; c++)
            assert_true(f[tap * 5 + c] == p->value[c * 6 + tap]);
    /* A dense layer that counts its inputs in h, w, c order */
    p = counted(x, 2, 3, 4, 5, 1);
    p->hwc = true;
    f = packed(x, param_val(empty_graph(x), p, CONTENT_CONV, F32));
    for (int k = 0; k < 60; k++)
        for (int o = 0; o < 2; o++)
            assert_true(f[k * 2 + o] == p->value[o * 60 + k]);
}

static void unpacking_undoes_packing(void **state)
{
    struct fixture *x = *state;
    static const int shapes[][5] = {{1, 1, 1, 1, 1},   {7, 5, 3, 3, 1}, {8, 3, 1, 5, 4}, {6, 1, 3, 3, 6},
                                    {33, 17, 1, 1, 1}, {4, 2, 2, 7, 2}, {9, 1, 1, 1, 0}};
    static const enum content contents[] = {CONTENT_CONV, CONTENT_TRANSPOSED, CONTENT_DEPTHWISE, CONTENT_VECTOR};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int c = 0; c < 4; c++)
            for (int hwc = 0; hwc < 2; hwc++) {
                const int *n = shapes[s];
                bool fits = contents[c] == CONTENT_VECTOR      ? n[4] == 0
                            : contents[c] == CONTENT_DEPTHWISE ? n[4] == n[0] && n[1] == 1
                                                               : n[4] > 0;
                if (!fits || (hwc && n[4] != 1))
                    continue;
                struct param *p = counted(x, n[0], n[1], n[2], n[3], n[4]);
                p->hwc = hwc;
                const struct val *v = param_val(empty_graph(x), p, contents[c], F32);
                assert_int_equal(param_elements(v), p->count);
                float *back = NEW_ARRAY(x->mem, float, p->count);
                param_unpack(v, packed(x, v), back);
                assert_memory_equal(back, p->value, sizeof(float) * (size_t)p->count);
            }
}

/* int8: four rows of a tap stand together, the last filled up with zeros. */
static void int8_comes_in_quads(void **state)
{
    struct fixture *x = *state;
    struct param *p = counted(x, 2, 5, 1, 1, 1);
    const struct val *v = param_val(empty_graph(x), p, CONTENT_CONV, I8);
    int8_t bytes[16];
    assert_int_equal(param_elements(v), 16);
    param_pack(x->mem, v, NULL, bytes, NULL);
    for (int i = 0; i < 8; i++)
        for (int o = 0; o < 2; o++)
            assert_int_equal(bytes[(i / 4 * 2 + o) * 4 + i % 4], i < 5 ? p->quantised[o * 5 + i] : 0);
    v = param_val(empty_graph(x), p, CONTENT_TRANSPOSED, I8); /* [o/4][i][4] */
    assert_int_equal(param_elements(v), 20);
    int8_t transposed[20];
    param_pack(x->mem, v, NULL, transposed, NULL);
    for (int i = 0; i < 5; i++)
        for (int o = 0; o < 4; o++)
            assert_int_equal(transposed[i * 4 + o], o < 2 ? p->quantised[o * 5 + i] : 0);
    p = counted(x, 3, 1, 2, 5, 3);
    v = param_val(empty_graph(x), p, CONTENT_DEPTHWISE, I8); /* [kh][kw/4][c][4] */
    assert_int_equal(param_elements(v), 48);
    int8_t depthwise[48];
    param_pack(x->mem, v, NULL, depthwise, NULL);
    for (int ky = 0; ky < 2; ky++)
        for (int kx = 0; kx < 8; kx++)
            for (int c = 0; c < 3; c++)
                assert_int_equal(depthwise[((ky * 2 + kx / 4) * 3 + c) * 4 + kx % 4],
                                 kx < 5 ? p->quantised[(c * 2 + ky) * 5 + kx] : 0);
}

/* ---- values ---- */

static struct graph *build(struct fixture *x, const char *spec, const struct tensor *tensor, int count)
{
    struct text t = text_new(x->mem);
    char *path = arena_format(x->mem, "%s/spec.lua", x->folder), *weights = arena_format(x->mem, "%s/w", x->folder);
    text_put(&t, "name 'n' %s", spec);
    assert_true(file_write(path, &t));
    assert_true(safetensors_write(weights, tensor, count));
    struct spec *s = spec_read(x->mem, &x->d, path, ops_constructors(x->mem), NULL, 0);
    struct tensor_file *file = count ? safetensors_read(x->mem, &x->d, weights) : NULL;
    struct graph *g = s ? forward_build(x->mem, &x->d, s, file, NULL) : NULL;
    fflush(x->d.out);
    return g;
}

static struct param *find(const struct graph *g, const char *name)
{
    for (int i = 0; i < g->nparam; i++)
        if (!strcmp(g->param[i]->name, name))
            return g->param[i];
    return NULL;
}

static struct tensor floats(const char *name, const float *values, int n, int rank, const int64_t *shape)
{
    struct tensor t = {
        .name = name, .type = TENSOR_F32, .rank = rank, .count = n, .data = (const unsigned char *)values};
    for (int i = 0; i < rank; i++)
        t.shape[i] = shape[i];
    return t;
}

static void batch_norm_is_folded(void **state)
{
    struct fixture *x = *state;
    static const float w[] = {1, -2, 3, 4, 0.5f, 6}, b[] = {0.1f, -0.2f}, gamma[] = {2, -3}, beta[] = {0.5f, 1},
                       mean[] = {0.3f, -1}, var[] = {4, 0.25f};
    const int64_t two[] = {2}, matrix[] = {2, 3, 1, 1};
    const struct tensor tensors[] = {floats("c.bias", b, 2, 1, two),          floats("c.weight", w, 6, 4, matrix),
                                     floats("n.bias", beta, 2, 1, two),       floats("n.running_mean", mean, 2, 1, two),
                                     floats("n.running_var", var, 2, 1, two), floats("n.weight", gamma, 2, 1, two)};
    const char *with_bias = "weights 'w' input { c = 3 } conv { 'c', out = 2, k = 1 } batch_norm { 'n', eps = 0.01 }";
    const char *without =
        "weights 'w' input { c = 3 } conv { 'c', out = 2, k = 1, bias = false } batch_norm { 'n', eps = 0.01 }";
    for (int bias = 0; bias < 2; bias++) {
        struct graph *g = build(x, bias ? with_bias : without, tensors, 6);
        assert_non_null(g);
        assert_int_equal(g->nparam, 2);
        const struct param *weight = find(g, "c.weight"), *shift = find(g, "c.bias");
        assert_true(weight && shift);
        for (int o = 0; o < 2; o++) {
            double f = (double)gamma[o] / sqrt((double)var[o] + 0.01);
            for (int i = 0; i < 3; i++)
                assert_true(fabs((double)weight->value[o * 3 + i] - (double)w[o * 3 + i] * f) < 1e-5);
            double old = bias ? (double)b[o] : 0;
            assert_true(fabs((double)shift->value[o] - ((double)beta[o] + (old - (double)mean[o]) * f)) < 1e-6);
        }
    }
}

static void random_values_depend_on_name_and_seed(void **state)
{
    struct fixture *x = *state;
    const char *spec = "input { c = 8 } dense { 'a', out = 8 } dense { 'b', out = 8 } group_norm { 'n', groups = 2 }";
    struct graph *g = build(x, spec, NULL, 0), *again = build(x, spec, NULL, 0);
    const struct param *a = find(g, "a.weight"), *b = find(g, "b.weight");
    assert_memory_equal(a->value, find(again, "a.weight")->value, 64 * sizeof(float));
    assert_memory_not_equal(a->value, b->value, 64 * sizeof(float));
    double sum = 0, bound = sqrt(6.0 / 8);
    for (int i = 0; i < 64; i++) {
        assert_true(fabs((double)a->value[i]) <= bound);
        sum += (double)a->value[i];
    }
    assert_true(fabs(sum / 64) < bound / 4);
    assert_true(find(g, "a.bias")->value[0] == 0.0f);
    assert_true(find(g, "n.weight")->value[3] == 1.0f && find(g, "n.bias")->value[3] == 0.0f);
}

/* A slice takes the channels with the largest weights, and leaves zeros where they were. */
static void slices_take_the_largest(void **state)
{
    struct fixture *x = *state;
    static const float w[] = {1, 9, 0, -8,  /* output 0 */
                              1, 1, 5, -8}; /* output 1 */
    const int64_t shape[] = {2, 4, 1, 1}, two[] = {2};
    const struct tensor tensors[] = {floats("p.bias", w, 2, 1, two), floats("p.weight", w, 8, 4, shape)};
    const char *spec =
        "weights 'w' input { c = 4 } conv { 'p', out = 2, k = 1 } train { update = { { 'p.weight', %s } } }";
    struct graph *g = build(x, arena_format(x->mem, spec, "inputs = 1/2"), tensors, 2);
    assert_non_null(g);
    const struct param *slice = find(g, "p.weight.slice"), *rest = find(g, "p.weight");
    static const float inputs[] = {9, -8, 1, -8}, left[] = {1, 0, 0, 0, 1, 0, 5, 0};
    assert_int_equal(slice->nchannel, 2);
    assert_int_equal(slice->channel[0], 1);
    assert_int_equal(slice->channel[1], 3);
    assert_memory_equal(slice->value, inputs, sizeof inputs);
    assert_memory_equal(rest->value, left, sizeof left);
    g = build(x, arena_format(x->mem, spec, "outputs = 0.3"), tensors, 2); /* rounded up to one */
    slice = find(g, "p.weight.slice");
    assert_int_equal(slice->nchannel, 1);
    assert_int_equal(slice->channel[0], 0);
    assert_memory_equal(slice->value, w, 4 * sizeof(float));
}

static void values_from_files(void **state)
{
    struct fixture *x = *state;
    static const float w[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, bad[] = {1, NAN};
    const int64_t flat[] = {2, 6}, full[] = {2, 3, 2, 1}, other[] = {3, 4}, two[] = {2};
    const char *spec = "weights 'w' input { h = 2, w = 1, c = 3 } dense { 'd', out = 2 }";
    struct tensor t[] = {floats("d.bias", w, 2, 1, two), floats("d.weight", w, 12, 2, flat)};
    struct graph *g = build(x, spec, t, 2);
    assert_non_null(g);
    assert_memory_equal(find(g, "d.weight")->value, w, sizeof w);
    assert_string_equal(find(g, "d.weight")->origin, "file");
    t[1] = floats("d.weight", w, 12, 4, full);
    assert_non_null(build(x, spec, t, 2));
    t[1] = floats("d.weight", w, 12, 2, other);
    assert_null(build(x, spec, t, 2));
    assert_non_null(strstr(x->messages, "the spec needs"));
    assert_null(build(x, spec, t, 1));
    assert_non_null(strstr(x->messages, "has no tensor 'd.weight'"));
    t[0] = floats("d.bias", bad, 2, 1, two);
    t[1] = floats("d.weight", w, 12, 2, flat);
    assert_null(build(x, spec, t, 2));
    assert_non_null(strstr(x->messages, "not a finite number"));
}

/* ---- parts of larger tensors ---- */

static float *counting(struct fixture *x, int64_t count)
{
    float *f = NEW_ARRAY(x->mem, float, count);
    for (int64_t i = 0; i < count; i++)
        f[i] = (float)((i * 37 + 11) % 101) - 50;
    return f;
}

/* 7 x 7 -> 5 x 5 -> 3 x 3 through matrices, computed by plain loops; what is put back is taken again. */
static void parts_take_and_put(void **state)
{
    struct fixture *x = *state;
    float *m5 = counting(x, 625), *m3 = counting(x, 81), *whole = counting(x, 4 * 49), part[18], five[25];
    for (int i = 0; i < 25; i++)
        m5[i * 26] += 700;
    for (int i = 0; i < 9; i++)
        m3[i * 10] += 300;
    const int64_t s5[] = {25, 25}, s3[] = {9, 9};
    struct tensor a = floats("7to5", m5, 625, 2, s5), b = floats("5to3", m3, 81, 2, s3);
    struct tensor_box box = {{4, 1, 7, 7}, {2, 1, 3, 3}, false, {&a, &b}};
    tensor_part_values(x->mem, whole, part, &box);
    for (int o = 0; o < 2; o++) {
        for (int j = 0; j < 25; j++) {
            double sum = 0;
            for (int k = 0; k < 25; k++)
                sum += (double)m5[j * 25 + k] * (double)whole[o * 49 + (k / 5 + 1) * 7 + k % 5 + 1];
            five[j] = (float)sum;
        }
        for (int j = 0; j < 9; j++) {
            double sum = 0;
            for (int k = 0; k < 9; k++)
                sum += (double)m3[j * 9 + k] * (double)five[(k / 3 + 1) * 5 + k % 3 + 1];
            assert_true(fabs(sum - (double)part[o * 9 + j]) <= 1e-6 * fabs(sum) + 1);
        }
    }
    float again[18], other[18];
    for (int i = 0; i < 18; i++)
        other[i] = part[i] / 3 + 1000 * (float)i;
    assert_true(tensor_put_part(x->mem, whole, other, &box));
    tensor_part_values(x->mem, whole, again, &box);
    for (int i = 0; i < 18; i++)
        assert_true(fabs((double)(again[i] - other[i])) <= 2e-4 * 1e5);
    for (int i = 2 * 49; i < 4 * 49; i++)
        assert_true(whole[i] == counting(x, 4 * 49)[i]);
    for (int i = 0; i < 81; i++)
        m3[i] = 1;
    assert_false(tensor_put_part(x->mem, whole, other, &box));
}

/* Layers that read the first channels and the centre of windows: as plain loops pick them. */
static void layers_read_parts(void **state)
{
    struct fixture *x = *state;
    const int64_t sa[] = {6, 3, 5, 5}, sb[] = {6}, sc[] = {6, 1, 7, 5}, sd[] = {4, 6 * 4}, sn[] = {6};
    float *a = counting(x, 450), *b = counting(x, 6), *c = counting(x, 210), *d = counting(x, 96), *n = counting(x, 6);
    struct tensor t[] = {floats("a.bias", b, 6, 1, sb),
                         floats("a.weight", a, 450, 4, sa),
                         floats("c.bias", b, 6, 1, sb),
                         floats("c.weight", c, 210, 4, sc),
                         floats("d.bias", b, 4, 1, (const int64_t[]){4}),
                         floats("d.weight", d, 96, 2, sd),
                         floats("n.bias", n, 6, 1, sn),
                         floats("n.weight", n, 6, 1, sn)};
    const char *spec = "input { h = 2, w = 2, c = 2 } conv { 'a', out = 4, k = 3, of = { out = 6, k = 5 } }\n"
                       "group_norm { 'n', groups = 2, act = 'relu' } dwconv { 'c', k = { 3, 3 }, of = {} }\n"
                       "dense { 'd', out = 3, order = 'hwc', of = { out = 4 } }";
    struct graph *g = build(x, spec, t, 8);
    assert_non_null(g);
    for (int i = 0; i < g->nparam; i++) {
        const struct param *p = g->param[i];
        for (int64_t k = 0; k < p->count; k++) {
            int64_t o = k / 18, in = k / 9 % 2, y = k / 3 % 3, w = k % 3;
            float wanted = !strcmp(p->name, "a.weight")   ? a[((o * 3 + in) * 5 + y + 1) * 5 + w + 1]
                           : !strcmp(p->name, "c.weight") ? c[(k / 9 * 7 + y + 2) * 5 + w + 1]
                           : !strcmp(p->name, "d.weight") ? d[(k / 16 * 4 + k / 4 % 4) * 6 + k % 4]
                                                          : b[k];
            assert_true(p->value[k] == wanted);
        }
        assert_non_null(p->box);
    }
    assert_null(build(x, "input { h = 2, w = 2, c = 2 } conv { 'a', out = 8, k = 3, of = {} }", t, 8));
    assert_non_null(strstr(x->messages, "that is smaller"));
}

/* Integers of a part are those of the whole, and count in the scales of its first channels. */
static void parts_of_integers(void **state)
{
    struct fixture *x = *state;
    int8_t w[6 * 25];
    static const int32_t b[] = {100, -200, 300, -400, 500, -600};
    static const float scale[] = {0.5f, 0.25f, 2, 4, 8, 16}, input[] = {0.125f};
    for (int i = 0; i < 6 * 25; i++)
        w[i] = (int8_t)(i * 37 % 251 - 125);
    const int64_t s6[] = {6}, s1[] = {1}, sw[] = {6, 1, 5, 5};
    struct tensor t[] = {floats("c.bias", input, 6, 1, s6), floats("c.input_scale", input, 1, 1, s1),
                         floats("c.weight", input, 6 * 25, 4, sw), floats("c.weight_scale", scale, 6, 1, s6)};
    t[0].type = TENSOR_I32;
    t[0].data = (const unsigned char *)b;
    t[2].type = TENSOR_I8;
    t[2].data = (const unsigned char *)w;
    struct graph *g = build(x, "weights 'w' input { h = 4, w = 4, c = 4 } dwconv { 'c', k = 3, of = { k = 5 } }", t, 4);
    assert_non_null(g);
    const struct param *weight = find(g, "c.weight"), *bias = find(g, "c.bias");
    for (int i = 0; i < 4; i++)
        assert_true(bias->counts[i] == b[i] && bias->value[i] == (float)b[i] * scale[i] / 8);
    for (int i = 0; i < 4 * 9; i++) {
        int whole = i / 9 * 25 + (i / 3 % 3 + 1) * 5 + i % 3 + 1;
        assert_true(weight->quantised[i] == w[whole] && weight->value[i] == (float)w[whole] * scale[i / 9]);
    }
    t[3].count = t[3].shape[0] = 3;
    assert_null(build(x, "weights 'w' input { h = 4, w = 4, c = 4 } dwconv { 'c', k = 3, of = { k = 5 } }", t, 4));
    assert_non_null(strstr(x->messages, "one per output channel"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(orders_are_those_of_kernels), TEST(unpacking_undoes_packing), TEST(int8_comes_in_quads),
        TEST(batch_norm_is_folded),        TEST(values_from_files),        TEST(random_values_depend_on_name_and_seed),
        TEST(slices_take_the_largest),     TEST(parts_take_and_put),       TEST(layers_read_parts),
        TEST(parts_of_integers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
