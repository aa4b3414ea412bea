/* SPDX-License-Identifier: MIT */
/* The command line. */
#include "cli/cli.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* cmocka keeps stderr as it is: messages about wrong options show in the log. */
static struct cli *parse(struct arena *mem, int *code, const char *line)
{
    char *words = arena_string(mem, line), *argv[32] = {(char *)(uintptr_t) "tinytl-gen"};
    int argc = 1;
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    return cli_parse(mem, argc, argv, code);
}

static int setup(void **state)
{
    *state = arena_new();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static struct cli *accepts(struct arena *mem, const char *line)
{
    int code = 0;
    struct cli *c = parse(mem, &code, line);
    if (!c)
        fail_msg("refused: %s", line);
    assert_int_equal(code, EXIT_DONE);
    return c;
}

static void commands(void **state)
{
    struct arena *mem = *state;
    assert_int_equal(accepts(mem, "spec.lua")->command, COMMAND_GEN);
    assert_int_equal(accepts(mem, "gen spec.lua")->command, COMMAND_GEN);
    assert_int_equal(accepts(mem, "plan spec.lua")->command, COMMAND_PLAN);
    assert_int_equal(accepts(mem, "check spec.lua")->command, COMMAND_CHECK);
    struct cli *c = accepts(mem, "verify spec.lua vectors.safetensors");
    assert_int_equal(c->command, COMMAND_VERIFY);
    assert_string_equal(c->file[0], "spec.lua");
    assert_string_equal(c->file[1], "vectors.safetensors");
    c = accepts(mem, "quantize spec.lua --data photos -o int8.safetensors --images 50");
    assert_int_equal(c->command, COMMAND_QUANTIZE);
    assert_string_equal(c->quantize.data, "photos");
    assert_string_equal(c->output, "int8.safetensors");
    assert_int_equal(c->quantize.images, 50);
}

static void values(void **state)
{
    struct arena *mem = *state;
    struct cli *c =
        accepts(mem, "spec.lua -o out --ram 96K --scratch=65536 --flash 1.5M --seed 7 -D a=0 -Db=x=y -D a=1 "
                     "--define c= --report=json:r.json --dump=plan --depfile d --poison -q -v --cc clang "
                     "--tolerance 1e-3");
    assert_string_equal(c->output, "out");
    assert_int_equal(c->host.request.budget.ram, 98304);
    assert_int_equal(c->host.request.budget.scratch, 65536);
    assert_int_equal(c->host.request.budget.flash, 1572864);
    assert_int_equal(c->host.request.seed, 7);
    assert_int_equal(c->host.request.ndefine, 3);
    assert_string_equal(c->host.request.define[0].name, "a");
    assert_string_equal(c->host.request.define[0].value, "1");
    assert_string_equal(c->host.request.define[1].value, "x=y");
    assert_string_equal(c->host.request.define[2].value, "");
    assert_string_equal(c->host.report.form, "json");
    assert_string_equal(c->host.report.file, "r.json");
    assert_string_equal(c->host.request.dump, "plan");
    assert_true(c->host.request.poison && c->host.report.quiet && c->host.report.verbose);
    assert_string_equal(c->host.cc, "clang");
    assert_true(c->verify.tolerance == 1e-3);
    c = accepts(mem, "-oout plan.lua --smallest");
    assert_string_equal(c->output, "out");
    assert_true(c->host.request.smallest && !c->host.request.fastest);
}

static void sizes(void **state)
{
    struct arena *mem = *state;
    assert_int_equal(accepts(mem, "s --ram 1")->host.request.budget.ram, 1);
    assert_int_equal(accepts(mem, "s --ram 2k")->host.request.budget.ram, 2048);
    assert_int_equal(accepts(mem, "s --ram 2KiB")->host.request.budget.ram, 2048);
    assert_int_equal(accepts(mem, "s --ram 3m")->host.request.budget.ram, 3 << 20);
    assert_int_equal(accepts(mem, "s --ram 0.5K")->host.request.budget.ram, 512);
}

static void defaults(void **state)
{
    struct arena *mem = *state;
    struct cli *c = accepts(mem, "spec.lua");
    assert_int_equal(c->host.request.budget.ram, 0);
    assert_int_equal(c->host.request.seed, 1);
    assert_string_equal(c->host.cc, "cc");
    assert_string_equal(c->color, "auto");
    assert_true(c->verify.tolerance == 1e-4 && c->verify.sgd_rate == 0.05 && c->verify.adam_rate == 1e-3);
}

static void refused(void **state)
{
    struct arena *mem = *state;
    static const char *const lines[] = {
        "",
        "gen",
        "verify spec.lua",
        "gen a.lua b.lua",
        "a.lua b.lua c.lua",
        "spec.lua --nonsense",
        "spec.lua -x",
        "spec.lua --ram",
        "spec.lua --ram 0",
        "spec.lua --ram -5",
        "spec.lua --ram many",
        "spec.lua --ram 5G",
        "spec.lua --ram 1e99",
        "spec.lua --ram nan",
        "spec.lua --seed 1.5",
        "spec.lua --seed -1",
        "spec.lua --seed 99999999999999999999",
        "spec.lua --tolerance small",
        "spec.lua --tolerance nan",
        "spec.lua -D novalue",
        "spec.lua -D =5",
        "spec.lua --report=pdf",
        "spec.lua --report=jsonx",
        "spec.lua --dump=everything",
        "spec.lua --color=red",
        "spec.lua --smallest=yes",
        "spec.lua --smallest --fastest",
        "spec.lua --schedule linear",
        "train spec.lua --train a --test b --batch 0",
        "train spec.lua --train a --test b --epochs 0",
        "quantize spec.lua --data a -o b --images 0",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        int code = 0;
        if (parse(mem, &code, lines[i]))
            fail_msg("not refused: %s", lines[i]);
        assert_int_equal(code, EXIT_USAGE);
    }
}

static void help(void **state)
{
    struct arena *mem = *state;
    int code = 0;
    assert_int_equal(parse(mem, &code, "--help")->command, COMMAND_NONE);
    assert_int_equal(parse(mem, &code, "plan --version")->command, COMMAND_NONE);
    assert_int_equal(code, EXIT_DONE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {TEST(commands), TEST(values),  TEST(sizes),
                                       TEST(defaults), TEST(refused), TEST(help)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
