/* SPDX-License-Identifier: MIT */
/* Units as the text of a spec.  Blocks of one form in a row become a table and a loop:
 *
 *     local blocks = {
 *         { out = 16, s = 2, op = 5 }, -- /layers.1/conv, 32x32
 *         { out = 24, s = 1, op = 9 }, -- /layers.2/conv, 32x32
 *     }
 *     for i, b in ipairs(blocks) do
 *         mbconv { "blocks." .. i, out = b.out, k = 3, s = b.s, source = { ... b.op + 2 ... } }
 *     end
 *
 * What is the same in all of them stands in the loop, what differs is a column. */
#include "import/writer/spec_text.h"

#include <string.h>

enum { WIDTH = 100 };

/* ---- calls ---- */

/* Appends text that stands at column `at`; a table that is too long goes on under its first field.
 */
static void put_wrapped(struct text *line, const char *text, size_t at)
{
    const char *brace = strchr(text, '{');
    size_t inner = brace ? at + (size_t)(brace - text) + 2 : at;
    while (at + strlen(text) + 3 > WIDTH) {
        const char *cut = NULL;
        int depth = 0;
        for (const char *p = text; *p && (!cut || at + (size_t)(p - text) + 1 < WIDTH); p++) {
            depth += (*p == '{') - (*p == '}');
            if (*p == ',' && depth <= (brace && brace >= text ? 1 : 0))
                cut = p;
        }
        if (!cut)
            break;
        text_put(line, "%.*s,\n%*s", (int)(cut - text), text, (int)inner, "");
        text = cut + 2;
        at = inner;
    }
    text_put(line, "%s", text);
}

/* constructor { name, a = 1, b = 2 }, in lines of at most WIDTH. */
static void put_call(struct text *out, int indent, const char *before, const char *constructor, const char *name,
                     const struct item *item, int nitem, const char *comment)
{
    struct text line = text_new(out->mem);
    text_put(&line, "%*s%s%s {", indent, "", before, constructor);
    size_t start = line.length + 1, used = line.length;
    bool empty = true, several = false;
    for (int i = -1; i < nitem; i++) {
        const char *text = i < 0 ? name : arena_format(out->mem, "%s = %s", item[i].name, item[i].value);
        if (!text)
            continue;
        if (used + strlen(text) + 4 > WIDTH && !empty) {
            text_put(&line, ",\n%*s", (int)start, "");
            put_wrapped(&line, text, start);
            used = start + strlen(text);
            several = true;
        } else {
            text_put(&line, "%s%s", empty ? " " : ", ", text);
            used += strlen(text) + (empty ? 1 : 2);
        }
        empty = false;
    }
    text_put(&line, empty ? "}" : " }");
    if (comment && (several || used + strlen(comment) + 6 > WIDTH + 10))
        text_put(out, "%*s-- %s\n%s\n", indent, "", comment, line.at);
    else
        text_put(out, comment ? "%s -- %s\n" : "%s\n", line.at, comment);
}

/* Those of an activation that is a layer, whose names the operator knows.  How many: 0 to 2. */
static int setting_items(struct loop *l, const char *role, struct operation *const *op, const bool *present,
                         struct item *item)
{
    int n = 0;
    for (int k = 0; k < 2; k++) {
        const char **value = NEW_ARRAY(l->m->mem, const char *, l->n), *name = NULL;
        for (int u = 0; u < l->n; u++)
            if (op[u] && op[u]->kind == OP_ACTIVATION && (value[u] = op[u]->setting[k]))
                name = op[u]->activation->make->attribute[k].name;
        const char *text = name ? attribute_text(l, role, name, value, present, NULL) : NULL;
        if (text)
            item[n++] = (struct item){name, text};
    }
    return n;
}

