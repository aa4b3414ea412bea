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
    return log(fmax(sum, 1)) + largest - (double)scores[label]; /* the largest adds 1 */
}

struct quality measure_scores(struct arena *mem, struct subset part, const struct input *in, const float *scores,
                              int outputs)
{
    const struct dataset *data = part.data;
    struct quality m = {NAN, NAN, NAN};
    const double *error = data->task == DECODED_CLASSES ? NULL : errors_of_samples(mem, part, in, scores, outputs);
    double loss = 0, certainty = 0;
    int right = 0;
    for (int i = 0; i < part.count; i++, scores += outputs) {
        int n = part.sample[i];
        if (data->task == DECODED_CLASSES) {
            right += best_class(scores, outputs) == data->labels[n];
            double cost = cross_entropy(scores, outputs, data->labels[n]);
            loss += cost;
            certainty += exp(-cost);
        } else {
            loss += error[i];
        }
    }
    if (part.count && data->task == DECODED_CLASSES) {
        m.accuracy = (double)right / part.count;
        m.certainty = certainty / part.count;
    }
    if (part.count)
        m.loss = loss / part.count;
    return m;
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
