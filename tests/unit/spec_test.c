/* SPDX-License-Identifier: MIT */
/* The room spec: what a spec says, read into struct spec; the sandbox; what is refused.
 * (The words of messages are in tests/golden/errors.) */
#include "fixture.h"
#include "spec/spec.h"

#include "ops/ops.h"

static struct spec *read_with(struct fixture *x, const char *text, struct option *option, int noption)
{
    write_file(x, "spec.lua", text);
    fseek(x->d.out, 0, SEEK_SET);
    x->d.errors = x->d.nshown = 0;
    struct spec *s = spec_read(x->mem, &x->d, inside(x, "spec.lua"), ops_constructors(x->mem), option, noption);
    fflush(x->d.out);
    assert_true((s == NULL) == (x->d.errors > 0));
    return s;
}

/* A spec of this body, which must be right. */
static struct spec *reads(struct fixture *x, const char *body)
{
    struct spec *s =
        read_with(x, arena_format(x->mem, "name 'net'\ninput { h = 9, w = 7, c = 4 }\n%s\n", body), NULL, 0);
    if (!s)
        fail_msg("refused: %s\n%s", body, x->messages);
    return s;
}

static void refuses(struct fixture *x, const char *body, const char *message)
{
    if (read_with(x, arena_format(x->mem, "name 'net'\ninput { h = 9, w = 7, c = 4 }\n%s\n", body), NULL, 0))
        fail_msg("not refused: %s", body);
    if (!strstr(x->messages, message))
        fail_msg("\"%s\" is not in the messages about %s:\n%s", message, body, x->messages);
}

static void expect_shape(const struct spec *s, int h, int w, int c)
{
    const struct shape *out = &s->layer[s->nlayer - 1].out;
    assert_int_equal(out->h, h);
    assert_int_equal(out->w, w);
    assert_int_equal(out->c, c);
}

/* ---- what is read ---- */

static void shapes(void **state)
{
    struct fixture *x = *state;
    expect_shape(reads(x, "conv { out = 8, k = 3 }"), 9, 7, 8);
    expect_shape(reads(x, "conv { out = 8, k = 3, s = 2 }"), 5, 4, 8);
    expect_shape(reads(x, "conv { out = 8, k = { 1, 3 }, s = { 2, 3 } }"), 5, 3, 8);
    expect_shape(reads(x, "conv { out = 8, k = 3, pad = 0 }"), 7, 5, 8);
    expect_shape(reads(x, "conv { out = 8, k = 2 }"), 8, 6, 8);
    expect_shape(reads(x, "conv { out = 8, k = 2, pad = 'tf_same' }"), 9, 7, 8);
    expect_shape(reads(x, "conv { out = 8, k = 5, s = 3, pad = 'tf_same' }"), 3, 3, 8);
    expect_shape(reads(x, "conv { out = 8, k = 3, pad = { 2, 0, 1, 3 } }"), 9, 9, 8);
    expect_shape(reads(x, "conv { out = 8, k = { 9, 7 }, pad = 0 }"), 1, 1, 8);
    expect_shape(reads(x, "dwconv { k = 3, s = 2 }"), 5, 4, 4);
    expect_shape(reads(x, "avg_pool { k = 2 }"), 4, 3, 4);
    expect_shape(reads(x, "max_pool { k = 3, s = 2, pad = 1 }"), 5, 4, 4);
    expect_shape(reads(x, "global_pool {}"), 1, 1, 4);
    expect_shape(reads(x, "upsample { h = 20, w = 3 }"), 20, 3, 4);
    expect_shape(reads(x, "local a = last_layer() avg_pool { k = 2 } upsample { like = a }"), 9, 7, 4);
    expect_shape(reads(x, "dense { out = 3 }"), 1, 1, 3);
    expect_shape(reads(x, "group_norm { groups = 2 }"), 9, 7, 4);
}

static void layers_and_handles(void **state)
{
    struct fixture *x = *state;
    struct spec *s = reads(x, "local a = conv { 'a', out = 8, k = 1, act = 'relu' }\n"
                              "local b = conv { out = 8, k = 1, from = 'x' and a, source = { 3, 4 } }\n"
                              "assert(a.h == 9 and a.w == 7 and a.c == 8 and a.name == 'a')\n"
                              "add { 'sum', from = { b, a } } conv { out = 2, k = 1, source = 7 }");
    assert_int_equal(s->nlayer, 5);
    assert_string_equal(s->layer[0].name, "input");
    assert_string_equal(s->layer[1].name, "a");
    assert_string_equal(s->layer[1].act->make->name, "relu");
    assert_string_equal(s->layer[2].name, "conv1");
    assert_string_equal(s->layer[4].name, "conv2");
    assert_int_equal(s->layer[3].from[0], 2);
    assert_int_equal(s->layer[3].from[1], 1);
    assert_int_equal(s->layer[4].from[0], 3);
    assert_int_equal(s->layer[2].nsource, 2);
    assert_int_equal(s->layer[2].source[1], 4);
    assert_int_equal(s->layer[4].source[0], 7);
    assert_int_equal(s->layer[3].loc.line, 6);
}

