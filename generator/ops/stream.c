/* SPDX-License-Identifier: MIT */
/* stream: rows of an image that never exists as a whole, input { place = "stream" }.
 *
 * Its step y takes row y from the caller, so the program waits there until that row has come; what reads rows of the image
 * reads the copies that this node makes, in a ring of as many as the schedule needs. */
#include "ops/ops.h"

static void stream_bind(const struct node *n, struct bindings *b)
{
    bind_elements(b, n->out[0]);
    bind_text(b, "type", n->out[0]->type == F32 ? "float" : n->out[0]->type == U8 ? "uint8_t" : "int8_t");
}

const struct op op_stream = {
    .name = "stream",
    .in = {{"x", .rows = true}},
    .out = {{"y", .rows = true}},
    .given = true,
    .bind = stream_bind,
};
