/* SPDX-License-Identifier: MIT */
/* Products of the generator for tests that look inside: the pipeline, called as verify does. */
#ifndef PRODUCTS_H
#define PRODUCTS_H

#include "pipeline/pipeline.h"
#include "ops/ops.h"

/* `text` in a new file of the temporary folder `folder`. */
const char *write_spec(struct arena *mem, const char *folder, const char *text);

/* A temporary folder; remove_folder removes it and the files in it. */
char *make_folder(struct arena *mem);
void remove_folder(struct arena *mem, const char *folder);

/* The spec at `path`, and its forward graph.  NULL after messages. */
struct spec *read_spec(struct arena *mem, struct diag *d, const char *path);
struct graph *read_graph(struct arena *mem, struct diag *d, const struct spec *s);

/* Everything that `tinytl-gen gen path --weights=bin options...` makes, under a variant; the weights apart, because programs of
 * host/compile.h read them when they start.  `options` ends with NULL.
 * NULL after messages. */
struct product *run_pipeline(struct arena *mem, struct diag *d, const char *path, const char *const *options,
                             const struct variant *v);

#endif
