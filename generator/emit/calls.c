/* SPDX-License-Identifier: MIT */
/* The steps of a program as calls: one line a step, with the layer's name. */
#include "emit/names.h"

#include <stdlib.h>
#include <string.h>

struct caller {
    lua_State *L;
    struct arena *mem;
    const struct graph *g;
    const struct kernels *kernels;
    bool poison;
    const char *net; /* how a call names the net */
};

/* How the output names the memory of a value: scratch bytes, a field of the net, a const array. */
static const char *address(const struct caller *c, const struct val *v, const struct copy *copy)
{
    static const char *const macros[] = {[F32] = "F32", [U8] = "U8", [I8] = "I8", [BITS] = "U8", [I16] = "I16"};
    if (is_range(v))
        return arena_format(c->mem, "%s->ranges[%d]", c->net, v->first);
    if (v->role == ROLE_INPUT)
        return "input";
    if (v->role == ROLE_FROZEN)
        return c_name(c->mem, v->name);
    if (v->role == ROLE_TRAINED || v->role == ROLE_STATE)
        return arena_format(c->mem, "%s->%s", c->net, c_name(c->mem, v->name));
    need(c->L, macros[v->type]);
    return arena_format(c->mem, "%s(%lld)", macros[v->type], (long long)copy->buffer->offset);
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
            text_put(t, ", %d", v[i]->role == ROLE_INPUT ? v[i]->h : copy[i]->buffer->rows);
    }
}

static void push_kernel_call(const struct caller *c, const struct task *t, const char *rows)
{
    const struct node *n = t->node;
    struct text args = text_new(c->mem);
    put_args(c, &args, n->op->in, n->in, n->in, t->in, n->nin);
    put_args(c, &args, n->op->out, kernel_node(n)->out, n->out, t->out, n->nout);
    set_text(c->L, "kind", "kernel");
    const char *name = kernel_of(c->mem, c->kernels, n)->name;
    text_put(&args, ", %s", rows);
    set_text(c->L, "text", arena_format(c->mem, "%s(%s);", name, wrapped(c->mem, args.at, 5 + (int)strlen(name), 8)));
}

static void push_update_call(const struct caller *c, const struct task *t)
{
    const struct node *n = t->node;
    int first = n->in[0]->first;
    const char *part = first ? arena_format(c->mem, " + %d", first) : "";
    struct text args = text_new(c->mem);
    text_put(&args, "%s%s, %s", address(c, n->in[1], NULL), part, address(c, n->in[0], t->in[0]));
    for (int i = 2; i < 4; i++)
        if (n->in[i])
            text_put(&args, ", %s%s", address(c, n->in[i], NULL), part);
    text_put(&args, ", %d", n->in[0]->c);
    const char *learn = n->in[1]->type == BF16 ? "learn_bf16" : "learn";
    need(c->L, learn);
    set_text(c->L, "learn", learn);
    set_text(c->L, "kind", "update");
    set_text(c->L, "text", args.at);
    if (n->in[4])
        set_text(c->L, "bound", address(c, n->in[4], t->in[4]));
}

static void push_loss_call(const struct caller *c, const struct task *t)
{
    set_text(c->L, "kind", "loss");
    set_text(c->L, "text", "");
    set_text(c->L, "scores", address(c, t->node->in[0], t->in[0]));
    set_text(c->L, "gradient", address(c, t->node->out[0], t->out[0]));
}

/* ---- poison: what nobody will read again, after a sweep ---- */

static int by_offset(const void *a, const void *b)
{
    const struct buffer *const *x = a, *const *y = b;
    if ((*x)->offset != (*y)->offset)
        return (*x)->offset < (*y)->offset ? -1 : 1;
    return (*x)->id - (*y)->id;
}

static void push_gap(lua_State *L, int *n, int64_t from, int64_t to)
{
    if (to <= from)
        return;
    lua_createtable(L, 0, 2);
    set_int(L, "offset", from);
    set_int(L, "bytes", to - from);
    lua_seti(L, -2, ++*n);
}

/* The bytes between the buffers that are alive at time `now`. */
static void push_dead(const struct caller *c, const struct program *p, int now)
{
    struct buffer **alive = NEW_ARRAY(c->mem, struct buffer *, p->nbuffer);
    int count = 0, n = 0;
    int64_t at = 0;
    for (int i = 0; i < p->nbuffer; i++)
        if (p->buffer[i]->first < now && (p->buffer[i]->last > now || p->buffer[i]->tail->kept))
            alive[count++] = p->buffer[i];
    qsort(alive, (size_t)count, sizeof *alive, by_offset);
    lua_newtable(c->L);
    for (int i = 0; c->poison && i < count; i++) {
        push_gap(c->L, &n, at, alive[i]->offset);
        if (at < alive[i]->offset + alive[i]->bytes)
            at = alive[i]->offset + alive[i]->bytes;
    }
    if (c->poison)
        push_gap(c->L, &n, at, p->arena);
    lua_setfield(c->L, -2, "dead");
}

