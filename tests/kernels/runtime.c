/* SPDX-License-Identifier: MIT */
/* Tests of runtime_min: numbers from PyTorch's formulas, in double. */
#include <assert.h>
#include <stdio.h>
#include "../../runtime_min/loss.c"
#include "../../runtime_min/optimizer.c"
#include "../../runtime_min/checksum.c"

static int near(float a, double b)
{
    return fabs((double)a - b) <= 1e-5 * (1.0 + fabs(b));
}

/* Classes that are not in use are as if there were none, to the bit; in place, too. */
static void test_loss_of_used(void)
{
    const float all[5] = {3.0f, 2.0f, -7.0f, -1.0f, 0.5f}, some[3] = {2.0f, -1.0f, 0.5f};
    const int32_t used[5] = {0, 1, 0, -4, 9};
    float g[5], in_place[5], wanted[3];

    memcpy(in_place, all, sizeof all);
    const float loss = softmax_cross_entropy(some, 3, 1, 0.1f, wanted);
    assert(!memcmp(&loss, &(float){softmax_of_used(all, used, 5, 3, 0.1f, g)}, sizeof loss));
    softmax_of_used(in_place, used, 5, 3, 0.1f, in_place);
    for (int i = 0, at = 0; i < 5; i++) {
        const float of_class = used[i] ? wanted[at++] : 0.0f;
        assert(!memcmp(&g[i], &of_class, sizeof of_class) && !memcmp(&in_place[i], &of_class, sizeof of_class));
    }
}

static void test_loss(void)
{
    const float scores[4] = {2.0f, -1.0f, 0.5f, 90.0f}, target[4] = {1.0f, 0.0f, 0.0f, 88.0f};
    float g[4];

    for (int label = 0; label < 4; label++)
        for (int s = 0; s < 2; s++) {
            const float smoothing = s ? 0.1f : 0.0f;
            double sum = 0.0, loss = 0.0;
            for (int i = 0; i < 4; i++)
                sum += exp((double)scores[i] - 90.0);
            for (int i = 0; i < 4; i++)
                loss -= ((i == label ? 1.0 - (double)smoothing : 0.0) + (double)smoothing / 4.0) *
                        ((double)scores[i] - 90.0 - log(sum));
            assert(near(softmax_cross_entropy(scores, 4, label, smoothing, g), loss));
            for (int i = 0; i < 4; i++)
                assert(near(g[i], exp((double)scores[i] - 90.0) / sum - (double)smoothing / 4.0 -
                                      (i == label ? 1.0 - (double)smoothing : 0.0)));
        }
    float bad[2] = {0.0f, INFINITY};
    assert(!is_finite(softmax_cross_entropy(bad, 2, 0, 0.0f, bad)));
    bad[0] = 0.0f;
    bad[1] = NAN;
    assert(!is_finite(softmax_cross_entropy(bad, 2, 0, 0.0f, bad)));
    assert(near(mean_squared_error(scores, target, 4, g), (1.0 + 1.0 + 0.25 + 4.0) / 4.0));
    assert(near(g[3], 1.0) && near(g[1], -0.5));
}

/* Units in the last place of floats near `exact` between it and a. */
static double ulps(float a, double exact)
{
    int exponent;
    frexp(exact, &exponent);
    return fabs((double)a - exact) / ldexp(1.0, exponent - 24);
}

static void test_exp_and_log(void)
{
    const float nan = NAN;
    for (float x = -1e-8f; x > -87.0f; x *= 1.0001f)
        assert(ulps(exp_negative(x), exp((double)x)) <= 1.0);
    for (float x = -0.01f; x > -87.0f; x -= 0.001f)
        assert(ulps(exp_negative(x), exp((double)x)) <= 1.0);
    for (float d = 1.2e-7f; d < 2e9f; d *= 1.0001f)
        assert(ulps(log_positive(1.0f + d), log((double)(1.0f + d))) <= 3.0);
    assert(exp_negative(0.0f) == 1.0f && exp_negative(-0.0f) == 1.0f && log_positive(1.0f) == 0.0f);
    assert(exp_negative(-87.0f) > 0.0f && exp_negative(-1000.0f) == 0.0f && exp_negative(-INFINITY) == 0.0f);
    assert(!is_finite(exp_negative(nan)) && !is_finite(log_positive(nan)) && !is_finite(log_positive(INFINITY)));
}

static void test_optimizers(void)
{
    const float g[2] = {3.0f, -4.0f}, bad[2] = {1.0f, NAN}, big[2] = {3e38f, 3e38f};
    float p[2] = {1.0f, 2.0f}, m[2] = {0}, v[2] = {0}, scale = 0.5f, c1 = 0.0f, c2 = 0.0f;
    double q = 2.0, dm = 0.0, dv = 0.0;

    assert(all_finite(g, 2) && all_finite(big, 2) && !all_finite(bad, 2));
    clip_norm(g, 2, 1.0f, &scale);
    assert(near(scale, 0.2));
    clip_norm(g, 2, 100.0f, &scale);
    assert(near(scale, 0.2));
    scale = 1.0f;
    clip_norm(big, 2, 1.0f, &scale);
    assert(scale > 0.0f && near(scale * 3e38f, sqrt(0.5)));
    sgd(p, g, 2, 0.1f, 0.01f, 0.5f);
    assert(near(p[0], 1.0 - 0.1 * (1.5 + 0.01)) && near(p[1], 2.0 + 0.1 * (2.0 - 0.02)));
    p[0] = 1.0f;
    sgd_momentum(p, g, m, 1, 0.1f, 0.9f, 0.0f, 1.0f);
    sgd_momentum(p, g, m, 1, 0.1f, 0.9f, 0.0f, 1.0f);
    assert(near(p[0], 1.0 - 0.3 - 0.1 * 5.7));
    p[1] = 2.0f;
    m[1] = 0.0f;
    for (int t = 1; t <= 5; t++) {
        c1 = 0.9f * c1 + (1.0f - 0.9f);
        c2 = 0.999f * c2 + (1.0f - 0.999f);
        adam(p + 1, g + 1, m + 1, v + 1, 1, 1e-2f, 0.9f, 0.999f, 1e-8f, 0.1f, 0.5f, c1, c2);
        const double d = -2.0 + 0.1 * q;
        dm = 0.9 * dm + 0.1 * d;
        dv = 0.999 * dv + 0.001 * d * d;
        q -= 1e-2 * (dm / (1 - pow(0.9, t))) / (sqrt(dv / (1 - pow(0.999, t))) + 1e-8);
        assert(near(p[1], q));
    }
}

int main(void)
{
    test_exp_and_log();
    test_loss();
    test_loss_of_used();
    test_optimizers();
    assert(crc32(0, "123456789", 9) == 0xcbf43926u);
    assert(crc32(crc32(0, "1234", 4), "56789", 5) == 0xcbf43926u);
    puts("runtime_min: ok");
    return 0;
}