static void input_forms(void **state)
{
    struct fixture *x = *state;
    struct spec *s = read_with(x,
                               "name '_n1'\ninput { c = 5, type = 'int8', scale = 0.5, zero_point = -3, "
                               "place = 'scratch' }\ndense { out = 2 }",
                               NULL, 0);
    assert_non_null(s);
    assert_string_equal(s->name, "_n1");
    assert_int_equal(s->input.shape.h, 1);
    assert_int_equal(s->input.shape.w, 1);
    assert_int_equal(s->input.type, INPUT_INT8);
    assert_true(s->input.scale == 0.5);
    assert_int_equal(s->input.zero_point, -3);
    assert_true(s->input.in_scratch);
}

static void training(void **state)
{
    struct fixture *x = *state;
    struct spec *s = reads(x, "dense { 'fc', out = 3 }\n"
                              "train { update = { 'fc.bias', { 'fc.weight', inputs = 1/4 } },\n"
                              "  loss = { 'softmax_cross_entropy', label_smoothing = 0.1 },\n"
                              "  optimizer = adam { rate = 0.5, beta1 = 0.8, eps = 1e-4 }, batch = 4, clip = 2 }\n"
                              "precision { forward = 'float32', trained = 'float32' }\n"
                              "budget { ram = 96 * KiB, scratch = 1000, flash = 2 * MiB }");
    assert_int_equal(s->train.nupdate, 2);
    assert_string_equal(s->train.update[1].glob, "fc.weight");
    assert_true(s->train.update[1].inputs == 0.25 && s->train.update[1].outputs == 1);
    assert_int_equal(s->train.loss, LOSS_SOFTMAX_CROSS_ENTROPY);
    assert_true(s->train.label_smoothing == 0.1);
    assert_int_equal(s->train.optimizer.kind, OPTIMIZER_ADAM);
    assert_true(s->train.optimizer.beta1 == 0.8 && s->train.optimizer.beta2 == 0.999);
    assert_int_equal(s->train.batch, 4);
    assert_true(s->train.clip == 2);
    assert_int_equal(s->budget.ram, 98304);
    assert_int_equal(s->budget.flash, 2097152);
    s = reads(x, "dense { 'fc', out = 3 } train { update = 'fc.*', loss = 'mse' }");
    assert_int_equal(s->train.loss, LOSS_MSE);
    assert_int_equal(s->train.optimizer.kind, OPTIMIZER_SGD);
    assert_int_equal(s->train.batch, 1);
    assert_false(reads(x, "dense { out = 3 }")->train.given);
}

static void weights_beside_the_spec(void **state)
{
    struct fixture *x = *state;
    struct spec *s = reads(x, "weights { 'w.safetensors', prefix = 'param.' } dense { out = 2 }");
    assert_string_equal(s->weights, inside(x, "w.safetensors"));
    assert_string_equal(s->prefix, "param.");
    assert_string_equal(reads(x, "weights '/w.safetensors' dense { out = 2 }")->weights, "/w.safetensors");
}

/* ---- Lua: options, includes, sorted pairs ---- */

static void options(void **state)
{
    struct fixture *x = *state;
    struct option given[] = {
        {"n", "6", false, CHOICE_TEXT}, {"flag", "true", false, CHOICE_TEXT}, {"word", "x y", false, CHOICE_TEXT}};
    struct spec *s = read_with(x,
                               "name 'net' input { c = 2 }\n"
                               "assert(option('flag', false) == true and option('word', '') == 'x y')\n"
                               "assert(option('absent', 5) == 5 and option('nothing') == nil)\n"
                               "dense { out = option('n', 1) }",
                               given, 3);
    assert_non_null(s);
    expect_shape(s, 1, 1, 6);
    struct option unknown[] = {{"m", "6", false, CHOICE_TEXT}};
    assert_null(read_with(x, "name 'net' input { c = 2 } dense { out = option('n', 1) }", unknown, 1));
    assert_non_null(strstr(x->messages, "no option 'm'"));
    struct option wrong[] = {{"n", "six", false, CHOICE_TEXT}};
    assert_null(read_with(x, "name 'net' input { c = 2 } dense { out = option('n', 1) }", wrong, 1));
    assert_non_null(strstr(x->messages, "is a number"));
}

