/* SPDX-License-Identifier: MIT */
/* emit: graph + plan + templates -> one C file and its header. */
#ifndef EMIT_H
#define EMIT_H

#include "plan/plan.h"

struct emitted {
    struct text source, header;
    struct text weights; /* the file NAME.bin, if it was wanted; else weights.at is NULL */
    int64_t code_bytes;  /* an estimate of the text segment on Cortex-M4 */
    int kernels;
};

/* `templates`: a folder that replaces the built-in templates, or NULL.  `poison`: dead bytes are
 * overwritten with NaN, so that a planning error shows.  `bin`: weights go to a file beside the C file. */
struct emission {
    const char *templates;
    bool poison, bin;
};

/* NULL after messages. */
struct emitted *emit(struct arena *mem, const struct graph *g, const struct plan *p, struct emission how);

/* Where a TRAINED or STATE val lies in the net struct, in bytes. */
int64_t net_offset(const struct graph *g, const struct val *v);

#endif
