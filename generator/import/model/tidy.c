/* SPDX-License-Identifier: MIT */
/* What every pass of fold.c does before and after. */
#include "import/model/fold.h"

struct value *fold_resolve(struct value *v)
{
    while (v && v->alias)
        v = v->alias;
    return v;
}

void fold_tidy(struct model *m)
{
    m->output = m->output && !m->partial ? fold_resolve(m->output) : NULL;
    for (int i = 0; i < m->nop; i++) {
        struct operation *o = m->op[i];
        for (int k = 0; k < o->nin; k++) {
            o->in[k] = fold_resolve(o->in[k]);
            o->in[k]->readers = 0;
        }
        o->out->readers = 0;
    }
    if (m->output)
        m->output->readers = 1;
    for (int i = m->nop; i-- > 0;) {
        struct operation *o = m->op[i];
        o->dead = o->dead || (o->out->readers == 0 && !m->partial);
        for (int k = 0; k < o->nin && !o->dead; k++)
            o->in[k]->readers++;
    }
}

struct value *fold_refuse(struct model *m, struct operation *o, const char *hint, const char *text)
{
    o->refused = true;
    m->index = o->index;
    m->name = o->name;
    m->type = o->type;
    return refuse(m, hint, "%s", text);
}
