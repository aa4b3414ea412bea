/* SPDX-License-Identifier: MIT */
/* Copies of a network as it was read: fold.c changes what it works on, and is asked more than once. */
#include "import/model/model.h"

/* Marks what `end` needs (NULL: everything) by values that stand for themselves. */
static void mark(const struct model *m, const struct operation *end)
{
    for (int i = 0; i < m->nop; i++) {
        struct operation *o = m->op[i];
        for (int k = 0; k < o->nin; k++)
            o->in[k]->copy = NULL;
        o->out->copy = NULL;
    }
    for (int i = 0; i < m->nop; i++)
        if (!end || m->op[i] == end)
            m->op[i]->out->copy = m->op[i]->out;
    for (int i = m->nop; i-- > 0;)
        for (int k = 0; m->op[i]->out->copy && k < m->op[i]->nin; k++)
            m->op[i]->in[k]->copy = m->op[i]->in[k];
}

static struct value *copy_value(struct arena *mem, struct value *v)
{
    if (v->copy == v) {
        struct value *made = NEW(mem, struct value);
        *made = *v;
        v->copy = made;
    }
    return v->copy;
}

/* Values of weights are shared: no pass writes to them. */
static struct operation *copy_operation(struct arena *mem, struct operation *o)
{
    struct operation *made = NEW(mem, struct operation);
    *made = *o;
    made->read = o;
    for (int k = 0; k < o->nin; k++)
        made->in[k] = copy_value(mem, o->in[k]);
    made->out = copy_value(mem, o->out);
    made->out->def = made;
    if (o->w) {
        made->w = NEW(mem, struct weights);
        *made->w = *o->w;
    }
    return made;
}

struct model model_copy(const struct model *m, struct arena *mem, const struct operation *end)
{
    struct model made = *m;
    mark(m, end);
    made.mem = mem;
    made.op = NEW_ARRAY(mem, struct operation *, m->nop + 1);
    made.capacity = m->nop + 1;
    made.nop = 0;
    for (int i = 0; i < m->nop; i++)
        if (m->op[i]->out->copy)
            made.op[made.nop++] = copy_operation(mem, m->op[i]);
    if (m->input && m->input->copy)
        made.input = m->input->copy;
    if (end)
        made.output = end->out->copy;
    else if (m->output && m->output->copy)
        made.output = m->output->copy;
    return made;
}
