/* SPDX-License-Identifier: MIT */
/* adopt: a save for newer firmware.  Inside the room saves. */
#ifndef ADOPT_H
#define ADOPT_H

#include "saves/against.h"

struct adopted {
    struct save *save; /* of the spec's layout */
    int taken, parts;  /* tensors that are as they were; whose first rows are */
    const char **left; /* names that the spec's net has no place for */
    int nleft;
    const char **fresh; /* names that begin with factory values */
    int nfresh;
};

/* What NAME_adopt makes of a save of the spec's base.  NULL after a message. */
struct adopted *save_adopt(struct arena *mem, struct diag *d, const struct spec_net *k, const struct save *old);

#endif