/* ---- steps ---- */

static void push_call(const struct caller *c, const struct task *t, const char *rows)
{
    lua_createtable(c->L, 0, 6);
    if (t->node->pass == PASS_UPDATE)
        push_update_call(c, t);
    else if (t->node->pass == PASS_LOSS)
        push_loss_call(c, t);
    else
        push_kernel_call(c, t, rows);
    set_text(c->L, "layer", t->node->name);
}

bool is_plain(const struct sweep *w)
{
    return w->nstep == w->ntask;
}

static void push_plain(const struct caller *c, const struct sweep *w)
{
    lua_newtable(c->L);
    for (int i = 0; i < w->nstep; i++) {
        const struct step *step = &w->step[i];
        push_call(c, &w->task[step->task], arena_format(c->mem, "%d, %d", step->y0, step->y1));
        lua_seti(c->L, -2, i + 1);
    }
    lua_setfield(c->L, -2, "steps");
}

/* ---- strips: the order of tasks as runs that repeat (prologue, steady state, epilogue) ---- */

struct repeat {
    int length, times;
};

/* The repetition at `at` that saves most. */
static struct repeat repeat_at(const struct step *step, int at, int count)
{
    enum { LONGEST = 64, WORTH = 8 };
    struct repeat best = {0, 1};
    int saved = WORTH - 1;
    for (int length = 1; length <= LONGEST && at + 2 * length <= count; length++) {
        int same = 0;
        while (at + length + same < count && step[at + same].task == step[at + length + same].task)
            same++;
        int times = same / length + 1;
        if ((times - 1) * length > saved) {
            saved = (times - 1) * length;
            best = (struct repeat){length, times};
        }
    }
    return best;
}

struct pushing_order {
    lua_State *L;
    int nrun, nentry;
};

static void push_run(struct pushing_order *o, const struct step *step, int from, int length, int times)
{
    lua_State *L = o->L; /* ... runs, order */
    if (length == 0)
        return;
    lua_createtable(L, 0, 3);
    set_int(L, "first", o->nentry);
    set_int(L, "count", length);
    set_int(L, "times", times);
    lua_seti(L, -3, ++o->nrun);
    for (int i = 0; i < length; i++) {
        lua_pushinteger(L, step[from + i].task);
        lua_seti(L, -2, ++o->nentry);
    }
}

static void push_order(lua_State *L, const struct sweep *w)
{
    struct pushing_order o = {L, 0, 0};
    int literal = 0;
    lua_newtable(L);
    lua_newtable(L);
    for (int i = 0; i < w->nstep;) {
        struct repeat r = repeat_at(w->step, i, w->nstep);
        if (r.times == 1) {
            i++;
            continue;
        }
        push_run(&o, w->step, literal, i - literal, 1);
        push_run(&o, w->step, i, r.length, r.times);
        i += r.length * r.times;
        literal = i;
    }
    push_run(&o, w->step, literal, w->nstep - literal, 1);
    lua_setfield(L, -3, "order");
    lua_setfield(L, -2, "runs");
}

static void push_strips(const struct caller *c, const struct sweep *w, const char *name)
{
    bool net = false, input = false, writes = false;
    set_text(c->L, "name", name);
    push_order(c->L, w);
    lua_newtable(c->L);
    for (int i = 0; i < w->ntask; i++) {
        const struct task *t = &w->task[i];
        push_call(c, t, "y0, y1");
        set_int(c->L, "strip", t->strip);
        set_int(c->L, "height", node_steps(t->node));
        lua_seti(c->L, -2, i + 1);
        for (int k = 0; k < t->node->nin; k++) {
            const struct val *v = t->node->in[k];
            net = net || (v && (v->role == ROLE_TRAINED || v->role == ROLE_STATE));
            input = input || (v && v->role == ROLE_INPUT);
        }
        for (int k = 0; k < t->node->nout; k++)
            writes = writes || (t->node->out[k] && t->node->out[k]->role == ROLE_STATE);
    }
    lua_setfield(c->L, -2, "tasks");
    set_flag(c->L, "net", net || writes);
    set_flag(c->L, "writes", writes); /* gradients of a batch */
    set_flag(c->L, "input", input);
}

void push_program(lua_State *L, struct arena *mem, const struct graph *g, const struct kernels *k,
                  const struct program *p, bool poison)
{
    struct caller c = {L, mem, g, k, poison, NULL};
    bool trains = g->loss && !strcmp(p->name, "train");
    lua_newtable(L);
    for (int s = 0; s < p->nsweep; s++) {
        const struct sweep *w = &p->sweep[s];
        lua_createtable(L, 0, 8);
        set_text(L, "title", w->title);
        c.net = trains && is_plain(w) ? "fresh(net)" : "net";
        if (is_plain(w))
            push_plain(&c, w);
        else
            push_strips(&c, w, arena_format(mem, "%s_sweep_%d", p->name, s));
        push_dead(&c, p, w->first + w->nstep);
        lua_seti(L, -2, s + 1);
    }
}
