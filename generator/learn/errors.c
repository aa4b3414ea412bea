/* SPDX-License-Identifier: MIT */
#include "learn/errors.h"

#include <math.h>
#include <string.h>

void target_put(const struct dataset *data, const struct input *in, int sample, const void *image, float *target,
                int outputs)
{
    if (data->target) {
        memcpy(target, data->target + (int64_t)sample * data->targets, sizeof *target * (size_t)outputs);
        return;
    }
    for (int i = 0; data->task == DECODED_ANOMALY && i < outputs; i++)
        target[i] = (float)input_real(in, i, sample_element(in, image, i));
}

static double squared_error(const float *scores, const float *target, int outputs)
{
    double sum = 0;
    for (int i = 0; i < outputs; i++)
        sum += ((double)scores[i] - (double)target[i]) * ((double)scores[i] - (double)target[i]);
    return sum / outputs;
}

/* What samples are compared with, one after the other. */
struct comparing {
    struct subset part;
    const struct input *in;
    void *image;
    float *target;
    int outputs;
};

static struct comparing compare(struct arena *mem, struct subset part, const struct input *in, int outputs)
{
    return (struct comparing){part, in, arena_alloc(mem, (size_t)part.data->x.each * sizeof(float)),
                              NEW_ARRAY(mem, float, outputs), outputs};
}

/* What sample i of the part asks for. */
static const float *target_of(struct comparing *c, int i)
{
    int n = c->part.sample[i];
    if (!c->part.data->target)
        sample_put(c->in, &c->part.data->x, n, c->image);
    target_put(c->part.data, c->in, n, c->image, c->target, c->outputs);
    return c->target;
}

double *errors_of_samples(struct arena *mem, struct subset part, const struct input *in, const float *scores,
                          int outputs)
{
    struct comparing c = compare(mem, part, in, outputs);
    double *error = NEW_ARRAY(mem, double, part.count + 1);
    for (int i = 0; i < part.count; i++, scores += outputs)
        error[i] = squared_error(scores, target_of(&c, i), outputs);
    return error;
}

double *errors_of_outputs(struct arena *mem, struct subset part, const struct input *in, const float *scores,
                          int outputs)
{
    struct comparing c = compare(mem, part, in, outputs);
    double *error = NEW_ARRAY(mem, double, outputs);
    for (int i = 0; i < part.count; i++, scores += outputs) {
        const float *target = target_of(&c, i);
        for (int o = 0; o < outputs; o++)
            error[o] += ((double)scores[o] - (double)target[o]) * ((double)scores[o] - (double)target[o]);
    }
    for (int o = 0; o < outputs; o++)
        error[o] = sqrt(error[o] / part.count);
    return error;
}
