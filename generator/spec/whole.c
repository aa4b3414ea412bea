/* SPDX-License-Identifier: MIT */
/* What can only be said of a spec once all of it was read. */
#include "spec/lua.h"

static bool is_read(const struct spec *s, int layer)
{
    for (int i = layer + 1; i < s->nlayer; i++) {
        const struct layer *l = &s->layer[i];
        for (int k = 0; k < l->nfrom; k++)
            if (l->from[k] == layer)
                return true;
        for (int k = 0; k < ATTRIBUTES && l->make->attribute[k].name; k++)
            if (l->make->attribute[k].kind == ATTRIBUTE_LAYER && l->setting[k].layer == layer)
                return true;
    }
    return false;
}

/* The backward pass says of it that it cannot learn, which tells more. */
static bool shall_learn(const struct run *r, const struct layer *l)
{
    const struct train *t = &r->spec->train;
    for (int i = 0; i < t->nupdate; i++)
        if (glob_match(t->update[i].glob, arena_format(r->mem, "%s.weight", l->name)) ||
            glob_match(t->update[i].glob, arena_format(r->mem, "%s.bias", l->name)))
            return l->make->has_params;
    return false;
}

/* The last layer is the network's result; any other is there to be read. */
static void warn_of_unread_layers(const struct run *r)
{
    const struct spec *s = r->spec;
    for (int i = 0; i < s->nlayer - 1; i++)
        if (!is_read(s, i) && !shall_learn(r, &s->layer[i]))
            diag_warn(
                r->diag, s->layer[i].loc, s->layer[i].name, "a layer reads the one before it, or what from = names",
                "no layer reads '%s', and it is not the last one: it has no part in the result", s->layer[i].name);
}

/* Classes to come have rows of the last layer, which must be able to learn them, and a loss that can leave them out. */
static void check_spare(const struct run *r, const struct layer *l)
{
    const struct spec *s = r->spec;
    const struct train *t = &s->train;
    if (l != &s->layer[s->nlayer - 1])
        diag_error(r->diag, l->loc, "spare", "scores are what the last layer gives",
                   "'%s': 'spare' is for the last layer, and '%s' is behind it", l->name, s->layer[s->nlayer - 1].name);
    else if (l->act || l->lora || l->of.given)
        diag_error(r->diag, l->loc, "spare", NULL,
                   "'%s': a layer with 'spare' has no activation, no 'lora' and no 'of': its rows are those of classes",
                   l->name);
    else if (!layer_int(l, "bias"))
        diag_error(r->diag, l->loc, "spare", "leave bias = false out",
                   "'%s': a class that is shown is a row and a bias: 'spare' needs both", l->name);
    else if (!t->given)
        diag_error(r->diag, l->loc, "spare", arena_format(r->mem, "train { update = { \"%s.*\" } }", l->name),
                   "'%s': 'spare' is room for classes to be learnt, and the spec does not train", l->name);
    else if (t->loss != LOSS_SOFTMAX_CROSS_ENTROPY)
        diag_error(r->diag, l->loc, "spare", "loss = \"softmax_cross_entropy\"",
                   "'%s': 'spare' needs classes, and loss \"mse\" has none", l->name);
}

static void check_spares(const struct run *r)
{
    for (int i = 1; i < r->spec->nlayer; i++)
        if (layer_spare(&r->spec->layer[i]))
            check_spare(r, &r->spec->layer[i]);
}

void check_whole(struct run *r)
{
    struct spec *s = r->spec;
    struct loc whole = {s->path, 0};
    if (!s->name && !r->said.name.at.line)
        diag_error(r->diag, whole, NULL, "add a line like: name \"signs\"", "the spec does not say its name");
    if (!s->nlayer)
        diag_error(r->diag, whole, NULL, "add a line like: input { h = 32, w = 32, c = 3, type = \"uint8\" }",
                   "the spec has no input");
    else if (s->nlayer == 1 && !r->unknown.line)
        diag_error(r->diag, whole, NULL, NULL, "the spec has no layers");
    if (!r->diag->errors)
        check_spares(r);
    if (!r->diag->errors)
        warn_of_unread_layers(r);
    check_sides(r);
    check_options(r);
    store_check(r);
    remember_check(r);
    if (r->spec->store.slots) /* what is in flash was kept by firmware of another time */
        r->spec->train.adopt = true;
}
