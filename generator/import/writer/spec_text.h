/* SPDX-License-Identifier: MIT */
/* Writing specs, inside the room: what spec_text.c and loops.c share. */
#ifndef SPEC_TEXT_H
#define SPEC_TEXT_H

#include "import/writer/writer.h"

enum { ITEMS = 20 };

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
    const char *(*text)(struct model *m, const struct operation *o, bool tensorflow);
};
extern const struct layer_attribute layer_attributes[];

/* True if these windows are described by TensorFlow's rule for padding: where the file has it, not where its numbers
 * happen to be the same. */
bool wants_tensorflow_pads(struct operation *const *op, int n);

/* The operator's name in the file, short enough for a comment. */
const char *node_name(struct arena *mem, const struct operation *o);

/* ---- columns.c: what differs among the units of a loop ---- */

enum { COLUMNS = 24 };

struct column {
    const char *name;
    const char **value; /* by unit; NULL: absent */
};

/* Units that are written together; one unit alone has no columns. */
struct loop {
    struct model *m;
    const struct unit *unit;
    int n;
    struct column column[COLUMNS];
    int ncolumn;
    bool from_zero; /* i counts from 0; else ipairs counts it from 1 */
    bool tabled;    /* has a table, so that sources are a column of it, however regular */
    int step;       /* 0, or from unit to unit all sources advance by it */
    bool op;        /* then the variable that holds the first of a unit */
};

/* How the loop's body names the column of these values: one that is there, or a new one called
 * `name` or `role`_`name`. */
const char *column_of(struct loop *l, const char *role, const char *name, const char **value);

/* An attribute's text from its values by unit (NULL: as it is by default): nothing, a literal or a
 * column. */
const char *attribute_text(struct loop *l, const char *role, const char *name, const char **value, const bool *present,
                           const char *fallback);

/* The `source` of one member over all units; op[u] is NULL where a unit has none. */
const char *source_text(struct loop *l, const char *role, struct operation *const *op);

/* The first operator of a unit, where they advance regularly: "17 + 8 * i" */
const char *first_text(const struct loop *l);

/* ---- loops.c ---- */

/* n units of one form; `table` is the variable's name if they need one. */
void put_units(struct model *m, const struct unit *unit, int n, const char *table, struct text *out);

#endif
