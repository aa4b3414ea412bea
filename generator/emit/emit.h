/* SPDX-License-Identifier: MIT */
/* emit: graph + plan + templates -> one C file and its header. */
#ifndef EMIT_H
#define EMIT_H

#include "plan/plan.h"

struct emitted {
    struct text source, header;
    struct text weights; /* of a file of their own; else weights.at is NULL */
    int64_t code_bytes;  /* an estimate of the text segment on Cortex-M4 */
    int kernels;
};

/* Where weights stand: at the end of NAME.c, in NAME.bin as bytes, or in NAME_weights.h, which NAME.c includes. */
enum weights_form { WEIGHTS_INLINE, WEIGHTS_BIN, WEIGHTS_FILE };

/* Of the words "inline", "bin" and "file". */
enum weights_form weights_form(const char *word);

/* `templates`: a folder that replaces the built-in templates, or NULL.  `poison`: dead bytes are
 * overwritten with NaN, so that a planning error shows.
 * `target`: the name of one in target.c; other names, and NULL, are generic. */
struct emission {
    const char *templates, *target;
    bool poison;
    enum weights_form weights;
};

/* The names that `target` may have, and how many they are: at most TARGETS. */
enum { TARGETS = 20 };
int target_names(const char **names);

/* Whether its kernels read weights faster in the order CONTENT_BY_INPUT.  No name: the file for all. */
bool target_reads_by_input(const char *name);

/* NULL after messages. */
struct emitted *emit(struct arena *mem, const struct graph *g, const struct halves *h, const struct plan *p,
                     struct emission how);

/* words.c: the text that a template of no kernel makes of names and numbers.  NULL after a message. */
char *emit_words(struct arena *mem, struct diag *d, const char *templates, const char *name,
                 const struct bindings *values);

/* Where the files go. */
struct destination {
    const char *folder;  /* NULL: the present one */
    const char *depfile; /* a Makefile rule that names every file read, or NULL */
    enum weights_form weights;
    bool force; /* over what tinytl-gen did not write */
};

/* NAME.c, NAME.h, the file of weights and the depfile: all of them or none; of what was not emitted (NULL) the depfile alone.  False
 * after a message. */
bool write_emitted(struct diag *d, const struct destination *to, const struct spec *s, const struct emitted *e);

/* The bytes of a save. */
int64_t saved_bytes(struct arena *mem, const struct graph *g, const struct plan *p);

/* Those of the mark behind it in a slot of the spec's store: a number and its checksum, in whole units of writing. */
int64_t store_mark_bytes(const struct flash_store *s);

/* False after a message: a save of the net does not fit the slots. */
bool store_holds(struct arena *mem, const struct graph *g, const struct plan *p);

/* A kernel function of the output in one call of predict [0] and of train [1]. */
struct kernel_work {
    const char *name, *op, *users; /* layers, some of them */
    int calls[2];
    int64_t macs[2], work[2]; /* work: hundredths of instructions, about */
};

/* All of a plan, in order of first use. */
struct kernel_work *kernel_works(struct arena *mem, const struct price *price, const struct plan *p, int *count);

/* The page that shows a report of a kind ("plan", "train", ...) on the network `name`: see templates/page.html.tpl. */
const char *emit_page(struct arena *mem, const char *kind, const char *name, const char *json);

/* ---- saved.c: what a save of a network is (docs/saved.md) ---- */

/* Bytes before its table: see net.c.tpl. */
enum { SAVE_HEAD_BYTES = 40 };

/* Element types, as the table has them. */
enum { SAVED_FLOAT32, SAVED_BFLOAT16, SAVED_INT32 };

struct saved_form {
    uint32_t base, layout;
    struct text table;
    int tensors;
};

struct saved_form saved_form(struct arena *mem, const struct graph *g);

/* What of a net a save has under a name, the nth of it from 1 on; NULL: nothing that belongs to a tensor of the graph. */
const struct val *saved_val(struct arena *mem, const struct graph *g, const char *name, int nth);

/* Where a TRAINED or STATE val lies in the net struct, in bytes. */
int64_t net_offset(const struct graph *g, const struct val *v);

#endif
