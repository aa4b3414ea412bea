/* SPDX-License-Identifier: MIT */
/* A set of parameters as patterns over their names, and those as a line of a spec. */
#include "choose/ways.h"

#include <math.h>
#include <string.h>

enum { PIECES = 12, FORMS = 3 };

/* A piece of a name, more and more general: "12" -> "12", "1?", "??"; a word -> itself, "*". */
static const char *general(struct arena *mem, const char *piece, int form)
{
    size_t n = strlen(piece);
    bool number = strspn(piece, "0123456789") == n && n > 0;
    if (!number)
        return form == 0 ? piece : "*";
    char *text = arena_string(mem, piece);
    for (size_t i = form == 1 && n > 1 ? n - 1 : 0; form > 0 && i < n; i++)
        text[i] = '?';
    return text;
}

static const char *joined(struct arena *mem, const char *const *piece, const int *form, int n)
{
    struct text t = text_new(mem);
    const char *before = "";
    for (int i = 0; i < n; i++) {
        const char *next = general(mem, piece[i], form[i]);
        if (strcmp(next, "*") || strcmp(before, "*")) /* '*' fits dots, too: one in a row is enough */
            text_put(&t, "%s%s", i ? "." : "", next);
        before = next;
    }
    return t.at;
}

struct covering {
    struct arena *mem;
    const struct way *way;
    const struct parts *parts;
    bool *done; /* by parameter: a pattern fits it */
};

/* How many parameters not yet done a pattern fits; -1 if it fits one that does not learn the same
 * way. */
static int covers(const struct covering *c, const char *glob, double part)
{
    int count = 0;
    for (int i = 0; i < c->parts->nparam; i++)
        if (glob_match(glob, c->parts->param[i]->name)) {
            if (fabs(c->way->part[i] - part) > 1e-9)
                return -1;
            count += !c->done[i];
        }
    return count;
}

/* Of all generalisations of a name the one that covers most; of equals the most special. */
static const char *best_pattern(const struct covering *c, const char *name, double part)
{
    const char *piece[PIECES], *best = name;
    int form[PIECES] = {0}, n = 0, most = covers(c, name, part);
    char *text = arena_string(c->mem, name);
    for (char *at = strtok(text, "."); at; at = strtok(NULL, ".")) {
        if (n == PIECES)
            return best;
        piece[n++] = at;
    }
    for (;;) {
        int i = n - 1;
        while (i >= 0 && form[i] == FORMS - 1)
            form[i--] = 0;
        if (i < 0)
            return best;
        form[i]++;
        const char *glob = joined(c->mem, piece, form, n);
        int count = covers(c, glob, part);
        if (count > most) {
            most = count;
            best = glob;
        }
    }
}

/* Patterns for all that learn the same part: the last layer first, then in the network's order. */
static void cover(struct covering *c, struct way *w, double part)
{
    int first = w->nupdate;
    for (int i = c->parts->nparam - 1; i >= 0; i--) {
        if (c->done[i] || fabs(w->part[i] - part) > 1e-9)
            continue;
        const char *glob = best_pattern(c, c->parts->param[i]->name, part);
        w->update[w->nupdate++] =
            (struct update){.glob = glob, .inputs = w->of_inputs ? part : 1, .outputs = w->of_inputs ? 1 : part};
        for (int k = 0; k < c->parts->nparam; k++)
            c->done[k] = c->done[k] || glob_match(glob, c->parts->param[k]->name);
    }
    for (int a = first ? first : 1, b = w->nupdate - 1; a < b; a++, b--) {
        struct update u = w->update[a];
        w->update[a] = w->update[b];
        w->update[b] = u;
    }
}

void patterns_find(struct arena *mem, struct way *w, const struct parts *p)
{
    struct covering c = {mem, w, p, NEW_ARRAY(mem, bool, p->nparam + 1)};
    w->update = NEW_ARRAY(mem, struct update, p->nparam + 1);
    w->nupdate = 0;
    cover(&c, w, 1);
    for (int i = p->nparam - 1; i >= 0; i--)
        if (!c.done[i] && w->part[i] > 0)
            cover(&c, w, w->part[i]);
}

/* "name" or { "name", inputs = 1/4 } */
static char *entry_of(struct arena *mem, const struct update *u)
{
    double part = u->inputs < 1 ? u->inputs : u->outputs;
    if (part >= 1)
        return arena_format(mem, "\"%s\"", u->glob);
    return arena_format(mem, "{ \"%s\", %s = 1/%.0f }", u->glob, u->inputs < 1 ? "inputs" : "outputs", 1 / part);
}

char *way_line(struct arena *mem, const struct way *w, int indent, int width)
{
    struct text t = text_new(mem);
    text_put(&t, "%*supdate = {", indent, "");
    size_t line = 0; /* where the present one begins */
    int below = indent + (width < 72 ? 2 : (int)strlen("update = {"));
    for (int i = 0; i < w->nupdate; i++) {
        const char *entry = arena_format(mem, "%s%s", entry_of(mem, &w->update[i]), i + 1 < w->nupdate ? "," : " }");
        if (width && i && t.length - line + strlen(entry) + 1 > (size_t)width) {
            text_put(&t, "\n%*s", below, "");
            line = t.length - (size_t)below;
        }
        text_put(&t, " %s", entry);
    }
    return t.at;
}

cJSON *way_json(const struct way *w)
{
    cJSON *list = cJSON_CreateArray();
    for (int i = 0; i < w->nupdate; i++) {
        const struct update *u = &w->update[i];
        bool slice = u->inputs < 1 || u->outputs < 1;
        cJSON *entry = slice ? cJSON_CreateObject() : cJSON_CreateString(u->glob);
        if (slice) {
            cJSON_AddStringToObject(entry, "glob", u->glob);
            cJSON_AddNumberToObject(entry, u->inputs < 1 ? "inputs" : "outputs",
                                    u->inputs < 1 ? u->inputs : u->outputs);
        }
        cJSON_AddItemToArray(list, entry);
    }
    return list;
}