/* The attributes of one member over all units of a loop. */
static int member_items(struct loop *l, const char *role, struct operation *const *op, bool of_mbconv,
                        struct item *item)
{
    int n = 0;
    struct arena *mem = l->m->mem;
    bool *present = NEW_ARRAY(mem, bool, l->n), tensorflow = wants_tensorflow_pads(op, l->n);
    for (int u = 0; u < l->n; u++)
        present[u] = op[u] != NULL;
    for (int a = 0; layer_attributes[a].name; a++) {
        const char **value = NEW_ARRAY(mem, const char *, l->n), *name = layer_attributes[a].name;
        if (of_mbconv && !strcmp(name, "bias"))
            continue;
        for (int u = 0; u < l->n; u++)
            if (op[u])
                value[u] = layer_attributes[a].text(l->m, op[u], tensorflow);
        const char *text = attribute_text(l, role, name, value, present, layer_attributes[a].fallback);
        if (text)
            item[n++] = (struct item){name, text};
    }
    return n + setting_items(l, role, op, present, &item[n]);
}

/* The members called `role` of all units; NULL where a unit has none. */
static struct operation **members(const struct loop *l, const char *role)
{
    struct operation **op = NEW_ARRAY(l->m->mem, struct operation *, l->n);
    for (int u = 0; u < l->n; u++)
        for (int i = 0; i < l->unit[u].nmember; i++)
            if (role ? !strcmp(l->unit[u].member[i].role, role) : i == 0)
                op[u] = l->unit[u].member[i].op;
    return op;
}

/* "blocks." .. i - 1, or "blocks.3" */
static const char *unit_name(const struct loop *l)
{
    const struct unit *u = &l->unit[0];
    const char *kind = u->kind == UNIT_LAYER ? "layers" : "blocks";
    int more = u->number - !l->from_zero;
    return l->n == 1 ? arena_format(l->m->mem, "\"%s\"", u->name)
           : more ? arena_format(l->m->mem, "\"%s.\" .. i %s %d", kind, more < 0 ? "-" : "+", more < 0 ? -more : more)
                  : arena_format(l->m->mem, "\"%s.\" .. i", kind);
}

/* ---- bodies ---- */

static void put_layer(struct loop *l, struct text *out, int indent, const char *before, const char *comment)
{
    struct item item[ITEMS];
    struct operation **op = members(l, NULL);
    int n = member_items(l, NULL, op, false, item);
    if (l->n == 1 && op[0]->from)
        item[n++] = (struct item){"from", op[0]->from};
    if (op[0]->nsource)
        item[n++] = (struct item){"source", source_text(l, NULL, op)};
    put_call(out, indent, before, constructor_of(op[0]), op[0]->named ? unit_name(l) : NULL, item, n, comment);
}

static void put_mbconv(struct loop *l, struct text *out, int indent, const char *before, const char *comment)
{
    static const char *const roles[] = {"pointwise1", "depthwise", "pointwise2", "add"};
    struct arena *mem = l->m->mem;
    struct item item[ITEMS], depth[ITEMS];
    struct text source = text_new(mem);
    bool *all = NEW_ARRAY(mem, bool, l->n), ratio = true;
    const char **outs = NEW_ARRAY(mem, const char *, l->n), **wide = NEW_ARRAY(mem, const char *, l->n);
    struct operation **dw = members(l, "depthwise"), **pw2 = members(l, "pointwise2");
    int n = 0;
    for (int u = 0; u < l->n; u++)
        ratio = ratio && dw[u]->out->map.c % l->unit[u].member[0].op->in[0]->map.c == 0;
    for (int u = 0; u < l->n; u++) {
        int in = l->unit[u].member[0].op->in[0]->map.c, hidden = dw[u]->out->map.c;
        all[u] = true;
        outs[u] = arena_format(mem, "%d", pw2[u]->out->map.c);
        wide[u] = hidden == in ? NULL : arena_format(mem, "%d", ratio ? hidden / in : hidden);
    }
    if (l->n == 1 && l->unit[0].member[0].op->from)
        item[n++] = (struct item){"from", l->unit[0].member[0].op->from};
    item[n++] = (struct item){"out", attribute_text(l, NULL, "out", outs, all, NULL)};
    int nd = member_items(l, NULL, dw, true, depth);
    for (int i = 0; i < nd; i++)
        if (strcmp(depth[i].name, "act") || strcmp(depth[i].value, "\"relu6\""))
            item[n++] = depth[i];
    const char *width = ratio ? "expand" : "hidden", *text = attribute_text(l, NULL, width, wide, all, "1");
    if (text)
        item[n++] = (struct item){width, text};
    for (int i = 0; i < 4; i++) {
        struct operation **op = members(l, roles[i]);
        bool there = false;
        for (int u = 0; u < l->n; u++)
            there = there || op[u];
        if (there)
            text_put(&source, "%s%s = %s", source.length ? ", " : "{ ", roles[i], source_text(l, roles[i], op));
    }
    item[n++] = (struct item){"source", arena_format(mem, "%s }", source.at)};
    put_call(out, indent, before, "mbconv", unit_name(l), item, n, comment);
}

