/* Names in a file of reference vectors -> layers and parameters of the spec. */
#include "host/vectors.h"

#include <stdlib.h>
#include <string.h>

static bool names_layer(const struct layer *l, const char *name, size_t length)
{
    return strlen(l->name) == length && !strncmp(l->name, name, length);
}

/* "12": its number; -1 for what is no number. */
static long operator_number(const char *name, size_t length)
{
    char *end;
    long number = strtol(name, &end, 10);
    return length > 0 && end == name + length ? number : -1;
}

/* The layer that "12" (an operator of an imported file) or a name stands for; the last that claims
 * it. */
int vectors_layer(const struct spec *s, const char *name, size_t length)
{
    long number = operator_number(name, length);
    int found = -1;
    for (int i = 0; i < s->nlayer; i++) {
        const struct layer *l = &s->layer[i];
        if (names_layer(l, name, length))
            return i;
        for (int k = 0; number >= 0 && k < l->nsource; k++)
            if (l->source[k] == number)
                found = i;
    }
    return found;
}

enum layer_value vectors_value(const struct layer *l, const char *name)
{
    long number = operator_number(name, strlen(name));
    if (names_layer(l, name, strlen(name)) || l->source[l->nsource - 1] == number ||
        (!l->make->has_params && !l->act))
        return LAYER_RESULT;
    return l->act && l->source[l->nsource - 2] == number ? LAYER_BEFORE_ACT : LAYER_FOLDED;
}

const struct param *vectors_param(struct arena *mem, const struct product *p, const char *name)
{
    const struct graph *g = p->graph;
    if (!strncmp(name, "op", 2) && name[2] >= '0' && name[2] <= '9') {
        const char *dot = strchr(name, '.');
        int layer = dot ? vectors_layer(p->spec, name + 2, (size_t)(dot - name - 2)) : -1;
        if (layer >= 0)
            name = arena_format(mem, "%s%s", p->spec->layer[layer].name, dot);
    }
    for (int i = 0; i < g->nparam; i++)
        if (!strcmp(g->param[i]->name, name))
            return g->param[i];
    return NULL;
}

const struct param *vectors_last_bias(struct arena *mem, const struct product *p)
{
    const struct layer *last = &p->spec->layer[p->spec->nlayer - 1];
    return !last->act ? vectors_param(mem, p, arena_format(mem, "%s.bias", last->name)) : NULL;
}
