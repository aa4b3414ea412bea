/* SPDX-License-Identifier: MIT */
/* Classes to come: net.h has 3 classes and room for more, plain.h is the same network without room.  NET_FEATURES: what the last
 * layer reads. */
#include "net.h"
#include "plain.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST = PLAIN_CLASSES, SPARE = NET_CLASSES - FIRST, FEATURES = NET_FEATURES };

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                            \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

static net_net net, before;
static net_scratch scratch;
static plain_net plain;
static plain_scratch plain_memory;
static NET_PIXEL image[NET_INPUT_BYTES];

static void draw(int label)
{
    static uint32_t state = 1;
    for (int i = 0; i < NET_INPUT_BYTES; i++) {
        state = state * 1664525u + 1013904223u;
        const int v = (int)(state >> 8) % 100 + (i * 4 / NET_INPUT_BYTES == label % 4 ? 20 * (label / 4 + 1) : 0);
        image[i] = (NET_PIXEL)(sizeof image[0] == 1 && (NET_PIXEL)-1 < 0 ? v - 128 : v);
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

static void without_new_classes_nothing_is_different(int same_bits)
{
    float loss, wanted, scores[NET_CLASSES], plain_scores[FIRST];
    CHECK(net_init(&net) == NET_OK && plain_init(&plain) == PLAIN_OK);
    CHECK(NET_BASE == PLAIN_BASE && net_classes(&net) == FIRST);
    for (int i = 0; i < 60; i++) {
        draw(i);
        CHECK(net_train(&net, &scratch, input(), i % FIRST, &loss) == NET_OK);
        CHECK(plain_train(&plain, &plain_memory, plain_image(), i % FIRST, &wanted) == PLAIN_OK);
        CHECK(same_bits ? !memcmp(&loss, &wanted, sizeof loss) : fabsf(loss - wanted) < 0.1f);
        CHECK(net_predict(&net, &scratch, input(), scores) == NET_OK);
        CHECK(plain_predict(&plain, &plain_memory, plain_image(), plain_scores) == PLAIN_OK);
        for (int c = 0; c < NET_CLASSES; c++)
            CHECK(c >= FIRST  ? scores[c] == -FLT_MAX
                  : same_bits ? !memcmp(&scores[c], &plain_scores[c], sizeof(float))
                              : fabsf(scores[c] - plain_scores[c]) < 0.1f);
        CHECK(net_loss(&net, &scratch, input(), i % FIRST, &loss, scores) == NET_OK);
        CHECK(plain_loss(&plain, &plain_memory, plain_image(), i % FIRST, &wanted, NULL) == PLAIN_OK);
        CHECK(same_bits ? !memcmp(&loss, &wanted, sizeof loss) : fabsf(loss - wanted) < 0.1f);
        CHECK(scores[NET_CLASSES - 1] == -FLT_MAX);
    }
    CHECK(!memcmp(net.first_conv_bias, plain.first_conv_bias, sizeof plain.first_conv_bias) || !same_bits);
}

static void refuses_what_is_not_there(void)
{
    float loss = 7;
    CHECK(net_init(&net) == NET_OK);
    before = net;
    for (int label = FIRST; label <= NET_CLASSES; label++) {
        CHECK(net_train(&net, &scratch, input(), label, &loss) == NET_E_ARG);
        CHECK(net_loss(&net, &scratch, input(), label, &loss, NULL) == NET_E_ARG);
        CHECK(net_class_show(&net, &scratch, input(), label) == NET_E_ARG);
        CHECK(net_class_forget(&net, label) == NET_E_ARG);
        CHECK(!net_class_used(&net, label));
    }
    CHECK(net_class_forget(&net, -1) == NET_E_ARG && net_class_show(&net, &scratch, input(), -1) == NET_E_ARG);
    CHECK(!net_class_used(&net, -1) && !net_class_used(NULL, 0) && net_class_used(&net, 0));
    CHECK(net_classes(NULL) == NET_E_ARG && net_class_new(NULL) == NET_E_ARG && net_class_forget(NULL, 0) == NET_E_ARG);
    CHECK(net_class_show(NULL, &scratch, image, 0) == NET_E_ARG && net_class_show(&net, NULL, image, 0) == NET_E_ARG);
    CHECK(net_class_show(&net, &scratch, NULL, 0) == NET_E_ARG);
    CHECK(loss == 7.0f && !memcmp(&net, &before, sizeof net));
}

static float probability(int label)
{
    float loss;
    CHECK(net_loss(&net, &scratch, input(), label, &loss, NULL) == NET_OK);
    return expf(-loss);
}

static void comes_and_goes(void)
{
    uint8_t save[NET_SAVE_BYTES];
    float scores[NET_CLASSES];
    CHECK(net_init(&net) == NET_OK);
    for (int i = 0; i < SPARE; i++)
        CHECK(net_class_new(&net) == FIRST + i && net_classes(&net) == FIRST + i + 1);
    CHECK(net_class_new(&net) == NET_E_FULL && NET_E_FULL == -7);
    CHECK(net_class_forget(&net, FIRST) == NET_OK && net_class_forget(&net, FIRST) == NET_E_ARG);
    CHECK(net_class_forget(&net, 1) == NET_OK && net_classes(&net) == NET_CLASSES - 2); /* labels never move */
    CHECK(net_class_new(&net) == 1 && net_class_new(&net) == FIRST && net_class_new(&net) == NET_E_FULL);
    for (int i = 0; i < 40 * NET_CLASSES; i++) {
        draw(i);
        CHECK(net_train(&net, &scratch, input(), i % NET_CLASSES, NULL) == NET_OK);
    }
    CHECK(net_save(&net, save) == NET_OK);
    before = net;
    CHECK(net_class_forget(&net, FIRST) == NET_OK);
    CHECK(net_predict(&net, &scratch, input(), scores) == NET_OK && scores[FIRST] == -FLT_MAX);
    for (int i = 0; i < 20; i++) { /* nothing moves a row that is not in use */
        draw(i);
        CHECK(net_train(&net, &scratch, input(), 0, NULL) == NET_OK);
    }
    CHECK(net_class_new(&net) == FIRST);
    CHECK(net_predict(&net, &scratch, input(), scores) == NET_OK && scores[FIRST] == 0.0f);
    CHECK(net_load(&net, save, sizeof save) == NET_OK && !memcmp(&net, &before, sizeof net));
    float sum = 0;
    for (int c = 0; c < NET_CLASSES; c++)
        sum += probability(c);
    CHECK(fabsf(sum - 1) < 1e-4f);
}

static float norm(int label)
{
    float sum = 0;
    for (int i = 0; i < FEATURES; i++)
        sum += ROW(i, label) * ROW(i, label);
    return sqrtf(sum);
}

static int answer(void)
{
    float scores[NET_CLASSES];
    int best = 0;
    CHECK(net_predict(&net, &scratch, input(), scores) == NET_OK);
    for (int i = 1; i < NET_CLASSES; i++)
        best = scores[i] > scores[best] ? i : best;
    return best;
}

/* Of the last layer's input: scores of rows that are its unit vectors are its elements. */
static void features_of(float *x)
{
    float scores[NET_CLASSES];
    for (int from = 0; from < FEATURES; from += FIRST) {
        before = net;
        memset(before.classifier_weight, 0, sizeof before.classifier_weight);
        memset(before.classifier_bias, 0, sizeof before.classifier_bias);
        for (int i = 0; i < FIRST && from + i < FEATURES; i++)
            before.classifier_weight[(from + i) * NET_CLASSES + i] = ONE;
        CHECK(net_predict(&before, &scratch, input(), scores) == NET_OK);
        for (int i = 0; i < FIRST && from + i < FEATURES; i++)
            x[from + i] = scores[i];
    }
}

/* The row of a class is the mean of its samples, as long as the trained rows; its bias makes the nearest mean win. */
static void one_class_is_shown(void)
{
    float mean[FEATURES] = {0}, x[FEATURES], trained = 0, size = 0;
    CHECK(net_init(&net) == NET_OK);
    for (int c = 0; c < FIRST; c++)
        trained += norm(c) / FIRST;
    int label = net_class_new(&net);
    for (int n = 1; n <= 5; n++) {
        draw(5);
        features_of(x);
        CHECK(net_class_show(&net, &scratch, input(), label) == NET_OK && net.classes[label] == 1 + n);
        for (int i = 0; i < FEATURES; i++)
            mean[i] += (x[i] - mean[i]) / (float)n;
        CHECK(fabsf(norm(label) - trained) < NEAR * trained);
    }
    for (int i = 0; i < FEATURES; i++)
        size += mean[i] * mean[i];
    size = sqrtf(size);
    for (int i = 0; i < FEATURES; i++)
        CHECK(fabsf(ROW(i, label) - mean[i] * trained / size) < NEAR * trained);
    CHECK(fabsf(net.classifier_bias[label] + trained * size / 2) < 2 * NEAR * trained * size);
}

/* Of classes that were all shown, the nearest mean wins. */
static void nearest_mean_wins(void)
{
    static float mean[NET_CLASSES][FEATURES];
    float x[FEATURES];
    int equal = 0, right = 0;
    CHECK(net_init(&net) == NET_OK);
    while (net_class_new(&net) >= 0)
        ;
    for (int i = 0; i < 4 * NET_CLASSES; i++) {
        draw(i % NET_CLASSES);
        features_of(x);
        for (int k = 0; k < FEATURES; k++)
            mean[i % NET_CLASSES][k] += x[k] / 4;
        CHECK(net_class_show(&net, &scratch, input(), i % NET_CLASSES) == NET_OK);
    }
    for (int i = 0; i < 200; i++) {
        int best = 0;
        float least = FLT_MAX;
        draw(i % NET_CLASSES);
        features_of(x);
        for (int c = 0; c < NET_CLASSES; c++) {
            float far = 0;
            for (int k = 0; k < FEATURES; k++)
                far += (x[k] - mean[c][k]) * (x[k] - mean[c][k]);
            best = far < least ? c : best;
            least = far < least ? far : least;
        }
        equal += answer() == best;
        right += best == i % NET_CLASSES;
    }
    CHECK(equal >= (SAME_BITS ? 196 : 170) && right > 60); /* bfloat16 rounds means */
}

/* Training goes on from what was shown, and another sample moves what has learnt only by its share. */
static void train_goes_on(void)
{
    CHECK(net_init(&net) == NET_OK);
    int label = net_class_new(&net);
    for (int i = 0; i < 9; i++) {
        draw(label);
        CHECK(net_class_show(&net, &scratch, input(), label) == NET_OK);
    }
    for (int i = 0; i < 4 * NET_BATCH; i++) {
        draw(label);
        CHECK(net_train(&net, &scratch, input(), label, NULL) == NET_OK);
    }
    CHECK(net.classes[label] == -10);
    before = net;
    CHECK(net_class_show(&net, &scratch, input(), label) == NET_OK && net.classes[label] == -11);
    net = before;
    CHECK(net_class_forget(&net, label) == NET_OK && net_class_new(&net) == label);
    CHECK(net_class_show(&net, &scratch, input(), label) == NET_OK && net.classes[label] == 2);
}

int main(void)
{
    without_new_classes_nothing_is_different(SAME_BITS);
    refuses_what_is_not_there();
    comes_and_goes();
    one_class_is_shown();
    nearest_mean_wins();
    train_goes_on();
    return 0;
}