/* A member of a block, called block .. ".role". */
static void put_member(struct loop *l, struct text *out, int indent, const char *role, const char *before,
                       const char *from)
{
    struct item item[ITEMS];
    struct operation **op = members(l, role), *any = NULL;
    const char *block = l->n > 1 ? arena_format(l->m->mem, "block .. \".%s\"", role)
                                 : arena_format(l->m->mem, "\"%s.%s\"", l->unit[0].name, role);
    int n = 0;
    for (int u = 0; u < l->n; u++)
        any = any ? any : op[u];
    if (from)
        item[n++] = (struct item){"from", from};
    n += member_items(l, role, op, false, item + n);
    if (any->nsource)
        item[n++] = (struct item){"source", source_text(l, role, op)};
    put_call(out, indent, before, constructor_of(any), block, item, n,
             any->norm      ? "a batch norm that no convolution can take"
             : any->rescale ? "int8 of another scale"
                            : NULL);
}

static void put_members(struct loop *l, struct text *out, int indent)
{
    struct arena *mem = l->m->mem;
    const struct unit *longest = &l->unit[0];
    for (int u = 0; u < l->n; u++)
        if (l->unit[u].nmember > longest->nmember)
            longest = &l->unit[u];
    int last = longest->nmember - 1, way = last - longest->shortcuts;
    if (longest->kind == UNIT_SEPARABLE)
        last = way = longest->nmember;
    else
        text_put(out, "%*slocal x = last_layer()\n", indent, "");
    for (int i = 0; i < way; i++)
        put_member(l, out, indent, longest->member[i].role, i == way - 1 && way < longest->nmember ? "local y = " : "",
                   NULL);
    for (int i = way; i < last; i++) {
        struct operation **op = members(l, longest->member[i].role);
        const char **flag = NEW_ARRAY(mem, const char *, l->n);
        bool always = true;
        for (int u = 0; u < l->n; u++) {
            flag[u] = op[u] ? "true" : "false";
            always = always && op[u];
        }
        if (!always)
            text_put(out, "%*sif %s then\n", indent, "", column_of(l, NULL, longest->member[i].role, flag));
        put_member(l, out, indent + (always ? 0 : 4), longest->member[i].role, "x = ", "x");
        if (!always)
            text_put(out, "%*send\n", indent, "");
    }
    if (last < longest->nmember)
        put_member(l, out, indent, "add", "", "{ x, y }");
}

static void put_body(struct loop *l, struct text *out, int indent, const char *before, const char *comment)
{
    if (l->unit[0].kind == UNIT_LAYER)
        put_layer(l, out, indent, before, comment);
    else if (l->unit[0].kind == UNIT_MBCONV)
        put_mbconv(l, out, indent, before, comment);
    else
        put_members(l, out, indent);
}

/* ---- tables and loops ---- */

/* "/layers.1/conv: 32x32x24" */
static const char *unit_comment(const struct model *m, const struct unit *u)
{
    const struct shape *s = &u->member[u->nmember - 1].op->out->map;
    const char *name = node_name(m->mem, u->member[0].op), *colon = name[0] ? ": " : "";
    return s->h * s->w == 1 ? arena_format(m->mem, "%s%s%d", name, colon, s->c)
                            : arena_format(m->mem, "%s%s%dx%dx%d", name, colon, s->h, s->w, s->c);
}

