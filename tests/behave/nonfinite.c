/* SPDX-License-Identifier: MIT */
/* Numbers that overflow (chain.lua).  A loss that is not finite changes nothing; a tensor whose gradient
 * is not finite keeps its values while the others step; both are reported. */
#include "net.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                            \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

#define FILL(array, value)                                                                                             \
    do {                                                                                                               \
        for (size_t fill = 0; fill < sizeof(array) / sizeof *(array); fill++)                                          \
            (array)[fill] = (value);                                                                                   \
    } while (0)

enum { WIDTH = sizeof((net_net *)0)->a_bias / sizeof(float) }; /* of the layers a and b */

static net_net net, before;
static net_scratch scratch;

static void huge_rate(void)
{
    const float image[3] = {1.0f, -2.0f, 0.5f};
    int errors = 0;
    CHECK(net_init(&net) == NET_OK && net_set_rate(&net, 1e6f) == NET_OK);
    for (int i = 0; i < 40; i++) {
        float loss;
        before = net;
        int status = net_train(&net, &scratch, image, i % 3, &loss);
        CHECK(status == NET_OK || status == NET_E_NONFINITE);
        errors += status == NET_E_NONFINITE;
        if (!isfinite(loss)) {
            CHECK(status == NET_E_NONFINITE);
            CHECK(!memcmp(&net, &before, sizeof net));
        }
    }
    CHECK(errors > 0);
}

static void loss_overflows(void)
{
    const float image[3] = {3e38f, 3e38f, 3e38f};
    float loss = 0;
    CHECK(net_init(&net) == NET_OK);
    FILL(net.a_weight, 2.0f);
    before = net;
    CHECK(net_train(&net, &scratch, image, 0, &loss) == NET_E_NONFINITE);
    CHECK(!isfinite(loss));
    CHECK(!memcmp(&net, &before, sizeof net));
    CHECK(net_train(&net, &scratch, image, 0, NULL) == NET_E_NONFINITE);
    const float bad[3] = {NAN, 0.0f, 0.0f};
    CHECK(net_train(&net, &scratch, bad, 0, &loss) == NET_E_NONFINITE || isfinite(loss)); /* relu may hide it */
}

/* The gradient of b's result is 3e38, that of a's result 4 * 3e38: infinite.  (A gradient that comes in
 * parts is bounded before the first is applied; it may be taken for infinite when it is not quite.) */
static void gradient_overflows(void)
{
    const float image[3] = {1.0f, 1.0f, 1.0f};
    float loss;
    CHECK(net_init(&net) == NET_OK);
    FILL(net.a_weight, 0.0f);
    FILL(net.a_bias, 1e-4f);
    FILL(net.b_weight, 1.0f);
    FILL(net.c_weight, 0.0f);
    for (int i = 0; i < WIDTH; i++)
        net.c_weight[i * 3] = 3e38f; /* [in][out]: towards class 0 */
    before = net;
    CHECK(net_train(&net, &scratch, image, 1, &loss) == NET_E_NONFINITE);
    CHECK(isfinite(loss));
    CHECK(!memcmp(net.a_weight, before.a_weight, sizeof net.a_weight));
    CHECK(!memcmp(net.a_bias, before.a_bias, sizeof net.a_bias));
    if (WIDTH == 4)
        CHECK(memcmp(net.b_weight, before.b_weight, sizeof net.b_weight));
    CHECK(memcmp(net.b_bias, before.b_bias, sizeof net.b_bias));
    CHECK(memcmp(net.c_weight, before.c_weight, sizeof net.c_weight));
    CHECK(memcmp(net.c_bias, before.c_bias, sizeof net.c_bias));
    CHECK(net.steps == before.steps + 1);
}

/* The gradient of b's weights is 3e38 * 10: all of them keep their values, also where they come in parts. */
static void one_gradient_overflows(void)
{
    const float image[3] = {1.0f, 1.0f, 1.0f};
    float loss;
    CHECK(net_init(&net) == NET_OK);
    FILL(net.a_weight, 0.0f);
    FILL(net.a_bias, 10.0f);
    FILL(net.b_weight, 1e-7f);
    FILL(net.c_weight, 0.0f);
    for (int i = 0; i < WIDTH; i++)
        net.c_weight[i * 3] = 3e38f;
    before = net;
    CHECK(net_train(&net, &scratch, image, 1, &loss) == NET_E_NONFINITE);
    CHECK(isfinite(loss));
    CHECK(!memcmp(net.b_weight, before.b_weight, sizeof net.b_weight));
    CHECK(memcmp(net.b_bias, before.b_bias, sizeof net.b_bias));
    CHECK(memcmp(net.c_weight, before.c_weight, sizeof net.c_weight));
}

int main(void)
{
    huge_rate();
    loss_overflows();
    gradient_overflows();
    one_gradient_overflows();
    puts("ok");
    return 0;
}
