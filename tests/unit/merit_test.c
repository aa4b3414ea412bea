/* SPDX-License-Identifier: MIT */
/* Which of two measured plans is better, and how surely. */
#include "choose/merit.h"
#include "fixture.h"

#include <string.h>

static struct candidate measured(int runs, const double *merit)
{
    struct candidate c = {.runs = runs};
    memcpy(c.merit, merit, sizeof *merit * (size_t)runs);
    return c;
}

/* The second has seen harder seeds, too: only those that both have run count. */
static void common_seeds_decide(void **state)
{
    (void)state;
    struct candidate few = measured(2, (const double[]){0.90, 0.94}),
                     many = measured(4, (const double[]){0.92, 0.96, 0.7, 0.7});
    assert_float_equal(merit_lead(&many, &few), 0.02, 1e-9);
    struct candidate none = {.runs = 0};
    assert_float_equal(merit_lead(&many, &none), 0, 0);
}

/* Plans that follow the seeds alike differ by little, whatever the seeds differ by; one of which runs fail does not hide it. */
static void failed_runs_hide_nothing(void **state)
{
    (void)state;
    struct candidate a = measured(3, (const double[]){0.90, 0.94, 0.92}),
                     b = measured(3, (const double[]){0.93, 0.971, 0.949}),
                     c = measured(3, (const double[]){0.91, 0.95, 0.932}),
                     fails = measured(3, (const double[]){0.95, 0.1, 0.1});
    struct candidate *list[] = {&a, &b, &c, &fails};
    struct plans p = {.mem = arena_new(), .list = list, .count = 4};
    for (p.count = 4; p.count > 2; p.count--) {
        double variance = merit_variance(&p);
        assert_true(merit_surely_better(variance, &b, &a));
        assert_false(merit_surely_better(variance, &a, &b));
        assert_false(merit_surely_better(variance, &fails, &a));
    }
    p.count = 1;
    assert_float_equal(merit_variance(&p), 0, 0);
    arena_free(p.mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(common_seeds_decide),
        cmocka_unit_test(failed_runs_hide_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
