/* SPDX-License-Identifier: MIT */
/* augment: what a device could do to a sample, or the world: it is the same sample still. */
#ifndef AUGMENT_H
#define AUGMENT_H

#include "spec/spec.h"

struct augmentation {
    bool flip;  /* left and right change places, every second time */
    bool shift; /* by up to an eighth of its height and width; what is at the edge is there again */
    bool crop;  /* a part of at least 3/4 of its height and width, enlarged to all (nearest pixels) */
    bool light; /* 3/4 to 4/3 as bright, and up to a tenth of the range added */
    bool noise; /* of normal distribution, a fiftieth of the range */
};

/* "flip,shift,crop,light,noise": some of these words.  False where another stands there. */
bool augmentation_read(const char *words, struct augmentation *a);

/* Changes a sample in place; `spare` is room for another.  The same state gives the same. */
void augment(const struct augmentation *a, const struct input *in, void *sample, void *spare, uint64_t *state);

#endif
