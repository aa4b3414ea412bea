/* SPDX-License-Identifier: MIT */
/* The checker of schedules: it passes what the scheduler makes, and finds a ring that is a row short. */
#include "backward/backward.h"
#include "forward/forward.h"
#include "ops/ops.h"
#include "schedule/schedule.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#ifndef TESTS_DIR
#define TESTS_DIR "tests"
#endif

static const char *const specs[] = {
    TESTS_DIR "/oracle/05_mbconv_residual.lua",
    TESTS_DIR "/oracle/09_lite_even_L.lua",
    TESTS_DIR "/behave/net.lua",
    TESTS_DIR "/behave/tall.lua",
};
enum { SPECS = sizeof specs / sizeof *specs };

static struct graph *training_graph(struct arena *mem, struct diag *d, const char *path, const char *scheme)
{
    static const struct updates updates = {&op_sgd, &op_sgd_momentum, &op_adam, &op_record};
    struct option option = {.name = "scheme", .value = scheme};
    struct spec *s = spec_read(mem, d, path, ops_constructors(mem), &option, scheme ? 1 : 0);
    assert_non_null(s);
    struct tensor_file *weights = s->weights ? safetensors_read(mem, d, s->weights) : NULL;
    struct graph *g = forward_build(mem, d, s, weights, NULL);
    assert_non_null(g);
    backward(g, &updates);
    return g;
}

static void every_schedule_passes(void **state)
{
    (void)state;
    for (int i = 0; i < SPECS; i++) {
        struct arena *mem = arena_new();
        struct diag d = {.mem = mem, .out = stderr};
        struct graph *g = training_graph(mem, &d, specs[i], NULL);
        struct front front = schedule_front(mem, g, price_anyhow(NULL), dry_runs_new(mem));
        for (int k = 0; k < front.count; k++)
            assert_null(program_check(mem, schedule_train(mem, g, &front.choice[k])));
        for (unsigned seed = 1; seed <= 20; seed++)
            assert_null(program_check(mem, schedule_random(mem, g, seed)));
        assert_null(program_check(mem, schedule_predict(mem, g, dry_runs_new(mem), NULL, 0)));
        arena_free(mem);
    }
}

/* The largest number of segments that one is made again in. */
static int most_parts(const struct program *p)
{
    int most = 0;
    for (int i = 0; i < p->nsegment; i++)
        most = p->segment[i].parts > most ? p->segment[i].parts : most;
    return most;
}

/* What a choice was taken for is what its program holds at most, or more; among the choices are segments that are made
 * again in parts. */
static void no_choice_is_larger_than_it_says(void **state)
{
    (void)state;
    static const char *const deep[][2] = {{TESTS_DIR "/deep/chain.lua", NULL},
                                          {TESTS_DIR "/../specs/mcunet-5fps.lua", "lite"},
                                          {TESTS_DIR "/behave/net.lua", NULL}};
    int parts = 0;
    for (int i = 0; i < 3; i++) {
        struct arena *mem = arena_new();
        struct diag d = {.mem = mem, .out = stderr};
        struct graph *g = training_graph(mem, &d, deep[i][0], deep[i][1]);
        struct front front = schedule_front(mem, g, price_anyhow(NULL), dry_runs_new(mem));
        for (int k = 0; k < front.count; k += 1 + front.count / 40) {
            const struct program *p = schedule_train(mem, g, &front.choice[k]);
            assert_true(p->bound <= front.choice[k].bytes);
            parts = most_parts(p) > parts ? most_parts(p) : parts;
        }
        arena_free(mem);
    }
    assert_true(parts > 1);
}

/* One ring after the other loses a row; each time a step misses one. */
static void a_ring_that_is_short_is_found(void **state)
{
    (void)state;
    int rings = 0;
    for (int i = 0; i < SPECS; i++) {
        struct arena *mem = arena_new();
        struct diag d = {.mem = mem, .out = stderr};
        struct graph *g = training_graph(mem, &d, specs[i], NULL);
        struct front front = schedule_front(mem, g, price_anyhow(NULL), dry_runs_new(mem));
        struct program *p = schedule_train(mem, g, &front.choice[0]);
        for (int b = 0; b < p->nbuffer; b++) {
            if (p->buffer[b]->full || p->buffer[b]->rows < 2)
                continue;
            rings++;
            p->buffer[b]->rows--;
            const char *wrong = program_check(mem, p);
            assert_non_null(wrong);
            assert_non_null(strstr(wrong, "step "));
            assert_non_null(strstr(wrong, " reads row "));
            p->buffer[b]->rows++;
        }
        assert_null(program_check(mem, p));
        arena_free(mem);
    }
    assert_true(rings > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_schedule_passes),
        cmocka_unit_test(no_choice_is_larger_than_it_says),
        cmocka_unit_test(a_ring_that_is_short_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
