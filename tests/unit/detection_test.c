/* SPDX-License-Identifier: MIT */
/* What errors tell apart: the area under the curve, thresholds; by hand. */
#include "fixture.h"
#include "learn/detection.h"

#include <math.h>

static const double error[] = {1, 5, 2, 3, 2, 8};
static const int label[] = {0, 1, 0, 0, 2, 1};

static void expect(double found, double expected)
{
    if (fabs(found - expected) > 1e-12)
        fail_msg("%g, expected %g", found, expected);
}

static void counts_pairs(void **state)
{
    struct fixture *x = *state;
    expect(area_under_curve(x->mem, error, label, 6, 0), (3 + 1.5 + 3) / 9);
    expect(area_under_curve(x->mem, error, label, 6, 1), (0 + 0 + 0 + 0) / 8.0);
    assert_true(isnan(area_under_curve(x->mem, error, label, 6, 7)));
    static const double same[] = {4, 4, 4, 4};
    static const int half[] = {0, 1, 0, 1};
    expect(area_under_curve(x->mem, same, half, 4, 0), 0.5);
}

/* 100 normal samples with errors 0 .. 99, in disorder. */
static void bounds_false_alarms(void **state)
{
    struct fixture *x = *state;
    double many[100];
    int normal[100] = {0};
    for (int i = 0; i < 100; i++)
        many[i] = i * 37 % 100;
    static const struct {
        double rate, threshold;
    } cases[] = {{0, 99}, {0.005, 99}, {0.01, 98}, {0.05, 94}, {0.999, 0}, {0.29, 70}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double t = alarm_threshold(x->mem, many, normal, 100, 0, cases[i].rate);
        expect(t, cases[i].threshold);
        assert_true(alarm_share(many, normal, 100, 0, t) <= cases[i].rate);
    }
    expect(alarm_share(error, label, 6, 1, 4), 1);
    expect(alarm_share(error, label, 6, 0, 1.5), 2.0 / 3);
    expect(alarm_share(error, label, 6, 5, 0), 0);
    assert_true(isnan(alarm_threshold(x->mem, error, label, 6, 9, 0.5)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(counts_pairs), TEST(bounds_false_alarms)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
