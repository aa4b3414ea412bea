/* SPDX-License-Identifier: MIT */
/* An image that comes row by row, in portions of any size, gives the bits of one that is there as a whole: two outputs of one
 * network beside each other, net (place = "stream") and whole (place = "caller").  NET_MSE and INPUT_TYPE come from streams.sh. */
#include "net.h"
#include "whole.h"

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

#ifndef INPUT_TYPE
#define INPUT_TYPE uint8_t
#endif
typedef INPUT_TYPE value;

enum {
    VALUES = NET_INPUT_BYTES / sizeof(value),
    ROW = VALUES / NET_ROWS,
    CLASSES = NET_CLASSES,
    GUARD = 0x5a,
    LAST = NET_ROWS > 1 ? 2 : 1
};

typedef struct {
    value image[VALUES];
#ifdef NET_MSE
    float truth[CLASSES];
#else
    int truth;
#endif
} sample;

static net_net net;
static whole_net whole;
static net_scratch scratch;
static whole_scratch other;
static uint32_t state = 1;

static uint32_t random_bits(void)
{
    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

static void sample_new(sample *s)
{
    for (int i = 0; i < (int)VALUES; i++)
        s->image[i] = (value)(random_bits() % 250);
#ifdef NET_MSE
    for (int i = 0; i < CLASSES; i++)
        s->truth[i] = (float)(random_bits() % 100) / 100.0f;
#else
    s->truth = (int)(random_bits() % CLASSES);
#endif
}

/* All rows but the last `left`, in portions of up to `most`. */
static void give(const sample *s, int most, int left)
{
    for (int y = 0, count; y < NET_ROWS - left; y += count) {
        count = 1 + (int)(random_bits() % (uint32_t)most);
        count = count < NET_ROWS - left - y ? count : NET_ROWS - left - y;
        CHECK(net_rows(&net, &scratch, s->image + y * ROW, count) == NET_OK);
    }
}

/* Whatever the scratch memory held before. */
static void begin(int learn)
{
    memset(&scratch, learn ? 0xff : 0x7f, sizeof scratch);
    CHECK(net_begin(&net, &scratch, learn) == NET_OK);
}

static int same_nets(void)
{
    CHECK(sizeof net == sizeof whole);
    return !memcmp(&net, &whole, sizeof net);
}

static void predicts(const sample *s, int most)
{
    float scores[CLASSES], expected[CLASSES];
    CHECK(whole_predict(&whole, &other, s->image, expected) == WHOLE_OK);
    memset(&scratch, GUARD, sizeof scratch);
    CHECK(net_begin(&net, &scratch, 0) == NET_OK);
    give(s, most, 0);
    CHECK(net_finish_predict(&net, &scratch, scores) == NET_OK && !memcmp(scores, expected, sizeof scores));
    for (size_t i = NET_PREDICT_SCRATCH_BYTES; i < sizeof scratch; i++) /* it is somebody else's */
        CHECK(((const uint8_t *)&scratch)[i] == GUARD);
#ifdef NET_LEARNS
    float loss, wanted, again[CLASSES];
    CHECK(net_finish_train(&net, &scratch, s->truth, &loss) == NET_E_ROWS); /* not begun for it */
    CHECK(whole_loss(&whole, &other, s->image, s->truth, &wanted, NULL) == WHOLE_OK);
    for (int i = 0; i < 2; i++) {
        CHECK(net_finish_loss(&net, &scratch, s->truth, &loss, again) == NET_OK);
        CHECK(!memcmp(&loss, &wanted, sizeof loss) && !memcmp(again, expected, sizeof again));
    }
    CHECK(net_finish_predict(&net, &scratch, scores) == NET_OK && !memcmp(scores, expected, sizeof scores));
    for (size_t i = NET_PREDICT_SCRATCH_BYTES; i < sizeof scratch; i++)
        CHECK(((const uint8_t *)&scratch)[i] == GUARD);
#endif
    CHECK(same_nets());
}

#ifdef NET_LEARNS
static void learns(const sample *s, int most, int asks)
{
    float scores[CLASSES], expected[CLASSES], loss, wanted;
    CHECK(whole_predict(&whole, &other, s->image, expected) == WHOLE_OK);
    begin(1);
    give(s, most, 0);
    for (int i = 0; i < asks; i++) {
        CHECK(net_finish_predict(&net, &scratch, scores) == NET_OK && !memcmp(scores, expected, sizeof scores));
        CHECK(whole_loss(&whole, &other, s->image, s->truth, &wanted, NULL) == WHOLE_OK);
        CHECK(net_finish_loss(&net, &scratch, s->truth, &loss, NULL) == NET_OK && !memcmp(&loss, &wanted, sizeof loss));
    }
    CHECK(same_nets());
    CHECK(whole_train(&whole, &other, s->image, s->truth, &wanted) == WHOLE_OK);
    CHECK(net_finish_train(&net, &scratch, s->truth, &loss) == NET_OK && !memcmp(&loss, &wanted, sizeof loss));
    CHECK(same_nets());
    CHECK(net_finish_train(&net, &scratch, s->truth, &loss) == NET_E_ROWS); /* it is finished */
    CHECK(net_finish_predict(&net, &scratch, scores) == NET_E_ROWS);
    CHECK(net_rows(&net, &scratch, s->image, 1) == NET_E_ROWS);
    CHECK(same_nets());
}
#endif

/* Too many rows, too few, none begun: nothing is done, and it can go on. */
static void counts(const sample *s, int learn)
{
    float scores[CLASSES], expected[CLASSES];
    memset(&scratch, 0xff, sizeof scratch);
    CHECK(net_rows(&net, &scratch, s->image, 1) == NET_E_ROWS);
    CHECK(net_finish_predict(&net, &scratch, scores) == NET_E_ROWS);
    begin(learn);
    give(s, 3, NET_ROWS); /* none */
    CHECK(net_rows(&net, &scratch, s->image, NET_ROWS + 1) == NET_E_ROWS);
    CHECK(net_rows(&net, &scratch, s->image, 0) == NET_OK);
    give(s, 3, LAST);
    CHECK(net_finish_predict(&net, &scratch, scores) == NET_E_ROWS);
    CHECK(net_rows(&net, &scratch, s->image + (NET_ROWS - LAST) * ROW, LAST + 1) == NET_E_ROWS);
#ifdef NET_LEARNS
    float loss;
    CHECK(net_finish_train(&net, &scratch, s->truth, &loss) == NET_E_ROWS);
    CHECK(net_finish_loss(&net, &scratch, s->truth, &loss, scores) == NET_E_ROWS);
#endif
    CHECK(net_rows(&net, &scratch, s->image + (NET_ROWS - LAST) * ROW, LAST) == NET_OK);
    CHECK(net_rows(&net, &scratch, s->image, 1) == NET_E_ROWS);
    CHECK(whole_predict(&whole, &other, s->image, expected) == WHOLE_OK);
    CHECK(net_finish_predict(&net, &scratch, scores) == NET_OK && !memcmp(scores, expected, sizeof scores));
    begin(learn); /* abandoned half way, and begun again */
    give(s, 2, NET_ROWS / 2);
    CHECK(net_begin(&net, &scratch, learn) == NET_OK);
    give(s, 4, 0);
    CHECK(net_finish_predict(&net, &scratch, scores) == NET_OK && !memcmp(scores, expected, sizeof scores));
    CHECK(same_nets());
}

static void refuses_arguments(const sample *s)
{
    float scores[CLASSES];
    CHECK(net_begin(NULL, &scratch, 0) == NET_E_ARG && net_begin(&net, NULL, 0) == NET_E_ARG);
    begin(0);
    CHECK(net_rows(NULL, &scratch, s->image, 1) == NET_E_ARG && net_rows(&net, NULL, s->image, 1) == NET_E_ARG);
    CHECK(net_rows(&net, &scratch, NULL, 1) == NET_E_ARG && net_rows(&net, &scratch, s->image, -1) == NET_E_ARG);
    give(s, 5, 0);
    CHECK(net_finish_predict(NULL, &scratch, scores) == NET_E_ARG);
    CHECK(net_finish_predict(&net, NULL, scores) == NET_E_ARG);
    CHECK(net_finish_predict(&net, &scratch, NULL) == NET_E_ARG);
#ifndef NET_LEARNS
    CHECK(net_begin(&net, &scratch, 1) == NET_E_ARG);
#else
    float loss;
    begin(1);
    give(s, 5, 0);
    CHECK(net_finish_train(NULL, &scratch, s->truth, &loss) == NET_E_ARG);
    CHECK(net_finish_train(&net, NULL, s->truth, &loss) == NET_E_ARG);
    CHECK(net_finish_loss(NULL, &scratch, s->truth, &loss, scores) == NET_E_ARG);
    CHECK(net_finish_loss(&net, NULL, s->truth, &loss, scores) == NET_E_ARG);
#ifdef NET_MSE
    CHECK(net_finish_train(&net, &scratch, NULL, &loss) == NET_E_ARG);
    CHECK(net_finish_loss(&net, &scratch, NULL, &loss, NULL) == NET_E_ARG);
#else
    CHECK(net_finish_train(&net, &scratch, -1, &loss) == NET_E_ARG);
    CHECK(net_finish_train(&net, &scratch, CLASSES, &loss) == NET_E_ARG);
    CHECK(net_finish_loss(&net, &scratch, CLASSES, &loss, NULL) == NET_E_ARG);
#endif
    CHECK(same_nets()); /* and it goes on: nobody has to want the loss */
    CHECK(net_finish_loss(&net, &scratch, s->truth, NULL, NULL) == NET_OK);
    CHECK(net_finish_train(&net, &scratch, s->truth, NULL) == NET_OK);
    CHECK(whole_train(&whole, &other, s->image, s->truth, NULL) == WHOLE_OK && same_nets());
#endif
}

int main(void)
{
    static sample s;
    CHECK(net_init(&net) == NET_OK && whole_init(&whole) == WHOLE_OK);
    CHECK(sizeof scratch == NET_SCRATCH_BYTES);
    for (int i = 0; i < 8; i++) {
        sample_new(&s);
        predicts(&s, 1 + i);
#ifdef NET_LEARNS
        learns(&s, 1 + i, i % 3);
        counts(&s, 1);
#endif
        counts(&s, 0);
    }
    refuses_arguments(&s);
    return 0;
}
