/* SPDX-License-Identifier: MIT */
/* The emitted API: results, arguments, contexts that do not disturb each other, learning. */
#include "helpers.h"

static void refuses_arguments(void)
{
    static net_net net, before;
    static net_scratch scratch;
    sample s = sample_new();
    float scores[NET_CLASSES], loss;
    const uint8_t *image = place(&scratch, &s);
    CHECK(net_init(NULL) == NET_E_ARG);
    CHECK(net_init(&net) == NET_OK);
    before = net;
    CHECK(net_predict(NULL, &scratch, image, scores) == NET_E_ARG);
    CHECK(net_predict(&net, NULL, image, scores) == NET_E_ARG);
    CHECK(net_predict(&net, &scratch, NULL, scores) == NET_E_ARG);
    CHECK(net_predict(&net, &scratch, image, NULL) == NET_E_ARG);
#ifdef NET_MSE
    CHECK(net_train(NULL, &scratch, image, s.target, &loss) == NET_E_ARG);
    CHECK(net_train(&net, NULL, image, s.target, &loss) == NET_E_ARG);
    CHECK(net_train(&net, &scratch, NULL, s.target, &loss) == NET_E_ARG);
    CHECK(net_train(&net, &scratch, image, NULL, &loss) == NET_E_ARG);
#else
    CHECK(net_train(NULL, &scratch, image, 0, &loss) == NET_E_ARG);
    CHECK(net_train(&net, NULL, image, 0, &loss) == NET_E_ARG);
    CHECK(net_train(&net, &scratch, NULL, 0, &loss) == NET_E_ARG);
    CHECK(net_train(&net, &scratch, image, -1, &loss) == NET_E_ARG);
    CHECK(net_train(&net, &scratch, image, NET_CLASSES, &loss) == NET_E_ARG);
#endif
    CHECK(net_set_rate(NULL, 0.1f) == NET_E_ARG);
    CHECK(net_set_rate(&net, -0.1f) == NET_E_ARG);
    CHECK(net_set_rate(&net, NAN) == NET_E_ARG);
    CHECK(net_set_rate(&net, INFINITY) == NET_E_ARG);
    CHECK(!memcmp(&net, &before, sizeof net));
    CHECK(net_set_rate(&net, 0.0f) == NET_OK);
    CHECK(net_set_rate(&net, 0.02f) == NET_OK && net.rate == 0.02f);
    CHECK(train(&net, &scratch, &s, NULL) == NET_OK); /* nobody has to want the loss */
}

/* What a context gives depends on nothing but its own calls, whatever scratch held before. */
static void contexts_are_independent(void)
{
    static net_net a, b, alone;
    static net_scratch scratch_a, scratch_b, shared;
    sample s[12];
    float loss_a[12], loss_b[12], loss;
    for (int i = 0; i < 12; i++)
        s[i] = sample_new();
    CHECK(net_init(&a) == NET_OK && net_init(&b) == NET_OK);
    for (int i = 0; i < 12; i++) {
        memset(&scratch_a, 0xff, sizeof scratch_a);
        CHECK(train(&a, &scratch_a, &s[i], &loss_a[i]) == NET_OK);
        CHECK(train(&b, &scratch_b, &s[11 - i], &loss_b[i]) == NET_OK);
    }
    CHECK(memcmp(&a, &b, sizeof a));
    CHECK(net_init(&alone) == NET_OK);
    for (int i = 0; i < 12; i++) {
        CHECK(train(&alone, &shared, &s[i], &loss) == NET_OK);
        CHECK(!memcmp(&loss, &loss_a[i], sizeof loss));
    }
    CHECK(!memcmp(&a, &alone, sizeof a));
    CHECK(net_init(&alone) == NET_OK);
    for (int i = 0; i < 12; i++)
        CHECK(train(&alone, &shared, &s[11 - i], &loss) == NET_OK && !memcmp(&loss, &loss_b[i], sizeof loss));
    CHECK(!memcmp(&b, &alone, sizeof b));
}

static void predict_changes_nothing(void)
{
    static net_net net, before;
    static net_scratch scratch;
    sample s = sample_new();
    float first[NET_CLASSES], again[NET_CLASSES];
    CHECK(net_init(&net) == NET_OK);
    before = net;
    memset(&scratch, 0xff, sizeof scratch);
    CHECK(predict(&net, &scratch, &s, first) == NET_OK);
    memset(&scratch, 0, sizeof scratch);
    CHECK(predict(&net, &scratch, &s, again) == NET_OK);
    CHECK(!memcmp(first, again, sizeof first));
    CHECK(!memcmp(&net, &before, sizeof net));
    for (int i = 0; i < NET_CLASSES; i++)
        CHECK(isfinite(first[i]));
}

/* Predict keeps to the first PREDICT_SCRATCH_BYTES, except an image that lives elsewhere. */
static void predict_uses_what_it_says(void)
{
    static net_net net;
    static net_scratch scratch;
    sample s = sample_new();
    float scores[NET_CLASSES];
    CHECK(net_init(&net) == NET_OK);
    memset(&scratch, 0x5a, sizeof scratch);
    CHECK(predict(&net, &scratch, &s, scores) == NET_OK);
    for (size_t i = NET_PREDICT_SCRATCH_BYTES; i < sizeof scratch; i++)
        CHECK(((const uint8_t *)&scratch)[i] == 0x5a);
}

static void learns(void)
{
    static net_net net;
    static net_scratch scratch;
    float loss, first = 0, last = 0, scores[NET_CLASSES];
    int right = 0;
    CHECK(net_init(&net) == NET_OK);
    for (int i = 0; i < 600 * NET_BATCH; i++) {
        sample s = sample_new();
        CHECK(train(&net, &scratch, &s, &loss) == NET_OK);
        if (i < 100)
            first += loss / 100;
        if (i >= 600 * NET_BATCH - 100)
            last += loss / 100;
    }
    CHECK(net.steps == 600 && net.samples == 0);
    for (int i = 0; i < 100; i++) {
        sample s = sample_new();
        int best = 0;
        CHECK(predict(&net, &scratch, &s, scores) == NET_OK);
        for (int k = 1; k < NET_CLASSES; k++)
            best = scores[k] > scores[best] ? k : best;
        right += best == s.label;
    }
    printf("loss %.3f -> %.3f, %d %% right\n", (double)first, (double)last, right);
    CHECK(last < 0.5f * first && right > 80);
}

static void rate_zero_learns_nothing(void)
{
    static net_net net;
    static net_scratch scratch;
    float before[NET_CLASSES], after[NET_CLASSES];
    sample s = sample_new();
    CHECK(net_init(&net) == NET_OK && net_set_rate(&net, 0.0f) == NET_OK);
    CHECK(predict(&net, &scratch, &s, before) == NET_OK);
    for (int i = 0; i < 2 * NET_BATCH; i++)
        CHECK(train(&net, &scratch, &s, NULL) == NET_OK);
    CHECK(predict(&net, &scratch, &s, after) == NET_OK);
    CHECK(!memcmp(before, after, sizeof before));
}

int main(void)
{
    refuses_arguments();
    contexts_are_independent();
    predict_changes_nothing();
    predict_uses_what_it_says();
    learns();
    rate_zero_learns_nothing();
    return 0;
}
