/* SPDX-License-Identifier: MIT */
/* spec_check: is what was read a spec that the stages can rely on?
 *
 * Needs a spec without an error; leaves it as it is.  A mistake of the user never gets here: it has had its message. */
#include "spec/spec.h"

#include <string.h>

static bool is_empty(const struct shape *s)
{
    return s->h < 1 || s->w < 1 || s->c < 1;
}

bool shapes_equal(const struct shape *a, const struct shape *b)
{
    return a->h == b->h && a->w == b->w && a->c == b->c;
}

static const char *wrong_input(const struct spec *s, int index)
{
    const struct layer *l = &s->layer[index];
    if (l->nfrom < 1)
        return "it reads nothing";
    for (int k = 0; k < l->nfrom; k++)
        if (l->from[k] < 0 || l->from[k] >= index)
            return "it reads a layer that does not stand before it";
        else if (!shapes_equal(&l->in[k], &s->layer[l->from[k]].out))
            return "an input has another shape than the layer that it is the result of";
    return NULL;
}

static const char *wrong_setting(const struct layer *l, int index)
{
    for (int k = 0; k < ATTRIBUTES && l->make->attribute[k].name; k++) {
        const struct attribute *a = &l->make->attribute[k];
        const struct setting *given = &l->setting[k];
        if (a->required && !given->given)
            return "an attribute is missing";
        if (a->kind == ATTRIBUTE_LAYER && given->given && (given->layer < 0 || given->layer >= index))
            return "an attribute names a layer that does not stand before it";
    }
    return NULL;
}

static const char *wrong_layer(const struct spec *s, int index)
{
    const struct layer *l = &s->layer[index];
    if (!l->make)
        return "nothing made it";
    if (is_empty(&l->out))
        return "its result is empty";
    if (l->wrong)
        return "its shape is a guess";
    for (int k = 0; k < index; k++)
        if (!strcmp(l->name, s->layer[k].name))
            return "another layer has its name";
    const char *why = index ? wrong_input(s, index) : NULL;
    return why ? why : wrong_setting(l, index);
}

const char *spec_check(struct arena *mem, const struct spec *s)
{
    for (int i = 0; i < s->nlayer; i++) {
        const char *why = wrong_layer(s, i);
        if (why)
            return arena_format(mem, "layer '%s': %s", s->layer[i].name, why);
    }
    return s->train.batch < 1 ? "a batch has no sample" : NULL;
}
