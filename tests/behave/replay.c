/* SPDX-License-Identifier: MIT */
/* What is remembered: learning from a latent is learning from its image, in an int8 network to the bit; the reservoir.  plain.h is
 * the same network without replay. */
#include "net.h"
#include "plain.h"

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

static net_net net, other;
static net_scratch scratch;
static plain_net plain;
static plain_scratch plain_memory;
static net_replay replay, again;
static NET_PIXEL image[NET_INPUT_BYTES];
static uint8_t latent[NET_LATENT_BYTES];

static void draw(int label)
{
    static uint32_t state = 1;
    for (int i = 0; i < NET_INPUT_BYTES; i++) {
        state = state * 1664525u + 1013904223u;
        const int v = (int)(state >> 8) % 100 + (i * 4 / NET_INPUT_BYTES == label % 4 ? 100 : 0);
        image[i] = (NET_PIXEL)((NET_PIXEL)-1 < 0 ? v - 128 : v);
    }
}

/* With NET_SCRATCH the image has to be there before every call. */
static const NET_PIXEL *input(void)
{
#ifdef NET_SCRATCH
    memcpy(net_input(&scratch), image, sizeof image);
    return net_input(&scratch);
#else
    return image;
#endif
}

static const NET_PIXEL *plain_image(void)
{
#ifdef NET_SCRATCH
    memcpy(plain_input(&plain_memory), image, sizeof image);
    return plain_input(&plain_memory);
#else
    return image;
#endif
}

#ifdef NET_STREAM
/* The image comes row by row, in portions of one and two. */
static int give(int learn)
{
    enum { H = NET_STREAM, ROW = NET_INPUT_BYTES / H };
    int status = net_begin(&net, &scratch, learn);
    for (int y = 0, n; y < H && !status; y += n) {
        n = y % 3 == 0 && y + 2 <= H ? 2 : 1;
        status = net_rows(&net, &scratch, image + y * ROW, n);
    }
    return status;
}
#define net_latent(net, s, image, latent)            (give(0) ? 99 : net_finish_latent(net, s, latent))
#define net_predict(net, s, image, scores)           (give(0) ? 99 : net_finish_predict(net, s, scores))
#define net_train(net, s, image, label, loss)        (give(1) ? 99 : net_finish_train(net, s, label, loss))
#define net_loss(net, s, image, label, loss, scores) (give(1) ? 99 : net_finish_loss(net, s, label, loss, scores))

/* All that can be asked of one sample: the same as one by one; and nothing before its rows have come, or after it was learnt. */
static void a_sample_that_comes(void)
{
    static uint8_t twice[NET_LATENT_BYTES];
    float loss, wanted, scores[NET_CLASSES], of_image[NET_CLASSES];
    for (int i = 0; i < 10; i++) {
        draw(i);
        other = net;
        CHECK(net_begin(&net, &scratch, 1) == NET_OK && net_finish_latent(&net, &scratch, latent) == NET_E_ROWS);
        CHECK(net_finish_latent(NULL, &scratch, latent) == NET_E_ARG);
        CHECK(net_finish_latent(&net, &scratch, NULL) == NET_E_ARG);
        CHECK(net_latent(&net, &scratch, image, latent) == NET_OK &&
              net_predict(&net, &scratch, image, of_image) == NET_OK);
        CHECK(net_loss(&net, &scratch, image, i % NET_CLASSES, &wanted, NULL) == NET_OK);
        memset(&scratch, 0xff, sizeof scratch);
        CHECK(give(1) == NET_OK);
        for (int k = 0; k < 2; k++) {
            CHECK(net_finish_latent(&net, &scratch, twice) == NET_OK && !memcmp(twice, latent, sizeof latent));
            CHECK(net_finish_predict(&net, &scratch, scores) == NET_OK && !memcmp(scores, of_image, sizeof scores));
            CHECK(net_finish_loss(&net, &scratch, i % NET_CLASSES, &loss, scores) == NET_OK &&
                  !memcmp(&loss, &wanted, sizeof loss));
            CHECK(!memcmp(scores, of_image, sizeof scores));
        }
        CHECK(net_finish_train(&net, &scratch, i % NET_CLASSES, &loss) == NET_OK &&
              !memcmp(&loss, &wanted, sizeof loss));
        CHECK(net_finish_latent(&net, &scratch, twice) == NET_E_ROWS);
        CHECK(net_train(&other, &scratch, image, i % NET_CLASSES, NULL) == NET_OK && !memcmp(&net, &other, sizeof net));
        CHECK(give(1) == NET_OK && net_predict_latent(&net, &scratch, latent, scores) == NET_OK);
        CHECK(net_finish_predict(&net, &scratch, scores) == NET_E_ROWS); /* the scratch was of another sample since */
    }
}
#endif

