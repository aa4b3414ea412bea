/* SPDX-License-Identifier: MIT */
/* Judging: NAME_loss gives the bits that train and predict would give and changes nothing; a score counts who was right. */
#include "helpers.h"

static net_net net, before;
static net_scratch scratch;

static int loss_of(const sample *s, float *loss, float *scores)
{
#ifdef NET_MSE
    return net_loss(&net, &scratch, place(&scratch, s), s->target, loss, scores);
#else
    return net_loss(&net, &scratch, place(&scratch, s), s->label, loss, scores);
#endif
}

/* At every point of a batch, whatever scratch held. */
static void is_what_train_gives(void)
{
    CHECK(net_init(&net) == NET_OK);
    for (int i = 0; i < 20; i++) {
        sample s = sample_new();
        float loss, scores[NET_CLASSES], trained, predicted[NET_CLASSES];
        before = net;
        memset(&scratch, i % 2 ? 0xff : 0, sizeof scratch);
        CHECK(loss_of(&s, &loss, scores) == NET_OK);
        CHECK(!memcmp(&net, &before, sizeof net));
        CHECK(predict(&net, &scratch, &s, predicted) == NET_OK);
        CHECK(!memcmp(scores, predicted, sizeof scores));
        CHECK(train(&net, &scratch, &s, &trained) == NET_OK);
        CHECK(!memcmp(&loss, &trained, sizeof loss));
    }
}

static void needs_the_scratch_of_predict(void)
{
    sample s = sample_new();
    memset(&scratch, 0x5a, sizeof scratch);
    CHECK(loss_of(&s, NULL, NULL) == NET_OK);
    for (size_t i = NET_PREDICT_SCRATCH_BYTES; i < sizeof scratch; i++)
        CHECK(((const uint8_t *)&scratch)[i] == 0x5a);
}

static void refuses_arguments(void)
{
    sample s = sample_new();
    const uint8_t *image = place(&scratch, &s);
    float loss = 7, scores[NET_CLASSES];
#ifdef NET_MSE
    CHECK(net_loss(NULL, &scratch, image, s.target, &loss, scores) == NET_E_ARG);
    CHECK(net_loss(&net, NULL, image, s.target, &loss, scores) == NET_E_ARG);
    CHECK(net_loss(&net, &scratch, NULL, s.target, &loss, scores) == NET_E_ARG);
    CHECK(net_loss(&net, &scratch, image, NULL, &loss, scores) == NET_E_ARG);
#else
    CHECK(net_loss(NULL, &scratch, image, 0, &loss, scores) == NET_E_ARG);
    CHECK(net_loss(&net, NULL, image, 0, &loss, scores) == NET_E_ARG);
    CHECK(net_loss(&net, &scratch, NULL, 0, &loss, scores) == NET_E_ARG);
    CHECK(net_loss(&net, &scratch, image, -1, &loss, scores) == NET_E_ARG);
    CHECK(net_loss(&net, &scratch, image, NET_CLASSES, &loss, scores) == NET_E_ARG);
#endif
    CHECK(loss == 7.0f);
}

/* A bias that is infinite: told as train tells it, and again nothing changes. */
static void tells_what_is_not_finite(void)
{
    sample s = sample_new();
    float loss = 0, scores[NET_CLASSES];
    CHECK(net_init(&net) == NET_OK);
    net.classifier_bias[0] = NAN;
    before = net;
    CHECK(loss_of(&s, &loss, scores) == NET_E_NONFINITE);
    CHECK(!isfinite(loss) && isnan(scores[0]) && isfinite(scores[1]));
    CHECK(loss_of(&s, NULL, NULL) == NET_E_NONFINITE);
    CHECK(!memcmp(&net, &before, sizeof net));
    CHECK(train(&net, &scratch, &s, NULL) == NET_E_NONFINITE);
    CHECK(!memcmp(&net, &before, sizeof net));
}

#ifndef NET_MSE
static void counts(void)
{
    net_score score = {0};
    const float first[NET_CLASSES] = {2, 1, 2}, last[NET_CLASSES] = {-3, -2, -1}, none[NET_CLASSES] = {NAN, 1, 0};
    CHECK(net_score_add(&score, first, 0) == NET_OK && score.right == 1); /* of equal scores the first */
    CHECK(net_score_add(&score, first, 2) == NET_OK && score.right == 1);
    CHECK(net_score_add(&score, last, 2) == NET_OK && score.right == 2);
    for (int i = 0; i < NET_CLASSES; i++) /* beside a NaN nobody is right */
        CHECK(net_score_add(&score, none, i) == NET_OK && score.right == 2);
    CHECK(score.seen == 6 && score.seen_of[0] == 2 && score.seen_of[1] == 1 && score.seen_of[2] == 3);
    CHECK(score.right_of[0] == 1 && score.right_of[1] == 0 && score.right_of[2] == 1);
    CHECK(net_score_add(NULL, first, 0) == NET_E_ARG && net_score_add(&score, NULL, 0) == NET_E_ARG);
    CHECK(net_score_add(&score, first, -1) == NET_E_ARG && net_score_add(&score, first, NET_CLASSES) == NET_E_ARG);
    CHECK(score.seen == 6);
}
#endif

int main(void)
{
    is_what_train_gives();
    needs_the_scratch_of_predict();
    refuses_arguments();
    tells_what_is_not_finite();
#ifndef NET_MSE
    counts();
#endif
    return 0;
}
