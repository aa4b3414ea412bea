/* SPDX-License-Identifier: MIT */
#ifndef ENDS_H
#define ENDS_H

#include "import/model/model.h"

/* Says which tensors that nothing reads of what could be read can be ends: those in front of what was refused.  `m` is the
 * network as it was read, `folded` the copy of it that was refused. */
void name_ends(const struct model *m, struct model *folded);

#endif