static int same(float a, float b)
{
    return SAME_BITS ? !memcmp(&a, &b, sizeof a) : fabsf(a - b) < 0.05f * (1 + fabsf(a));
}

static int nets_agree(void)
{
    return !SAME_BITS || !memcmp(&net, &other, sizeof net);
}

static void an_image_and_what_is_remembered_of_it(void)
{
    float loss, wanted, scores[NET_CLASSES], of_image[NET_CLASSES], of_plain[NET_CLASSES];
    CHECK(net_init(&net) == NET_OK && net_init(&other) == NET_OK && plain_init(&plain) == PLAIN_OK);
    CHECK(NET_BASE == PLAIN_BASE);
    for (int i = 0; i < 60; i++) {
        draw(i);
        memset(&scratch, 0xff, sizeof scratch);
        CHECK(net_latent(&net, &scratch, input(), latent) == NET_OK);
        CHECK(net_predict(&net, &scratch, input(), of_image) == NET_OK);
        CHECK(plain_predict(&plain, &plain_memory, plain_image(), of_plain) == PLAIN_OK);
        memset(&scratch, 0xff, sizeof scratch);
        CHECK(net_predict_latent(&net, &scratch, latent, scores) == NET_OK);
        for (int c = 0; c < NET_CLASSES; c++)
            CHECK(same(scores[c], of_image[c]) && !memcmp(&of_image[c], &of_plain[c], sizeof(float)));
        CHECK(net_train(&net, &scratch, input(), i % NET_CLASSES, &wanted) == NET_OK);
        CHECK(plain_train(&plain, &plain_memory, plain_image(), i % NET_CLASSES, &loss) == PLAIN_OK);
        CHECK(!memcmp(&loss, &wanted, sizeof loss));
        memset(&scratch, 0xff, sizeof scratch);
        CHECK(net_train_latent(&other, &scratch, latent, i % NET_CLASSES, &loss) == NET_OK);
        CHECK(same(loss, wanted) && nets_agree());
        CHECK(net_loss(&net, &scratch, input(), i % NET_CLASSES, &loss, NULL) == NET_OK);
        CHECK(plain_loss(&plain, &plain_memory, plain_image(), i % NET_CLASSES, &wanted, NULL) == PLAIN_OK);
        CHECK(!memcmp(&loss, &wanted, sizeof loss));
    }
    CHECK(!memcmp(&net, &plain, sizeof net)); /* the cut changes no bit of learning from images */
}

static void needs_what_is_told(void)
{
    const uint8_t *bytes = (const uint8_t *)&scratch;
    float scores[NET_CLASSES];
    memset(&scratch, 0x5a, sizeof scratch);
    CHECK(net_train_latent(&net, &scratch, latent, 0, NULL) == NET_OK);
    for (size_t i = NET_TRAIN_LATENT_SCRATCH_BYTES; i < sizeof scratch; i++)
        CHECK(bytes[i] == 0x5a);
    memset(&scratch, 0x5a, sizeof scratch);
    CHECK(net_predict_latent(&net, &scratch, latent, scores) == NET_OK);
    for (size_t i = NET_PREDICT_LATENT_SCRATCH_BYTES; i < sizeof scratch; i++)
        CHECK(bytes[i] == 0x5a);
    memset(&scratch, 0x5a, sizeof scratch);
    CHECK(net_latent(&net, &scratch, input(), latent) == NET_OK);
    for (size_t i = NET_LATENT_SCRATCH_BYTES; i < sizeof scratch; i++)
        CHECK(bytes[i] == 0x5a);
    memset(&scratch, 0x5a, sizeof scratch);
    CHECK(net_predict(&net, &scratch, input(), scores) == NET_OK);
    for (size_t i = NET_PREDICT_SCRATCH_BYTES; i < sizeof scratch; i++)
        CHECK(bytes[i] == 0x5a);
}

