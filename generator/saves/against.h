/* SPDX-License-Identifier: MIT */
/* against: what a spec says of saves.  Inside the room saves. */
#ifndef AGAINST_H
#define AGAINST_H

#include "pipeline/pipeline.h"
#include "saves/save.h"

struct spec_net {
    const char *spec; /* its file */
    const struct graph *graph;
    struct save *factory;   /* what NAME_save gives behind NAME_init */
    const struct val **val; /* of each of its tensors; NULL: nothing that belongs to a parameter */
};

/* Of a spec with the request's options.  NULL after messages; *code is then the exit code. */
struct spec_net *known_of(struct arena *mem, struct diag *d, const struct request *r, const char *spec, int *code);

struct spec_net *known_graph(struct arena *mem, struct diag *d, const struct graph *g, const char *spec);

/* True where NAME_load of the spec would take it; else a message. */
bool known_base(struct diag *d, const struct spec_net *k, const struct save *s);
bool known_layout(struct diag *d, const struct spec_net *k, const struct save *s);

/* How the tables of two saves differ, in words: of the first tensor that does.  NULL: they do not. */
const char *tables_differ(struct arena *mem, const struct save *a, const struct save *b);

#endif
