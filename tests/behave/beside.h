/* SPDX-License-Identifier: MIT */
/* A spec's emitted code, compiled and loaded, beside its reference in float64: what gradients.c and
 * optimizers.c share. */
#ifndef BESIDE_H
#define BESIDE_H

#include "host/worker.h"
#include "products.h"
#include "reference.h"

struct sample {
    void *image;  /* as the emitted code takes it */
    double *real; /* as the layers read it */
    int label;
    float *target;
    double *real_target;
};

struct test {
    struct arena *mem;
    const char *title;
    struct product *p;
    struct reference *r;
    struct worker *l;
    struct sample *sample;                 /* a batch */
    int samples, classes, spare, failures; /* spare: scores of classes that are not in use, behind the others */
    double slack;                          /* by how much more than in networks of our choice float32 may differ */
};

/* Emits `spec` (without its name), with values for every parameter from a file.  `number` chooses the
 * samples, the plan and how the output is compiled.  False after a message. */
bool test_open(struct test *t, const char *title, const char *spec, int number, const struct variant *v);
void test_close(struct test *t);

/* Counts a difference; tells of the first few. */
void test_failed(struct test *t, const char *what, double ours, double theirs);

/* The reference's loss, the mean of the batch, and its derivative in one value of a parameter. */
double batch_loss(const struct test *t);
double derivative(const struct test *t, double *value);

/* Trains on one batch and compares the loss. */
void test_train(struct test *t);

/* Values in the net, `v` a TRAINED or STATE tensor, in the order of a weights file. */
float *net_values(const struct test *t, const struct val *v);

/* The reference's values of a parameter, or of the one that it is a slice of; element i of it there. */
double *whole_values(const struct test *t, const struct param *p);
int64_t whole_element(const struct param *p, int64_t i);

#endif
