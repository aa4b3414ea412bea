/* SPDX-License-Identifier: MIT */
#include "learn/measure.h"

#include <math.h>
#include <string.h>

int best_class(const float *scores, int outputs)
{
    int best = 0;
    for (int i = 1; i < outputs; i++)
        if (scores[i] > scores[best])
            best = i;
    return best;
}

double cross_entropy(const float *scores, int outputs, int label)
{
    double largest = (double)scores[best_class(scores, outputs)], sum = 0;
    for (int i = 0; i < outputs; i++)
        sum += exp((double)scores[i] - largest);
    return log(sum) + largest - (double)scores[label];
}

static double squared_error(const float *scores, const float *target, int outputs)
{
    double sum = 0;
    for (int i = 0; i < outputs; i++)
        sum += ((double)scores[i] - (double)target[i]) * ((double)scores[i] - (double)target[i]);
    return sum / outputs;
}

struct quality measure_scores(struct subset part, const float *scores, int outputs)
{
    const struct dataset *data = part.data;
    struct quality m = {NAN, NAN};
    double loss = 0;
    int right = 0;
    for (int i = 0; i < part.count; i++, scores += outputs) {
        int n = part.sample[i];
        if (data->task == DECODED_CLASSES) {
            right += best_class(scores, outputs) == data->labels[n];
            loss += cross_entropy(scores, outputs, data->labels[n]);
        } else if (data->target) {
            loss += squared_error(scores, data->target + (int64_t)n * data->targets, outputs);
        }
    }
    if (part.count && data->task == DECODED_CLASSES)
        m.accuracy = (double)right / part.count;
    if (part.count)
        m.loss = loss / part.count;
    return m;
}

void target_put(const struct dataset *data, const struct input *in, int sample, const void *image, float *target,
                int outputs)
{
    if (data->target) {
        memcpy(target, data->target + (int64_t)sample * data->targets, sizeof *target * (size_t)outputs);
        return;
    }
    for (int i = 0; data->task == DECODED_ANOMALY && i < outputs; i++) {
        double q = in->type == INPUT_UINT8  ? ((const uint8_t *)image)[i]
                   : in->type == INPUT_INT8 ? ((const int8_t *)image)[i]
                                            : 0;
        target[i] = in->type == INPUT_FLOAT32 ? ((const float *)image)[i] : (float)((q - in->zero_point) * in->scale);
    }
}

void confusion_add(int *counts, struct subset part, const float *scores, int outputs, int classes)
{
    for (int i = 0; i < part.count; i++, scores += outputs)
        counts[part.data->labels[part.sample[i]] * classes + best_class(scores, classes)]++;
}

struct spread spread_of(const double *number, int count)
{
    struct spread s = {0, 0};
    for (int i = 0; i < count; i++)
        s.mean += number[i] / count;
    for (int i = 0; i < count && count > 1; i++)
        s.spread += (number[i] - s.mean) * (number[i] - s.mean) / (count - 1);
    s.spread = sqrt(s.spread);
    return s;
}