#ifndef NET_STREAM
static void refuses_arguments(void)
{
    float loss = 7, scores[NET_CLASSES];
    int label = 7;
    other = net;
    CHECK(net_latent(NULL, &scratch, image, latent) == NET_E_ARG && net_latent(&net, NULL, image, latent) == NET_E_ARG);
    CHECK(net_latent(&net, &scratch, NULL, latent) == NET_E_ARG &&
          net_latent(&net, &scratch, image, NULL) == NET_E_ARG);
    CHECK(net_train_latent(NULL, &scratch, latent, 0, &loss) == NET_E_ARG);
    CHECK(net_train_latent(&net, NULL, latent, 0, &loss) == NET_E_ARG);
    CHECK(net_train_latent(&net, &scratch, NULL, 0, &loss) == NET_E_ARG);
    CHECK(net_train_latent(&net, &scratch, latent, -1, &loss) == NET_E_ARG);
    CHECK(net_train_latent(&net, &scratch, latent, NET_CLASSES, &loss) == NET_E_ARG);
    CHECK(net_predict_latent(&net, &scratch, latent, NULL) == NET_E_ARG);
    CHECK(net_predict_latent(&net, &scratch, NULL, scores) == NET_E_ARG);
    CHECK(net_train(&net, &scratch, image, NET_CLASSES, &loss) == NET_E_ARG);
    CHECK(net_replay_put(NULL, latent, 0) == NET_E_ARG && net_replay_put(&replay, NULL, 0) == NET_E_ARG);
    CHECK(net_replay_put(&replay, latent, -1) == NET_E_ARG &&
          net_replay_put(&replay, latent, NET_CLASSES) == NET_E_ARG);
    CHECK(!net_replay_get(NULL, &label) && !net_replay_get(&replay, NULL) && !net_replay_get(&replay, &label));
    CHECK(loss == 7.0f && label == 7 && !memcmp(&net, &other, sizeof net) && replay.count == 0);
    CHECK(sizeof replay == NET_REPLAY_BYTES);
}
#endif

static int held(const net_replay *r, int label)
{
    int count = 0;
    for (uint32_t i = 0; i < r->count; i++)
        count += r->label[i] == label;
    return count;
}

static void the_reservoir(void)
{
    enum { SHARE = NET_REPLAY_SAMPLES / NET_CLASSES, LATE = 300 };
    int given[NET_CLASSES] = {0}, late = 0;
    for (int i = 0; i < 4 * LATE; i++) { /* of class 0 ten times as many as of any other; numbered */
        const int label = i % 10 < 8 ? 0 : 1 + i / 10 % (NET_CLASSES - 1);
        memset(latent, label, sizeof latent);
        latent[0] = (uint8_t)(i / (4 * LATE / 4)); /* in which quarter it came */
        CHECK(net_replay_put(&replay, latent, label) == NET_OK && net_replay_put(&again, latent, label) == NET_OK);
        for (int c = 0; i > 3 * LATE && c < NET_CLASSES; c++)
            CHECK(held(&replay, c) >= SHARE);
    }
    CHECK(!memcmp(&replay, &again, sizeof replay) && replay.count == NET_REPLAY_SAMPLES);
    for (int i = 0; i < 20 * NET_CLASSES; i++) {
        int label, twin;
        const uint8_t *got = net_replay_get(&replay, &label), *same_one = net_replay_get(&again, &twin);
        CHECK(got && same_one && label == twin && !memcmp(got, same_one, sizeof latent) && got[1] == label);
        given[label]++;
        late += got[0] >= 2;
    }
    for (int c = 0; c < NET_CLASSES; c++)
        CHECK(given[c] == 20);
    CHECK(late > 4 * NET_CLASSES && late < 16 * NET_CLASSES); /* old and new */
}

int main(void)
{
    an_image_and_what_is_remembered_of_it();
    needs_what_is_told();
#ifdef NET_STREAM
    a_sample_that_comes();
#else
    refuses_arguments();
#endif
    the_reservoir();
    return 0;
}
