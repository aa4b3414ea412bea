/* SPDX-License-Identifier: MIT */
/* What templates see of a node. */
#include "graph/op.h"

#include <assert.h>

static struct binding *bind_new(struct bindings *b, const char *name)
{
    assert(b->count < (int)(sizeof b->list / sizeof *b->list));
    struct binding *one = &b->list[b->count++];
    *one = (struct binding){.name = name};
    return one;
}

void bind_int(struct bindings *b, const char *name, long value)
{
    struct binding *one = bind_new(b, name);
    one->kind = BIND_INT;
    one->number = value;
}

void bind_flag(struct bindings *b, const char *name, bool value)
{
    bind_int(b, name, value);
    b->list[b->count - 1].kind = BIND_FLAG;
}

void bind_real(struct bindings *b, const char *name, double value)
{
    struct binding *one = bind_new(b, name);
    one->kind = BIND_REAL;
    one->real = value;
}

void bind_text(struct bindings *b, const char *name, const char *value)
{
    struct binding *one = bind_new(b, name);
    one->kind = BIND_TEXT;
    one->text = value;
}

/* h w c of the forward operator's input and oh ow oc of its output. */
void bind_shape(struct bindings *b, const struct val *in, const struct val *out)
{
    bind_int(b, "h", in->h);
    bind_int(b, "w", in->w);
    bind_int(b, "c", in->c);
    bind_int(b, "oh", out->h);
    bind_int(b, "ow", out->w);
    bind_int(b, "oc", out->c);
}

void bind_window(struct bindings *b, const struct window *w)
{
    bind_int(b, "kh", w->kh);
    bind_int(b, "kw", w->kw);
    bind_int(b, "sh", w->sh);
    bind_int(b, "sw", w->sw);
    bind_int(b, "dh", w->dh);
    bind_int(b, "dw", w->dw);
    bind_int(b, "top", w->top);
    bind_int(b, "left", w->left);
    bind_int(b, "groups", w->groups);
}

/* A flag `name`, "<name>_c", and "_from32" in the label if in[index] names channels. */
void bind_channels(struct bindings *b, const struct node *n, const char *name, int index, const struct val *v)
{
    bind_flag(b, name, n->in[index] != NULL);
    bind_int(b, arena_format(b->mem, "%s_c", name), v->c);
    if (n->in[index])
        b->label = arena_format(b->mem, "%s_%s%d", b->label, name, v->c);
}

void bind_elements(struct bindings *b, const struct val *v)
{
    bind_int(b, "h", v->h);
    bind_int(b, "w", v->w);
    bind_int(b, "c", v->c);
    b->label = arena_format(b->mem, "%dx%dx%d", v->h, v->w, v->c);
}
