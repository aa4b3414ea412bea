/* SPDX-License-Identifier: MIT */
/* What differs among the units of a loop: columns of its table, and the operators that units stand
 * for. */
#include "import/writer/spec_text.h"

#include <string.h>

/* ---- columns ---- */

/* True where a and b agree in all units that have both. */
static bool agree(const struct loop *l, const char *const *a, const char *const *b)
{
    for (int u = 0; u < l->n; u++)
        if (a[u] && b[u] && strcmp(a[u], b[u]))
            return false;
    return true;
}

/* How the loop's body names column c: a table of one column is a plain list. */
static const char *reference(const struct loop *l, int c)
{
    return l->ncolumn == 1 ? l->column[c].name : arena_format(l->m->mem, "b.%s", l->column[c].name);
}

/* The column of these values: one that is there, or a new one called `name` or `role`_`name`. */
const char *column_of(struct loop *l, const char *role, const char *name, const char **value)
{
    const char *longer = role ? arena_format(l->m->mem, "%s_%s", role, name) : name;
    bool taken = false;
    for (int c = 0; c < l->ncolumn; c++) {
        bool mine = !strcmp(l->column[c].name, name) || !strcmp(l->column[c].name, longer);
        if (mine && agree(l, l->column[c].value, value)) {
            for (int u = 0; u < l->n; u++)
                l->column[c].value[u] = l->column[c].value[u] ? l->column[c].value[u] : value[u];
            return reference(l, c);
        }
        taken = taken || !strcmp(l->column[c].name, name);
    }
    if (l->ncolumn == COLUMNS)
        return "nil";
    int at = strcmp(name, "out") || taken ? l->ncolumn : 0; /* channels stand first */
    memmove(l->column + at + 1, l->column + at, sizeof *l->column * (size_t)(l->ncolumn++ - at));
    l->column[at] = (struct column){taken ? longer : name, value};
    return reference(l, at);
}

/* A column called `name` that has these values where they are. */
static const char *column_there(const struct loop *l, const char *name, const char *const *value)
{
    for (int c = 0; c < l->ncolumn; c++)
        if (!strcmp(l->column[c].name, name) && agree(l, l->column[c].value, value))
            return reference(l, c);
    return NULL;
}

/* An attribute's text from its values by unit (NULL: as it is by default): nothing, a literal or a
 * column. */
const char *attribute_text(struct loop *l, const char *role, const char *name, const char **value, const bool *present,
                           const char *fallback)
{
    bool same = true, any = false;
    const char *first = NULL;
    for (int u = 0, seen = 0; u < l->n; u++) {
        if (!present[u])
            continue;
        any = any || value[u];
        if (seen++ == 0)
            first = value[u];
        else
            same = same && (first ? value[u] && !strcmp(first, value[u]) : !value[u]);
    }
    if (same || !any) {
        const char *there = first ? column_there(l, name, value) : NULL;
        return there ? there : first;
    }
    for (int u = 0; u < l->n; u++)
        if (present[u] && !value[u])
            value[u] = fallback;
    return column_of(l, role, name, value);
}

/* ---- sources ---- */

static const char *plus(struct arena *mem, const char *base, int more)
{
    return more ? arena_format(mem, "%s + %d", base, more) : base;
}

static int first_source(const struct unit *u)
{
    int least = 1 << 30;
    for (int i = 0; i < u->nmember; i++)
        for (int k = 0; k < u->member[i].op->nsource; k++)
            if (u->member[i].op->source[k] < least)
                least = u->member[i].op->source[k];
    return least;
}

const char *first_text(const struct loop *l)
{
    struct arena *mem = l->m->mem;
    int first = first_source(&l->unit[0]);
    const char *count = l->from_zero ? "i" : l->step == 1 && !first ? "i - 1" : "(i - 1)";
    const char *term = l->step == 1 ? count : arena_format(mem, "%d * %s", l->step, count);
    return first ? arena_format(mem, "%d + %s", first, term) : term;
}

static const char *source_list(struct arena *mem, const struct operation *o)
{
    struct text t = text_new(mem);
    for (int i = 0; i < o->nsource; i++)
        text_put(&t, "%s%d", i ? ", " : "", o->source[i]);
    return o->nsource == 1 ? t.at : arena_format(mem, "{ %s }", t.at);
}

/* True if all lists are the first one, shifted. */
static bool shifted_lists(const struct loop *l, struct operation *const *op)
{
    const struct operation *first = NULL;
    for (int u = 0; u < l->n; u++) {
        first = first ? first : op[u];
        if (!op[u] || first == op[u])
            continue;
        if (op[u]->nsource != first->nsource)
            return false;
        for (int k = 0; k < first->nsource; k++)
            if (op[u]->source[k] - op[u]->source[0] != first->source[k] - first->source[0])
                return false;
    }
    return true;
}

/* The step from unit to unit, if all operators of all units advance by it; else 0. */
static int regular_step(const struct loop *l)
{
    const struct unit *a = &l->unit[0];
    int step = first_source(&l->unit[1]) - first_source(a);
    for (int u = 0; u < l->n; u++) {
        if (l->unit[u].nmember != a->nmember)
            return 0;
        for (int i = 0; i < a->nmember; i++)
            if (l->unit[u].member[i].op->source[0] - a->member[i].op->source[0] != u * step)
                return 0;
    }
    return l->n > 2 ? step : 0;
}

const char *source_text(struct loop *l, const char *role, struct operation *const *op)
{
    struct arena *mem = l->m->mem;
    const char **column = NEW_ARRAY(mem, const char *, l->n), **own = NEW_ARRAY(mem, const char *, l->n), *base = "";
    const struct operation *first = NULL;
    int distance = 0;
    bool beside = true;
    if (l->n == 1)
        return source_list(mem, op[0]);
    bool shifted = shifted_lists(l, op);
    for (int u = 0; u < l->n; u++) {
        column[u] = arena_format(mem, "%d", first_source(&l->unit[u]));
        if (!op[u])
            continue;
        int d = op[u]->source[0] - first_source(&l->unit[u]);
        beside = beside && (!first || d == distance);
        distance = d;
        first = first ? first : op[u];
        own[u] = shifted ? arena_format(mem, "%d", op[u]->source[0]) : source_list(mem, op[u]);
    }
    if (!shifted)
        return column_of(l, NULL, arena_format(mem, "%s_ops", role ? role : "own"), own);
    l->step = l->tabled ? 0 : regular_step(l);
    if (l->step && l->unit->nmember == 1 && first->nsource == 1)
        return first_text(l);
    if (l->step)
        base = "op";
    else
        base = beside ? column_of(l, NULL, "op", column)
                      : column_of(l, NULL, arena_format(mem, "%s_op", role ? role : "own"), own);
    l->op = l->step != 0;
    struct text t = text_new(mem);
    for (int k = 0; k < first->nsource; k++) {
        int more = first->source[k] - first->source[0];
        text_put(&t, "%s%s", k ? ", " : "", plus(mem, base, more + (beside ? distance : 0)));
    }
    return first->nsource == 1 ? t.at : arena_format(mem, "{ %s }", t.at);
}
