/* The steps of a program as calls: one line a step, with the layer's name. */
#include "emit/names.h"

#include <string.h>

struct caller {
    lua_State *L;
    struct arena *mem;
    const struct graph *g;
    const struct kernels *kernels;
    bool poison;
};

/* How the output names the memory of a value: scratch bytes, a field of the net, a const array. */
static const char *address(const struct caller *c, const struct val *v, const struct copy *copy)
{
    static const char *const macros[] = {[F32] = "F32", [U8] = "U8", [I8] = "I8", [BITS] = "U8"};
    if (v->role == ROLE_INPUT)
        return "input";
    if (v->role == ROLE_FROZEN)
        return c_name(c->mem, v->name);
    if (v->role == ROLE_TRAINED || v->role == ROLE_STATE)
        return arena_format(c->mem, "net->%s", c_name(c->mem, v->name));
    return arena_format(c->mem, "%s(%lld)", macros[v->type], (long long)copy->buffer->offset);
}

static void put_args(const struct caller *c, struct text *t, const struct arg *arg,
                     struct val *const *v, struct copy *const *copy, int count)
{
    for (int i = 0; i < count; i++) {
        if (!v[i])
            continue;
        text_put(t, "%s%s", t->length ? ", " : "", address(c, v[i], copy[i]));
        if (arg[i].rows)
            text_put(t, ", %d", v[i]->role == ROLE_INPUT ? v[i]->h : copy[i]->buffer->rows);
    }
}

static void push_kernel_call(const struct caller *c, const struct task *t, const char *rows)
{
    const struct node *n = t->node;
    struct text args = text_new(c->mem);
    put_args(c, &args, n->op->in, n->in, t->in, n->nin);
    put_args(c, &args, n->op->out, n->out, t->out, n->nout);
    set_text(c->L, "kind", "kernel");
    set_text(c->L, "text",
             arena_format(c->mem, "%s(%s, %s);", kernel_of(c->mem, c->kernels, n)->name, args.at, rows));
}

static void push_update_call(const struct caller *c, const struct task *t)
{
    const struct node *n = t->node;
    struct text args = text_new(c->mem);
    text_put(&args, "%s, %s", address(c, n->in[1], NULL), address(c, n->in[0], t->in[0]));
    for (int i = 2; i < n->nin; i++)
        text_put(&args, ", %s", address(c, n->in[i], NULL));
    text_put(&args, ", %d", n->in[1]->c);
    set_text(c->L, "kind", "update");
    set_text(c->L, "text", args.at);
}

static void push_loss_call(const struct caller *c, const struct task *t)
{
    set_text(c->L, "kind", "loss");
    set_text(c->L, "text", "");
    set_text(c->L, "scores", address(c, t->node->in[0], t->in[0]));
    set_text(c->L, "gradient", address(c, t->node->out[0], t->out[0]));
}

/* Buffers that die with the step at time `now`, for --poison. */
static void push_dead(const struct caller *c, const struct program *p, int now)
{
    lua_newtable(c->L);
    int n = 0;
    for (int i = 0; c->poison && i < p->nbuffer; i++) {
        const struct buffer *b = p->buffer[i];
        if (b->last != now + 1 || b->tail->kept) /* the caller gets what is kept after the last step */
            continue;
        lua_createtable(c->L, 0, 2);
        set_int(c->L, "offset", b->offset);
        set_int(c->L, "bytes", b->bytes);
        lua_seti(c->L, -2, ++n);
    }
    lua_setfield(c->L, -2, "dead");
}

static void push_step(const struct caller *c, const struct program *p, const struct sweep *s, int i)
{
    const struct step *step = &s->step[i];
    const struct task *t = &s->task[step->task];
    lua_createtable(c->L, 0, 6);
    if (t->node->pass == PASS_UPDATE)
        push_update_call(c, t);
    else if (t->node->pass == PASS_LOSS)
        push_loss_call(c, t);
    else
        push_kernel_call(c, t, arena_format(c->mem, "%d, %d", step->y0, step->y1));
    set_text(c->L, "layer", t->node->name);
    push_dead(c, p, s->first + i);
}

void push_program(lua_State *L, struct arena *mem, const struct graph *g, const struct kernels *k,
                  const struct program *p, bool poison)
{
    struct caller c = {L, mem, g, k, poison};
    lua_newtable(L);
    for (int s = 0; s < p->nsweep; s++) {
        const struct sweep *w = &p->sweep[s];
        lua_createtable(L, 0, 2);
        set_text(L, "title", w->title);
        lua_newtable(L);
        for (int i = 0; i < w->nstep; i++) {
            push_step(&c, p, w, i);
            lua_seti(L, -2, i + 1);
        }
        lua_setfield(L, -2, "steps");
        lua_seti(L, -2, s + 1);
    }
}
