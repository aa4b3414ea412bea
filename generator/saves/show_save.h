/* SPDX-License-Identifier: MIT */
/* show_save: what a save holds, for people and as JSON.  Inside the room saves. */
#ifndef SHOW_SAVE_H
#define SHOW_SAVE_H

#include "base/write.h"
#include "saves/against.h"

/* k: the spec that it belongs to, or NULL; its layout may be another.  `other`: what is compared with instead of factory
 * values, a save of the same layout, or NULL. */
void show_save_text(struct arena *mem, FILE *out, const struct save *s, const struct spec_net *k,
                    const struct save *other);
void show_save_json(struct arena *mem, FILE *out, const struct save *s, const struct spec_net *k,
                    const struct save *other);

/* The values of a tensor, in figures. */
struct save_figures {
    double mean, rms;
    int64_t wild; /* values that are not finite; the figures are those of the others */
    bool compared;
    double change, largest; /* from other values: root of the mean square, and the most */
    int64_t changed;        /* values that differ */
};

struct save_figures save_figures(const struct save *s, const struct save_tensor *t, const struct save *other);

#endif
