/* SPDX-License-Identifier: MIT */
/* Kernel functions, one for each signature: operator, shapes, types, options. */
#include "emit/names.h"

#include <stdlib.h>
#include <string.h>

static const char *c_type(enum type t)
{
    static const char *const types[] = {[F32] = "float",    [U8] = "uint8_t", [I8] = "int8_t",   [U16] = "uint16_t",
                                        [BITS] = "uint8_t", [I16] = "int16",  [I32] = "int32_t", [BF16] = "uint16_t"};
    return types[t];
}

static void put_params(struct text *t, const struct arg *arg, struct val *const *v, int count, bool constant)
{
    for (int i = 0; i < count; i++) {
        if (!v[i])
            continue;
        text_put(t, "%s%s%s *%s", t->length ? ", " : "", constant ? "const " : "", c_type(v[i]->type), arg[i].name);
        if (arg[i].rows)
            text_put(t, ", int %sn", arg[i].name);
    }
}

const struct node *kernel_node(const struct node *n)
{
    for (int i = 0; n->complete && i < n->nout; i++)
        if (n->complete->out[i] && !n->out[i] && !n->op->out[i].null)
            return n;
    return n->complete ? n->complete : n;
}

static const char *signature(struct arena *mem, const struct node *n, const struct bindings *b)
{
    struct text t = text_new(mem);
    text_put(&t, "%s", n->op->template ? n->op->template : n->op->name);
    for (int i = 0; i < b->count; i++) {
        const struct binding *one = &b->list[i];
        if (one->kind == BIND_TEXT)
            text_put(&t, " %s=%s", one->name, one->text);
        else if (one->kind == BIND_REAL)
            text_put(&t, " %s=%.17g", one->name, one->real);
        else
            text_put(&t, " %s=%ld", one->name, one->number);
    }
    for (int i = 0; i < n->nin; i++) /* the types of the arguments, and which there are */
        text_put(&t, " %d", n->in[i] ? (int)n->in[i]->type : -1);
    return t.at;
}

static struct bindings bindings_of(struct arena *mem, const struct node *n)
{
    struct bindings b = {.mem = mem, .label = ""};
    n->op->bind(n, &b);
    return b;
}

static struct kernel *find(struct kernels *k, const char *signature)
{
    for (int i = 0; i < k->count; i++)
        if (!strcmp(k->list[i].signature, signature))
            return &k->list[i];
    return NULL;
}

/* What a binding has that another of its name has not: "_keep", "_no_keep", "_limit6", "_bf16". */
static const char *binding_difference(struct arena *mem, const struct binding *one)
{
    const char *name = strncmp(one->name, "has_", 4) ? one->name : one->name + 4;
    switch (one->kind) {
    case BIND_TEXT:
        return arena_format(mem, "_%s", c_name(mem, one->text));
    case BIND_FLAG:
        return arena_format(mem, one->number ? "_%s" : "_no_%s", name);
    case BIND_INT:
        return c_name(mem, arena_format(mem, "_%s%s%ld", name, one->number < 0 ? "_minus" : "", labs(one->number)));
    default:
        return c_name(mem, arena_format(mem, "_%s%g", name, one->real));
    }
}

/* The first thing in which a node differs from a kernel whose name would be the same. */
static const char *difference(struct arena *mem, const struct kernel *k, const struct node *n, const struct bindings *b)
{
    const struct bindings *other = &k->bindings;
    for (int i = 0; i < b->count && i < other->count; i++) {
        const struct binding *one = &b->list[i], *two = &other->list[i];
        if (one->number != two->number || one->real < two->real || one->real > two->real ||
            (one->kind == BIND_TEXT && strcmp(one->text, two->text)))
            return binding_difference(mem, one);
    }
    for (int i = 0; i < n->nin && i < k->node->nin; i++)
        if (n->in[i] && (!k->node->in[i] || n->in[i]->type != k->node->in[i]->type))
            return arena_format(mem, "_%s_%s", n->op->in[i].name, type_name(n->in[i]->type));
    return "_more";
}

/* "conv_k3s2_128x128x3_16"; behind it what differs where two signatures would read the same. */
static const char *kernel_name(struct arena *mem, const struct kernels *k, const struct node *n,
                               const struct bindings *b)
{
    const char *name = arena_format(mem, b->label[0] ? "%s_%s" : "%s", n->op->name, b->label);
    for (int i = 0; i < k->count; i++)
        if (!strcmp(k->list[i].name, name)) {
            name = arena_format(mem, "%s%s", name, difference(mem, &k->list[i], n, b));
            i = -1;
        }
    return name;
}

static bool is_user(const struct kernel *k, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = k->users.at; at && (at = strstr(at, name)); at += n)
        if ((at == k->users.at || at[-1] == ' ') && (at[n] == ',' || !at[n]))
            return true;
    return false;
}

static void add_user(struct kernel *k, const char *name)
{
    enum { SHOWN = 6 };
    if (is_user(k, name))
        return;
    if (k->nusers++ < SHOWN)
        text_put(&k->users, "%s%s", k->nusers > 1 ? ", " : "", name);
    else if (k->nusers == SHOWN + 2)
        text_put(&k->users, ", ...");
}

static void collect(struct arena *mem, struct kernels *k, const struct node *n)
{
    struct bindings b = bindings_of(mem, n);
    const char *key = signature(mem, n, &b);
    struct kernel *found = find(k, key);
    if (!found) {
        struct text params = text_new(mem);
        put_params(&params, n->op->in, n->in, n->nin, true);
        put_params(&params, n->op->out, n->out, n->nout, false);
        text_put(&params, ", int y0, int y1");
        GROW(mem, k->list, k->count, k->capacity);
        found = &k->list[k->count];
        *found =
            (struct kernel){.signature = key, .params = params.at, .node = n, .bindings = b, .users = text_new(mem)};
        found->name = kernel_name(mem, k, n, &b);
        found->params = wrapped(mem, params.at, (int)strlen(found->name) + 13, 8);
        k->count++;
    }
    add_user(found, n->name);
}

/* Nobody wants rows of a map that no window sees: then there is no step. */
static bool is_called(const struct sweep *w, int task)
{
    bool called = false;
    for (int i = 0; i < w->nstep && !called; i++)
        called = w->step[i].task == task;
    return called;
}

void kernels_collect(struct arena *mem, struct kernels *k, const struct program *p)
{
    for (int s = 0; s < p->nsweep; s++)
        for (int i = 0; i < p->sweep[s].ntask; i++)
            if (p->sweep[s].task[i].node->op->bind && is_called(&p->sweep[s], i))
                collect(mem, k, kernel_node(p->sweep[s].task[i].node));
}

const struct kernel *kernel_of(struct arena *mem, const struct kernels *k, const struct node *n)
{
    n = kernel_node(n);
    struct bindings b = bindings_of(mem, n);
    return find((struct kernels *)(uintptr_t)k, signature(mem, n, &b));
}
