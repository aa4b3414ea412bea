/* SPDX-License-Identifier: MIT */
#include "choose/parts.h"

#include <string.h>

static const char *layer_name(struct arena *mem, const struct param *p)
{
    return arena_format(mem, "%.*s", (int)(strrchr(p->name, '.') - p->name), p->name);
}

static const char *role_of(const struct param *p)
{
    return strrchr(p->name, '.') + 1;
}

/* "features.3.conv.1" -> "features.3"; without a number, all but the last word: "stem.conv" ->
 * "stem". */
static const char *group_name(struct arena *mem, const struct param *p)
{
    const char *layer = layer_name(mem, p), *lite = strstr(layer, ".lite.");
    if (lite) /* beside a block, and a part of it */
        layer = arena_format(mem, "%.*s.lite", (int)(lite - layer), layer);
    const char *last = strrchr(layer, '.');
    for (const char *at = layer; at; at = strchr(at, '.') ? strchr(at, '.') + 1 : NULL) {
        size_t word = strcspn(at, "."), digits = strspn(at, "0123456789");
        if (word == digits && word > 0 && at > layer)
            return arena_format(mem, "%.*s", (int)(at + word - layer), layer);
    }
    return last ? arena_format(mem, "%.*s", (int)(last - layer), layer) : layer;
}

static bool made_by(const struct spec *s, const char *layer, const char *constructor)
{
    for (int i = 1; i < s->nlayer; i++)
        if (!strcmp(s->layer[i].name, layer))
            return !strcmp(s->layer[i].make->name, constructor);
    return false;
}

static enum part_kind kind_of_weight(const struct graph *g, const struct param *p, const char *layer)
{
    bool pointwise = p->shape[2] * p->shape[3] == 1, conv = made_by(g->spec, layer, "conv");
    if (p->groups != 1 || !(conv || made_by(g->spec, layer, "dense")))
        return PART_OTHER;
    return conv && pointwise && p->shape[0] >= p->shape[1] ? PART_WIDE : PART_NARROW;
}

static enum part_kind kind_of(struct arena *mem, const struct graph *g, const struct param *p, const char *last)
{
    const char *layer = layer_name(mem, p);
    if (!strcmp(layer, last))
        return PART_LAST;
    if (strstr(p->name, ".lite."))
        return PART_LITE;
    if (!strcmp(role_of(p), "bias"))
        return PART_BIAS;
    return strcmp(role_of(p), "weight") ? PART_OTHER : kind_of_weight(g, p, layer);
}

/* Its group, a new one where no other parameter has the name. */
static int group_of(struct parts *f, const char *name, bool last)
{
    int k = 0;
    while (k < f->ngroup && strcmp(f->name[k], name))
        k++;
    if (k == f->ngroup && !last)
        f->name[f->ngroup++] = name;
    return k;
}

struct parts parts_find(struct arena *mem, const struct graph *g)
{
    struct parts f = {.param = NEW_ARRAY(mem, struct param *, g->nparam + 1),
                      .kind = NEW_ARRAY(mem, enum part_kind, g->nparam + 1),
                      .group = NEW_ARRAY(mem, int, g->nparam + 1),
                      .name = NEW_ARRAY(mem, const char *, g->nparam + 1)};
    for (int i = 0; i < g->nparam; i++)
        if (!g->param[i]->slice_of)
            f.param[f.nparam++] = g->param[i];
    const char *last = f.nparam ? layer_name(mem, f.param[f.nparam - 1]) : "";
    for (int i = 0; i < f.nparam; i++) {
        f.kind[i] = kind_of(mem, g, f.param[i], last);
        f.group[i] = group_of(&f, group_name(mem, f.param[i]), f.kind[i] == PART_LAST);
    }
    return f;
}

bool parts_have(const struct parts *p, enum part_kind kind, int from, int to)
{
    for (int i = 0; i < p->nparam; i++)
        if (p->kind[i] == kind && p->group[i] >= from && p->group[i] < to)
            return true;
    return false;
}

double parts_most(const struct parts *p, const double *part, enum part_kind kind, int group)
{
    double most = 0;
    for (int i = 0; i < p->nparam; i++)
        if (p->kind[i] == kind && p->group[i] == group && part[i] > most)
            most = part[i];
    return most;
}
