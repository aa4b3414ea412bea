/* SPDX-License-Identifier: MIT */
/* A spec's net as it leaves the factory, as a save: its base, its table, its values. */
#include "saves/against.h"

#include <stdlib.h>
#include <string.h>

static void put_factory(struct arena *mem, const struct graph *g, struct save *s, const struct save_tensor *t,
                        const struct val *v)
{
    const int32_t *range = v->constant;
    for (int i = 0; v->content == CONTENT_COUNTS && i < g->classes.used; i++)
        save_set(s, t, i, 1);
    if (v->role != ROLE_TRAINED) {
        for (int64_t i = 0; range && i < t->count; i++)
            save_set(s, t, i, range[i]);
        return;
    }
    float *value = NEW_ARRAY(mem, float, param_elements(v));
    param_pack(mem, v, value, NULL, NULL);
    for (int64_t i = 0; i < t->count; i++)
        save_set(s, t, i, (double)value[i]);
}

static const struct val *val_of(struct arena *mem, const struct graph *g, const struct save_tensor *t)
{
    size_t n = strcspn(t->name, "#");
    return saved_val(mem, g, arena_format(mem, "%.*s", (int)n, t->name), t->name[n] ? atoi(t->name + n + 1) : 1);
}

struct spec_net *known_of(struct arena *mem, struct diag *d, const struct request *r, const char *spec, int *code)
{
    struct request own = *r;
    own.spec = spec;
    struct product *p = generate(mem, d, &own, &(struct variant){.graph_only = true}, code);
    return p ? known_graph(mem, d, p->graph, spec) : NULL;
}

struct spec_net *known_graph(struct arena *mem, struct diag *d, const struct graph *g, const char *spec)
{
    struct spec_net *k = NEW(mem, struct spec_net);
    k->spec = spec;
    k->graph = g;
    struct saved_form form = saved_form(mem, k->graph);
    k->factory = save_new(mem, d, spec, &form.table, form.tensors);
    k->factory->base = form.base;
    k->factory->layout = form.layout;
    k->val = NEW_ARRAY(mem, const struct val *, form.tensors + 1);
    for (int i = 0; i < k->factory->count; i++) {
        k->val[i] = val_of(mem, k->graph, &k->factory->tensor[i]);
        if (k->val[i])
            put_factory(mem, g, k->factory, &k->factory->tensor[i], k->val[i]);
    }
    return k;
}

bool known_base(struct diag *d, const struct spec_net *k, const struct save *s)
{
    if (s->base == k->factory->base)
        return true;
    diag_error(d, (struct loc){s->path, 0}, NULL,
               "a base is the network with its weights and scales before anything learnt, random ones included: -D and "
               "--seed count",
               "of another base: it belongs to %08x, %s is %08x", (unsigned)s->base, k->spec,
               (unsigned)k->factory->base);
    return false;
}

bool known_layout(struct diag *d, const struct spec_net *k, const struct save *s)
{
    const char *how = tables_differ(d->mem, s, k->factory);
    if (s->layout == k->factory->layout && !how)
        return true;
    diag_error(d, (struct loc){s->path, 0}, NULL, "--into makes a saved net of the spec's layout of it",
               "of another layout than %s: %s", k->spec, how ? how : "the tables are alike, their hashes are not");
    return false;
}

static const char *entry_text(struct arena *mem, const struct save_tensor *t)
{
    return arena_format(mem, "%s %s", save_type_name(t), save_shape_text(mem, t));
}

const char *tables_differ(struct arena *mem, const struct save *a, const struct save *b)
{
    for (int i = 0; i < a->count || i < b->count; i++) {
        const struct save_tensor *x = i < a->count ? &a->tensor[i] : NULL, *y = i < b->count ? &b->tensor[i] : NULL;
        if (x && y && save_tensors_agree(x, y))
            continue;
        const struct save_tensor *other = x ? save_find(b, x->name) : NULL;
        if (x && !other)
            return arena_format(mem, "'%s' is in %s alone", x->name, a->path);
        if (!x || save_tensors_agree(x, other))
            return y && !save_find(a, y->name) ? arena_format(mem, "'%s' is in %s alone", y->name, b->path)
                                               : "tensors stand in another order";
        return arena_format(mem, "'%s' is %s here and %s there", x->name, entry_text(mem, x), entry_text(mem, other));
    }
    return NULL;
}
