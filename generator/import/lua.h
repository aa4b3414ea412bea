/* Writing specs, inside the room: what spec_text.c and lua.c share. */
#ifndef LUA_TEXT_H
#define LUA_TEXT_H

#include "import/model.h"

enum { ITEMS = 16 };

/* name = value */
struct item {
    const char *name, *value;
};

/* ---- attributes.c ---- */

/* The attributes of plain layers, in the order in which they are written. */
struct layer_attribute {
    const char *name;
    const char *fallback; /* what it is by default, for a column in which others differ; NULL: left out */
    /* Its value as Lua text; NULL: as it is by default, or the layer has no such attribute. */
    const char *(*text)(struct model *m, const struct op *o, bool tensorflow);
};
extern const struct layer_attribute layer_attributes[];

/* True if these convolutions are best described by TensorFlow's rule for padding. */
bool wants_tensorflow_pads(struct op *const *op, int n);

/* The operator's name in the file, short enough for a comment. */
const char *node_name(struct arena *mem, const struct op *o);

/* ---- lua.c ---- */

/* n units of one form; `table` is the variable's name if they need one. */
void put_units(struct model *m, const struct unit *unit, int n, const char *table, struct text *out);

#endif