static void includes(void **state)
{
    struct fixture *x = *state;
    write_file(x, "part.lua", "dense { 'inner', out = 5 }\nreturn 7, 'two'");
    struct spec *s = reads(x, "local a, b = include 'part.lua' assert(a == 7 and b == 'two') dense { out = a }");
    assert_int_equal(s->nlayer, 3);
    assert_string_equal(s->layer[1].loc.file, inside(x, "part.lua"));
    assert_int_equal(s->layer[1].loc.line, 1);
    assert_int_equal(s->layer[2].loc.line, 3);
    assert_int_equal(s->nfile, 2);
    uint64_t before = s->hash;
    write_file(x, "part.lua", "dense { 'inner', out = 5 }\nreturn 7, 'two' --");
    assert_true(reads(x, "local a, b = include 'part.lua' assert(a == 7 and b == 'two') dense { out = a }")->hash !=
                before);
    refuses(x, "include 'absent.lua'", "cannot read");
    write_file(x, "part.lua", "include 'part.lua'");
    refuses(x, "include 'part.lua'", "nested more than");
}

static void pairs_are_sorted(void **state)
{
    struct fixture *x = *state;
    reads(x, "local t, s = {}, ''\n"
             "for i = 1, 200 do t['k' .. (i * 7919 % 1000)] = i end\n"
             "local last = '' for k in pairs(t) do assert(last < k) last = k end\n"
             "for k, v in pairs { b = 1, [3] = 2, a = 3, [1] = 4 } do s = s .. k .. v end\n"
             "assert(s == '1432a3b1') dense { out = 2 }");
}

static void sandbox(void **state)
{
    struct fixture *x = *state;
    static const char *const absent[] = {"io",       "os",     "debug",    "require",        "load",
                                         "loadfile", "dofile", "print",    "collectgarbage", "package",
                                         "rawset",   "rawget", "coroutine"};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        refuses(x, arena_format(x->mem, "local x = %s dense { out = 2 }", absent[i]), "unknown name");
        refuses(x, arena_format(x->mem, "local x = %s dense { out = 2 }", absent[i]), "sandbox");
    }
    refuses(x, "dense { out = math.random(3) }", "");
    refuses(x, "while true do end", "endless loop");
    refuses(x, "repeat pcall(function() while true do end end) until false", "endless loop");
    refuses(x, "local s = 'x' while true do s = s .. s end", "memory");
    refuses(x, "local t = {} while true do t = { t } end", "the spec"); /* memory or time */
    refuses(x, "local t = {} for i = 1, 1e9 do t[i] = i end", "");
    refuses(x, "local function f() return f() + 1 end f()", "stack overflow");
    refuses(x, "error { 1 }", "raised an error");
    refuses(x, "error('custom')", "custom");
    refuses(x, "\033Lua", "");
}

static void unknown_names(void **state)
{
    struct fixture *x = *state;
    refuses(x, "convv { out = 8, k = 3 } dnse { out = 2 }", "unknown name 'convv'");
    assert_non_null(strstr(x->messages, "did you mean 'conv'?"));
    assert_non_null(strstr(x->messages, "unknown name 'dnse'"));
    assert_int_equal(x->d.errors, 2);
    refuses(x, "dense { out = width * 2 }", "unknown name 'width'");
    assert_int_equal(x->d.errors, 1);            /* not one about arithmetic too */
    reads(x, "width = 3 dense { out = width }"); /* globals of one's own */
}

/* ---- what is refused ---- */

static void several_at_once(void **state)
{
    struct fixture *x = *state;
    refuses(x,
            "conv { out = 0, k = 3, grups = 2 }\nconv { k = 3 }\nadd {}\ndense { out = 2.5, act = 'relux' }\n"
            "train { update = { 7 }, batch = 0, clip = -1, optimizer = 5 }",
            "must be");
    assert_int_equal(x->d.errors, 10);
}