static void put_table(const struct loop *l, struct text *out, const char *name)
{
    int width[COLUMNS] = {0};
    for (int c = 0; c < l->ncolumn; c++)
        for (int u = 0; u < l->n; u++) {
            const char *v = l->column[c].value[u];
            int w = v ? (int)(strlen(v) + strlen(l->column[c].name)) + 5 : 0;
            width[c] = w > width[c] ? w : width[c];
        }
    text_put(out, "local %s = {\n", name);
    for (int u = 0; u < l->n; u++) {
        struct text row = text_new(l->m->mem);
        int pending = 0, last = l->ncolumn - 1;
        while (last > 0 && !l->column[last].value[u])
            last--;
        for (int c = 0; c <= last; c++) {
            const char *v = l->column[c].value[u];
            const char *cell =
                v ? arena_format(l->m->mem, "%s = %s%s", l->column[c].name, v, c < last ? ", " : "") : "";
            text_put(&row, "%*s%s", pending, "", cell);
            pending = width[c] - (int)strlen(cell) - (c < last ? 0 : 2);
        }
        for (int c = last + 1; c < l->ncolumn; c++)
            pending += width[c];
        text_put(out, "    { %s%*s }, -- %s\n", row.at, pending > 0 ? pending : 0, "", unit_comment(l->m, &l->unit[u]));
    }
    text_put(out, "}\n");
}

/* A list of numbers or words, in lines of at most WIDTH. */
static void put_list(const struct loop *l, struct text *out)
{
    size_t used = 0;
    text_put(out, "for i, %s in ipairs {", l->column[0].name);
    for (int u = 0; u < l->n; u++) {
        const char *v = l->column[0].value[u] ? l->column[0].value[u] : "false";
        used += strlen(v) + 2;
        bool wrap = used > WIDTH - 30;
        text_put(out, "%s%s%s", u ? "," : "", wrap ? "\n    " : " ", v);
        used = wrap ? strlen(v) : used;
    }
    text_put(out, " } do\n");
}

static const char *heading(const struct unit *u)
{
    return u->kind == UNIT_MBCONV      ? "-- Inverted bottlenecks; the input is added where shapes agree.\n"
           : u->kind == UNIT_SEPARABLE ? "-- Depthwise separable convolutions.\n"
           : u->kind == UNIT_RESIDUAL  ? "-- Residual blocks: some convolutions, and the input beside them.\n"
                                       : "";
}

void put_units(struct model *m, const struct unit *unit, int n, const char *table, struct text *out)
{
    struct loop l = {.m = m, .unit = unit, .n = n};
    struct text body = text_new(m->mem);
    const struct operation *last = unit[n - 1].member[unit[n - 1].nmember - 1].op;
    if (n == 1 && unit->kind == UNIT_LAYER) {
        put_body(&l, out, 0, last->handle ? arena_format(m->mem, "%s = ", last->handle) : "", unit_comment(m, unit));
        return;
    }
    text_put(out, "\n%s", n > 1 ? heading(unit) : "");
    if (n == 1 && unit->kind == UNIT_MBCONV) {
        put_mbconv(&l, out, 0, last->handle ? arena_format(m->mem, "%s = ", last->handle) : "", unit_comment(m, unit));
        return;
    } else if (n == 1) {
        text_put(out, "-- %s\n%s", unit_comment(m, unit), unit->kind == UNIT_RESIDUAL ? "do\n" : "");
        put_body(&l, out, unit->kind == UNIT_RESIDUAL ? 4 : 0, "", NULL);
        text_put(out, "%s", unit->kind == UNIT_RESIDUAL ? "end\n" : "");
    } else {
        for (int pass = 0; pass < 2; pass++) { /* finds the columns, then what they are called */
            put_body(&l, &body, 4, "", NULL);
            l.from_zero = !l.ncolumn;
            l.tabled = l.ncolumn > 1;
            l.op = false;
        }
        body = text_new(m->mem);
        put_body(&l, &body, 4, "", NULL);
        if (l.ncolumn > 1)
            put_table(&l, out, table);
        if (l.ncolumn == 1)
            put_list(&l, out);
        else if (l.ncolumn)
            text_put(out, "for i, b in ipairs(%s) do\n", table);
        else
            text_put(out, "for i = 0, %d do\n", n - 1);
        if (unit->kind == UNIT_RESIDUAL || unit->kind == UNIT_SEPARABLE)
            text_put(out, "    local block%s = %s%s%s\n", l.op ? ", op" : "", unit_name(&l), l.op ? ", " : "",
                     l.op ? first_text(&l) : "");
        else if (l.op)
            text_put(out, "    local op = %s\n", first_text(&l));
        text_put(out, "%send\n", body.at);
    }
    if (last->handle)
        text_put(out, "%s = last_layer()\n", last->handle);
}
