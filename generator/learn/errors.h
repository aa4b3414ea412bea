/* SPDX-License-Identifier: MIT */
/* errors: how far a network of loss "mse" is from its targets: regression, and autoencoders. */
#ifndef ERRORS_H
#define ERRORS_H

#include "learn/subset.h"

/* The target of a sample: of an autoencoder what the network is shown. */
void target_put(const struct dataset *data, const struct input *in, int sample, const void *image, float *target,
                int outputs);

/* Of each sample of a part the mean squared error over its outputs, which is what NAME_train gives as its loss. */
double *errors_of_samples(struct arena *mem, struct subset part, const struct input *in, const float *scores,
                          int outputs);

/* Of each output the root of the mean squared error over the samples. */
double *errors_of_outputs(struct arena *mem, struct subset part, const struct input *in, const float *scores,
                          int outputs);

#endif
