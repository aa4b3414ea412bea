/* SPDX-License-Identifier: MIT */
/* convert: saves to and from safetensors.  Inside the room saves. */
#ifndef CONVERT_H
#define CONVERT_H

#include "saves/against.h"

/* Every tensor under its name, in the order and shape of weights files (o, i, kh, kw); base, steps and samples as int64.
 * False after a message. */
bool save_to_tensors(struct arena *mem, struct diag *d, const struct spec_net *k, const struct save *s,
                     const char *path, bool force);

/* A save of the spec's layout with the file's values.  What the file has not: state is that of `rest`, or without one
 * empty; what learns has to be there, or in `rest`.  NULL after messages. */
struct save *save_from_tensors(struct arena *mem, struct diag *d, const struct spec_net *k, const struct save *rest,
                               const char *path);

#endif
