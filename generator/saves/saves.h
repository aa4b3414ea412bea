/* SPDX-License-Identifier: MIT */
/* saves: what devices have learnt, on the PC: the command saved.  One save is a struct save (saves/save.h). */
#ifndef SAVES_H
#define SAVES_H

#include "host/host.h"

struct saved_options {
    const char *const *file; /* saves */
    int nfile;
    const char *spec; /* what they are of, or NULL */
    const char *to;   /* a safetensors file for their values */
    const char *from; /* or one that values are taken from */
    const char *diff; /* another save, to be compared with */
    const char *into; /* the spec of newer firmware */
    bool average;     /* of all of them */
    const char *by;   /* what weighs in it: "steps", or numbers with commas; NULL: all the same */
    const char *output;
    bool force; /* over what is there */
};

/* What NAME_load of the product takes, to go on from a save of its base: the save itself, or where its layout is another what
 * NAME_adopt would take over.  NULL after a message. */
const unsigned char *saved_start(struct arena *mem, struct diag *d, const struct product *p, const char *path);

/* Why `by` cannot say what weighs in an average of so many saves, or NULL. */
const char *saves_weights_wrong(struct arena *mem, const char *by, int count);

/* An exit code. */
int saved(struct arena *mem, struct diag *d, const struct host_options *o, const struct saved_options *s);

#endif
