/* SPDX-License-Identifier: MIT */
/* Names in a file of reference vectors: "classifier.bias" as the spec has it, or "op12.bias" by an
 * operator of an imported file that a layer stands for. */
#ifndef VECTORS_H
#define VECTORS_H

#include "pipeline/pipeline.h"

/* The layer that "12" (an operator of an imported file) or a name stands for, the last that claims
 * it; or -1. */
int vectors_layer(const struct spec *s, const char *name, size_t length);

/* Which of a layer's values an operator of its `source` made.  Its result: the last one; where
 * nothing happens to the values, any.  The value before its activation: the last but one.  What
 * came before that was folded away. */
enum layer_value { LAYER_RESULT, LAYER_BEFORE_ACT, LAYER_FOLDED };

enum layer_value vectors_value(const struct layer *l, const char *name);

/* The parameter of a name, or NULL. */
const struct param *vectors_param(struct arena *mem, const struct product *p, const char *name);

/* The bias whose gradient, of one sample, is that of the scores; or NULL. */
const struct param *vectors_last_bias(struct arena *mem, const struct product *p);

/* The layer value that a tensor `prefix`<operator or layer> speaks of; NULL, and why, if there is none. */
const struct val *vectors_val(const struct product *p, const char *name, size_t prefix, const char **why);

/* The shape that the spec has in the place of a tensor of `samples` samples; NULL where the tensor is of that size, or
 * is nothing of the spec's. */
char *vectors_wanted(struct arena *mem, const struct product *p, const struct tensor *t, int samples);

/* True if the last axes of an input are h w c, as Keras has them, and not c h w. */
bool vectors_channels_last(const struct tensor *t, const struct shape *s);

/* What a model of classes gave: scores, or what a softmax at its end made of them. */
enum output_kind { OUTPUT_SCORES, OUTPUT_PROBABILITIES, OUTPUT_LOGARITHMS };
enum output_kind vectors_output_kind(const struct tensor *t, int samples, int classes);

/* Element i of a slice, as an index into the whole parameter; of another parameter i. */
int64_t vectors_whole_index(const struct param *p, int64_t i);

#endif