static void attributes(void **state)
{
    struct fixture *x = *state;
    static const struct {
        const char *body, *message;
    } cases[] = {
        {"conv { out = 8 }", "needs 'k'"},
        {"conv { out = '8', k = 3 }", "must be a number, not a string"},
        {"conv { out = 0/0, k = 3 }", "must be a whole number"},
        {"conv { out = 1e300, k = 3 }", "must be a whole number"},
        {"conv { out = 8, k = { 3 } }", "takes 2 numbers, not 1"},
        {"conv { out = 8, k = 3, pad = 'valid' }", "pad must be"},
        {"conv { out = 8, k = 3, pad = -1 }", "from 0"},
        {"conv { out = 8, k = 3, bias = 1 }", "true or false"},
        {"conv { out = 8, k = 3, groups = 3 }", "do not divide"},
        {"conv { out = 8, k = 3, from = 3 }", "from must be a layer"},
        {"conv { out = 8, k = 3, from = { id = 99 } }", "from must be a layer"},
        {"conv { out = 8, k = 3, init = 'ones' }", "must be one of"},
        {"conv { out = 8, k = 12, pad = 0 }", "impossible map"},
        {"conv { out = 60000, k = 1 } upsample { h = 9000, w = 9000 }", "impossible map"},
        {"conv { 'a b', out = 8, k = 3 }", "a layer's name"},
        {"conv { '', out = 8, k = 3 }", "a layer's name"},
        {"conv { 'a.b', out = 8, k = 3 } conv { 'a_b', out = 8, k = 3 }", "already"},
        {"dense 'fc'", "takes a table"},
        {"dense()", "takes a table"},
        {"mbconv { out = 4, kk = 3 }", "no attribute 'kk'"},
        {"mbconv { out = 4, lite = { kernel = 5 } }", "no attribute 'kernel'"},
        {"group_norm { groups = 2, eps = 0 }", "eps"},
        {"avg_pool { k = 2, pad = 2 }", "padding"},
        {"add { from = { last_layer(), conv { out = 5, k = 1 } } }", "a map of"},
        {"input { c = 2 }", "already"},
        {"train { update = { { '*', inputs = 0 } } }", "fractions"},
        {"train { loss = { 'mse', label_smoothing = 2 } }", "label_smoothing"},
        {"train { optimizer = sgd { momentum = 1 } }", "momentum"},
        {"budget { ram = 1e20 }", "number of bytes"},
        {"precision { forward = 'int4' }", "must be one of"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refuses(x, cases[i].body, cases[i].message);
}

/* What `choose` sees of them. */
static void choices(void **state)
{
    struct fixture *x = *state;
    struct option given[] = {{"act", "relu6", false, CHOICE_TEXT}};
    struct spec *s = read_with(x,
                               "name 'net' input { c = 4 } set('width', 8)\n"
                               "dense { out = choice('width', { 4, 8 }), act = choice('act', { 'relu', 'relu6' }) }\n"
                               "if choice('more', { true, false }) then dense { out = 3 } end",
                               given, 1);
    assert_non_null(s);
    assert_true(given[0].used);
    assert_int_equal(s->nchoice, 3);
    assert_string_equal(s->choice[0].name, "width");
    assert_int_equal(s->choice[0].nvalue, 2);
    assert_int_equal(s->choice[0].value[0].kind, CHOICE_NUMBER);
    assert_string_equal(s->choice[0].value[1].text, "8");
    assert_int_equal(s->choice[0].taken, 1);
    assert_true(s->choice[0].fixed);
    assert_int_equal(s->choice[1].value[0].kind, CHOICE_TEXT);
    assert_int_equal(s->choice[1].taken, 1);
    assert_true(s->choice[1].fixed);
    assert_int_equal(s->choice[2].value[0].kind, CHOICE_FLAG);
    assert_string_equal(s->choice[2].value[1].text, "false");
    assert_int_equal(s->choice[2].taken, 0);
    assert_false(s->choice[2].fixed);
    expect_shape(s, 1, 1, 3);
}

static void whole_specs(void **state)
{
    struct fixture *x = *state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "does not say its name"},
        {"name '7up'", "C identifier"},
        {"name 'n'", "has no input"},
        {"name 'n' input { c = 2 }", "has no layers"},
        {"input { c = 2 } dense { out = 2 }", "does not say its name"},
        {"name 'n' dense { out = 2 }", "before 'input'"},
        {"name 'n' input { h = 3 }", "needs 'c'"},
        {"name 'n' input { c = 2, scale = -1 }", "greater than 0"},
        {"name 'n' input { h = 65536, w = 65536, c = 9 }", "too large"},
        {"name 'n' input { c = 2", "expected"},
        {"name(", "expected"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_null(read_with(x, cases[i].text, NULL, 0));
        if (!strstr(x->messages, cases[i].message))
            fail_msg("\"%s\" is not in: %s", cases[i].message, x->messages);
    }
    assert_null(spec_read(x->mem, &x->d, "/nowhere/spec.lua", ops_constructors(x->mem), NULL, 0));
    assert_null(spec_read(x->mem, &x->d, "/tmp", ops_constructors(x->mem), NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(shapes),
        TEST(layers_and_handles),
        TEST(input_forms),
        TEST(training),
        TEST(weights_beside_the_spec),
        TEST(options),
        TEST(includes),
        TEST(pairs_are_sorted),
        TEST(sandbox),
        TEST(unknown_names),
        TEST(several_at_once),
        TEST(attributes),
        TEST(choices),
        TEST(whole_specs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
