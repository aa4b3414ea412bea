/* SPDX-License-Identifier: MIT */
/* A step of a program as a call. */
#include "emit/calls.h"

#include <string.h>

/* How the output names the memory of a value: scratch bytes, a field of the net, a const array. */
static const char *address(const struct caller *c, const struct val *v, const struct copy *copy)
{
    static const char *const macros[] = {[F32] = "F32", [U8] = "U8", [I8] = "I8", [BITS] = "U8", [I16] = "I16"};
    if (is_range(v))
        return arena_format(c->mem, "net->ranges[%d]", v->first);
    if (v->role == ROLE_INPUT)
        return "input";
    if (v->role == ROLE_FROZEN)
        return c_name(c->mem, v->name);
    if (v->role == ROLE_TRAINED || v->role == ROLE_STATE)
        return arena_format(c->mem, "net->%s", c_name(c->mem, v->name));
    need(c->L, macros[v->type]);
    return arena_format(c->mem, "%s(%s)", macros[v->type], tensor_name(c->tensors, copy));
}

/* `wanted`: what the kernel has parameters for. */
static void put_args(const struct caller *c, struct text *t, const struct arg *arg, struct val *const *wanted,
                     struct val *const *v, struct copy *const *copy, int count)
{
    for (int i = 0; i < count; i++) {
        if (wanted[i] && !v[i])
            text_put(t, ", NULL%s", arg[i].rows ? ", 1" : "");
        if (!v[i])
            continue;
        text_put(t, "%s%s", t->length ? ", " : "", address(c, v[i], copy[i]));
        if (arg[i].rows)
            text_put(t, ", %d", v[i]->role == ROLE_INPUT ? c->image_rows : copy[i]->buffer->rows);
    }
}

/* name(args), at a column of a line. */
static void set_call(const struct caller *c, const char *name, const char *args, int column)
{
    set_text(c->L, "text",
             arena_format(c->mem, "%s(%s)", name, wrapped(c->mem, args, column + (int)strlen(name) + 1, 8)));
}

/* What a kernel made of tensors that are written down: rows as they are made; else all, as often as anything is. */
static void push_records(const struct caller *c, const struct task *t, const char *rows)
{
    int n = 0;
    lua_newtable(c->L);
    for (int k = 0; k < NODE_OUT; k++) {
        const struct copy *made = t->out[k];
        if (!made || !made->record)
            continue;
        const struct val *v = made->val;
        bool by_row = t->node->op->stepping == STEP_ROWS;
        lua_pushstring(c->L,
                       arena_format(c->mem, "keep_rows(s, %s, %d, %lld, %s, %lld)", tensor_name(c->tensors, made),
                                    made->buffer->rows, (long long)(val_bytes(v) / v->h),
                                    by_row ? rows : arena_format(c->mem, "0, %d", v->h), (long long)made->record));
        lua_seti(c->L, -2, ++n);
    }
    lua_setfield(c->L, -2, "records");
}

static void push_kernel_call(const struct caller *c, const struct task *t, const char *rows)
{
    const struct node *n = t->node;
    struct text args = text_new(c->mem);
    put_args(c, &args, n->op->in, n->in, n->in, t->in, n->nin);
    put_args(c, &args, n->op->out, kernel_node(n)->out, n->out, t->out, n->nout);
    text_put(&args, ", %s", rows);
    set_text(c->L, "kind", "kernel");
    set_call(c, kernel_of(c->mem, c->kernels, n)->name, args.at, 4);
    push_records(c, t, rows);
}

static void push_update_call(const struct caller *c, const struct task *t)
{
    const struct node *n = t->node;
    int first = n->in[0]->first;
    const char *part = first ? arena_format(c->mem, " + %d", first) : "";
    bool bf16 = n->in[1]->type == BF16, bound = n->in[4] != NULL;
    const char *name = bf16 ? bound ? "learn_part_bf16" : "learn_bf16" : bound ? "learn_part" : "learn";
    struct text args = text_new(c->mem);
    text_put(&args, "net");
    if (bound)
        text_put(&args, ", %s", address(c, n->in[4], t->in[4]));
    text_put(&args, ", %s%s, %s", address(c, n->in[1], NULL), part, address(c, n->in[0], t->in[0]));
    for (int i = 2; i < 4; i++)
        if (n->in[i])
            text_put(&args, ", %s%s", address(c, n->in[i], NULL), part);
    text_put(&args, ", %d", n->in[0]->c);
    if (c->decays)
        text_put(&args, n->in[1]->content == CONTENT_VECTOR ? ", 0.0f" : ", DECAY");
    need(c->L, bf16 ? "learn_bf16" : "learn");
    if (bound)
        need(c->L, bf16 ? "learn_part_bf16" : "learn_part");
    set_text(c->L, "kind", "update");
    set_call(c, name, args.at, 12);
}

static void push_loss_call(const struct caller *c, const struct task *t)
{
    set_text(c->L, "kind", "loss");
    set_text(c->L, "text", "");
    set_text(c->L, "scores", address(c, t->node->in[0], t->in[0]));
    set_text(c->L, "gradient", address(c, t->node->out[0], t->out[0]));
}

void push_call(const struct caller *c, const struct task *t, const char *rows)
{
    lua_createtable(c->L, 0, 6);
    if (t->node->pass == PASS_UPDATE)
        push_update_call(c, t);
    else if (t->node->pass == PASS_LOSS)
        push_loss_call(c, t);
    else
        push_kernel_call(c, t, rows);
}
