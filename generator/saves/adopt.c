/* SPDX-License-Identifier: MIT */
/* What learns and agrees by name and type is taken; of a classifier with other classes the rows that both have.  Moments and
 * batches begin empty. */
#include "saves/adopt.h"
#include "saves/saves.h"

#include <string.h>

/* Outputs, the last axis, may differ. */
static bool same_but_outputs(const struct save_tensor *a, const struct save_tensor *b)
{
    bool same = a->type == b->type && a->rank == b->rank && a->rank > 0;
    for (int i = 0; same && i < a->rank - 1; i++)
        same = a->size[i] == b->size[i];
    return same;
}

static void take_rows(struct save *to, const struct save_tensor *t, const struct save *from,
                      const struct save_tensor *old)
{
    int64_t outputs = t->size[t->rank - 1], had = old->size[t->rank - 1];
    for (int64_t i = 0; i < t->count; i++)
        if (i % outputs < had)
            save_set(to, t, i, save_at(from, old, i / outputs * had + i % outputs));
}

static void adopt_tensor(struct adopted *a, const struct save_tensor *t, const struct save *old)
{
    const struct save_tensor *had = save_find(old, t->name);
    enum save_role role = save_role(a->save, t);
    if (role == SAVE_MOMENT || role == SAVE_GRADIENT)
        return;
    if (!had || !same_but_outputs(t, had)) {
        a->fresh[a->nfresh++] = t->name;
        return;
    }
    take_rows(a->save, t, old, had);
    *(save_tensors_agree(t, had) ? &a->taken : &a->parts) += 1;
}

struct adopted *save_adopt(struct arena *mem, struct diag *d, const struct spec_net *k, const struct save *old)
{
    struct adopted *a = NEW(mem, struct adopted);
    if (!known_base(d, k, old))
        return NULL;
    a->save = save_copy(mem, k->factory);
    a->save->step = old->step;
    a->fresh = NEW_ARRAY(mem, const char *, a->save->count + 1);
    a->left = NEW_ARRAY(mem, const char *, old->count + 1);
    for (int i = 0; i < a->save->count; i++)
        adopt_tensor(a, &a->save->tensor[i], old);
    for (int i = 0; i < old->count; i++)
        if (save_role(old, &old->tensor[i]) == SAVE_LEARNT && !save_find(a->save, old->tensor[i].name))
            a->left[a->nleft++] = old->tensor[i].name;
    return a;
}

const unsigned char *saved_start(struct arena *mem, struct diag *d, const struct product *p, const char *path)
{
    struct save *s = save_read(mem, d, path);
    struct spec_net *k = s ? known_graph(mem, d, p->graph, p->spec->path) : NULL;
    bool other = k && (s->layout != k->factory->layout || tables_differ(mem, s, k->factory));
    struct adopted *a = other ? save_adopt(mem, d, k, s) : NULL;
    s = a ? a->save : s;
    if (!k || d->errors || !known_base(d, k, s))
        return NULL;
    save_seal(s);
    return s->bytes;
}
