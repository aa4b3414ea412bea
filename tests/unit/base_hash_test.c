/* SPDX-License-Identifier: MIT */
/* What a saved net belongs to: what changes it, and what does not (docs/saved.md). */
#include "fixture.h"
#include "graph/graph.h"

#include "forward/forward.h"
#include "ops/ops.h"

/* `text` with the first `from` in it as `to`; both are given in pairs, the last one NULL. */
static char *edited(struct fixture *x, const char *text, const char *from, const char *to)
{
    const char *at = from ? strstr(text, from) : NULL;
    if (!from)
        return arena_string(x->mem, text);
    if (!at)
        fail_msg("'%s' is not in the spec", from);
    return arena_format(x->mem, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static uint32_t base_of(struct fixture *x, const char *text, unsigned seed, const struct tensor *tensor, int count)
{
    char *path = arena_format(x->mem, "%s/spec.lua", x->folder), *weights = arena_format(x->mem, "%s/w", x->folder);
    struct text t = text_new(x->mem);
    text_put(&t, "%s", text);
    assert_true(file_write(path, &t));
    assert_true(safetensors_write(weights, tensor, count));
    struct spec *s = spec_read(x->mem, &x->d, path, ops_constructors(x->mem), NULL, 0);
    struct tensor_file *file = count ? safetensors_read(x->mem, &x->d, weights) : NULL;
    if (s)
        s->seed = seed;
    struct graph *g = s ? forward_build(x->mem, &x->d, s, file, NULL) : NULL;
    fflush(x->d.out);
    if (!g)
        fail_msg("%s\n%s", text, x->messages);
    return base_hash(g);
}

/* ---- floats, random values ---- */

static const char *const net = "name 'n' input { h = 12, w = 12, c = 3, type = 'uint8', scale = 0.5, zero_point = 3 }"
                               "conv { 'first', out = 4, k = 3, s = 2, act = 'relu6' }"
                               "mbconv { 'b', out = 4, k = 3, expand = 2, lite = { k = 3 } }"
                               "mbconv { 'c', out = 6, k = 3, s = 2, expand = 2, norm = 'batch' }"
                               "conv { 'apart', out = 6, k = 1, act = 'relu', init = 'random' }"
                               "dwconv { 'last', k = 3, missing = 'zero' }"
                               "group_norm { 'norm', groups = 2 }"
                               "global_pool { 'pool' }"
                               "dense { 'classifier', out = 3, init = 'random' }"
                               "train { update = { 'classifier.*', '*.bias' }, optimizer = sgd {} }"
                               "precision { trained = 'float32' } budget {}";

struct edit {
    const char *from, *to;
};

static void check_edits(struct fixture *x, const char *text, const struct edit *e, bool changes, unsigned seed,
                        const struct tensor *tensor, int count)
{
    uint32_t before = base_of(x, text, seed, tensor, count);
    for (; e->from; e++) {
        uint32_t after = base_of(x, edited(x, text, e->from, e->to), seed, tensor, count);
        if ((after != before) != changes)
            fail_msg("'%s' -> '%s' %s", e->from, e->to, changes ? "changes nothing" : "changes the base");
    }
}

static void what_learns_and_how_does_not_change_it(void **state)
{
    static const struct edit edits[] = {
        {"name 'n'", "name 'other'"},
        {"'classifier.*', '*.bias'", "'*'"},
        {"'classifier.*', '*.bias'", "'b.lite.*'"},
        {"'classifier.*', '*.bias'", "'classifier.bias'"},
        {"'classifier.*', '*.bias'", "{ 'b.pointwise1.weight', inputs = 1/2 }, 'classifier.*'"},
        {"'classifier.*', '*.bias'", "{ 'b.pointwise2.weight', outputs = 1/2 }, 'classifier.*'"},
        {"train {", "local unused = {"},
        {"sgd {}", "adam { rate = 0.1 }, batch = 4, clip = 1"},
        {"sgd {}", "sgd { momentum = 0.9 }, loss = 'mse'"},
        {"trained = 'float32'", "trained = 'bfloat16'"},
        {"zero_point = 3", "zero_point = 3, place = 'scratch'"},
        {"budget {}", "budget { ram = 1e9 }"},
        {"lite = { k = 3 }", "lite = nil"},
        {"lite = { k = 3 }", "lite = { k = 5, groups = 1, expand = 2, norm = 'group' }"},
        {"norm = 'batch'", "norm = 'batch', lite = {}"},
        {"'classifier', out = 3", "'classifier', out = 9"},
        {"'classifier', out = 3", "'classifier', out = 3, act = 'sigmoid'"},
        {"init = 'random' }train", "init = 'random' } sigmoid {} train"},
        {"init = 'random' }train", "init = 'random' } dense { out = 5, init = 'zero' } train"},
        {"dense { 'classifier', out", "dense { 'classifier', bias = false, out"},
        {"'apart', out = 6, k = 1", "'apart', out = 6, k = 3"},
        {"'last', k = 3", "'last', k = 3, pad = 1, s = { 1, 1 }"},
        {"norm = 'batch'", "norm = 'batch', act = 'relu6'"},
        {"global_pool { 'pool' }", "global_pool { 'pool' } local x = last_layer()"},
        {NULL, NULL},
    };
    check_edits(*state, net, edits, false, 0, NULL, 0);
}

static void what_the_network_computes_changes_it(void **state)
{
    static const struct edit edits[] = {
        {"h = 12", "h = 11"},
        {"type = 'uint8'", "type = 'int8'"},
        {"scale = 0.5", "scale = 0.25"},
        {"zero_point = 3", "zero_point = 4"},
        {"c = 3", "c = 2"},
        {"s = 2", "s = 1"},
        {"k = 3, s = 2, act", "k = 3, s = 2, pad = 'tf_same', act"},
        {"act = 'relu6'", "act = 'relu'"},
        {"act = 'relu6'", "groups = 1"},
        {"act = 'relu', init", "act = 'hswish', init"}, /* what it makes is read */
        {"'c', out = 6", "'c', out = 6, act = 'relu'"},
        {"mbconv { 'b', out = 4", "mbconv { 'b', out = 4, norm = 'group'"},
        {"expand = 2", "expand = 3"},
        {"norm = 'batch'", "norm = 'none'"},
        {"'last', k = 3", "'last', k = 3, bias = false"},
        {"'last', k = 3", "'last', k = 3, act = 'sigmoid'"},
        {"missing = 'zero'", "init = 'zero'"},
        {"groups = 2", "groups = 3"},
        {"groups = 2", "groups = 2, eps = 1e-4"},
        {"global_pool {", "avg_pool { k = 3, "},
        {"global_pool {", "relu {} global_pool {"},
        {"conv { 'apart'", "relu {} conv { 'apart'"},
        {NULL, NULL},
    };
    check_edits(*state, net, edits, true, 0, NULL, 0);
}

static void a_seed_changes_what_is_random_and_counts(void **state)
{
    struct fixture *x = *state;
    assert_int_equal(base_of(x, net, 1, NULL, 0), base_of(x, net, 1, NULL, 0));
    assert_int_not_equal(base_of(x, net, 1, NULL, 0), base_of(x, net, 2, NULL, 0));
    const char *apart =
        "name 'n' input { h = 4, w = 4, c = 4 } max_pool { k = 2 } conv { out = 4, k = 1, init = 'random' }"
        "dense { out = 2, init = 'random' } lite_residual { out = 2 }";
    assert_int_equal(base_of(x, apart, 1, NULL, 0), base_of(x, apart, 2, NULL, 0));
}

/* A branch of one's own, as a lite module is one. */
static void branches_are_not_counted(void **state)
{
    struct fixture *x = *state;
    const char *with = "name 'n' input { h = 4, w = 4, c = 4 } local x = conv { 'a', out = 4, k = 1 }"
                       "local y = conv { 'side', from = x, out = 4, k = 1, branch = true }"
                       "add { from = { x, y }, act = 'relu' } conv { 'b', out = 2, k = 1 }";
    const char *without = "name 'n' input { h = 4, w = 4, c = 4 } conv { 'a', out = 4, k = 1, act = 'relu' }"
                          "conv { 'b', out = 2, k = 1 }";
    assert_int_equal(base_of(x, with, 0, NULL, 0), base_of(x, without, 0, NULL, 0));
    assert_int_not_equal(base_of(x, edited(x, with, ", branch = true", ""), 0, NULL, 0),
                         base_of(x, without, 0, NULL, 0));
}

/* ---- int8, values from a file ---- */

static float weight_scale[] = {0.5f, 0.25f}, in_scale[] = {0.1f}, out_scale[] = {0.2f}, bias[] = {1, -2};
static int8_t weight[] = {1, -2, 3, 4, 5, -6}, in_zero[] = {-3}, out_zero[] = {5};

static struct tensor tensor(const char *name, enum tensor_type type, const void *data, int rank, int64_t a, int64_t b)
{
    struct tensor t = {.name = name, .type = type, .rank = rank, .shape = {a, b, 1, 1}, .count = a * b, .data = data};
    return t;
}

static const char *const int8_net =
    "name 'n' weights 'w' input { h = 3, w = 3, c = 3, type = 'int8', scale = 0.1 }"
    "conv { 'c', out = 2, k = 1, act = 'relu6' } dense { 'd', out = 2, init = 'random' }"
    "train { update = { 'd.*' } }"
    "precision { forward = 'int8', gradient = 'float32' }";

static int int8_file(struct tensor *t)
{
    int n = 0;
    t[n++] = tensor("c.bias", TENSOR_F32, bias, 1, 2, 1);
    t[n++] = tensor("c.input_scale", TENSOR_F32, in_scale, 1, 1, 1);
    t[n++] = tensor("c.input_zero_point", TENSOR_I8, in_zero, 1, 1, 1);
    t[n++] = tensor("c.output_scale", TENSOR_F32, out_scale, 1, 1, 1);
    t[n++] = tensor("c.output_zero_point", TENSOR_I8, out_zero, 1, 1, 1);
    t[n++] = tensor("c.weight", TENSOR_I8, weight, 4, 2, 3);
    t[n++] = tensor("c.weight_scale", TENSOR_F32, weight_scale, 1, 2, 1);
    return n;
}

static void an_int8_network_is_what_its_file_says(void **state)
{
    static const struct edit same[] = {
        {"'d.*'", "'*'"}, /* the convolution becomes one of floats */
        {"'d.*'", "'c.bias', 'd.*'"},
        {"'d.*'", "{ 'c.weight', inputs = 1/3 }, 'd.*'"},
        {"'d.*'", "{ 'c.weight', outputs = 1/2 }, 'd.*'"},
        {"gradient = 'float32'", "gradient = 'int16'"},
        {"gradient = 'float32'", "gradient = 'int8', trained = 'bfloat16'"},
        {"'d', out = 2", "'d', out = 7"},
        {NULL, NULL},
    };
    static const struct edit other[] = {
        {"forward = 'int8'", "forward = 'float32'"},
        {"forward = 'int8'", "forward = 'int8', rounding = 'tflite'"},
        {"scale = 0.1", "scale = 0.11"},
        {"act = 'relu6'", "act = 'relu'"},
        {NULL, NULL},
    };
    struct tensor file[8];
    int n = int8_file(file);
    check_edits(*state, int8_net, same, false, 1, file, n);
    check_edits(*state, int8_net, other, true, 1, file, n);
    assert_int_equal(base_of(*state, int8_net, 1, file, n), base_of(*state, int8_net, 2, file, n));
}

static void every_value_of_a_file_counts(void **state)
{
    struct tensor file[8];
    int n = int8_file(file);
    uint32_t before = base_of(*state, int8_net, 1, file, n);
    struct {
        void *at;
        size_t size;
    } values[] = {{&weight[0], 1},   {&weight[5], 1},  {&bias[1], 4},      {&weight_scale[0], 4}, {&weight_scale[1], 4},
                  {&in_scale[0], 4}, {&in_zero[0], 1}, {&out_scale[0], 4}, {&out_zero[0], 1}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        unsigned char *low = values[i].at; /* the last bit of the last place */
        *low ^= 1;
        if (base_of(*state, int8_net, 1, file, n) == before)
            fail_msg("value %d", (int)i);
        *low ^= 1;
    }
    assert_int_equal(base_of(*state, int8_net, 1, file, n), before);
}

/* Saved nets bear these numbers: they are the same in every later version. */
static void it_is_the_same_for_good(void **state)
{
    struct tensor file[8];
    int n = int8_file(file);
    assert_int_equal(base_of(*state, net, 0, NULL, 0), 0x94806e91);
    assert_int_equal(base_of(*state, int8_net, 0, file, n), 0x40a38fc7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_learns_and_how_does_not_change_it),
        TEST(what_the_network_computes_changes_it),
        TEST(a_seed_changes_what_is_random_and_counts),
        TEST(branches_are_not_counted),
        TEST(an_int8_network_is_what_its_file_says),
        TEST(every_value_of_a_file_counts),
        TEST(it_is_the_same_for_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
