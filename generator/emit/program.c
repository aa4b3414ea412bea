/* SPDX-License-Identifier: MIT */
/* A program as the output has it: functions for what always runs together, loops over their calls, and a list of
 * these. */
#include "emit/calls.h"
#include "schedule/order.h"

#include <stdlib.h>
#include <string.h>

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
static void push_dead(const struct caller *c, int now)
{
    const struct program *p = c->p;
    struct buffer **alive = NEW_ARRAY(c->mem, struct buffer *, p->nbuffer);
    int count = 0, n = 0;
    int64_t at = 0;
    for (int i = 0; i < p->nbuffer; i++)
        if (p->buffer[i]->first < now && (p->buffer[i]->last > now || p->buffer[i]->tail->kept))
            alive[count++] = p->buffer[i];
    qsort(alive, (size_t)count, sizeof *alive, by_offset);
    for (int i = 0; i < count; i++) {
        push_gap(c->L, &n, at, alive[i]->offset);
        if (at < alive[i]->offset + alive[i]->bytes)
            at = alive[i]->offset + alive[i]->bytes;
    }
    push_gap(c->L, &n, at, p->arena);
}

/* ---- functions ---- */

/* What a function of the output works on, besides scratch. */
struct needs {
    bool net, writes, input; /* writes: gradients of a batch */
};

static void add_needs(struct needs *all, const struct node *n)
{
    for (int k = 0; k < n->nin; k++) {
        const struct val *v = n->in[k];
        all->net = all->net || (v && (v->role == ROLE_TRAINED || v->role == ROLE_STATE));
        all->input = all->input || (v && v->role == ROLE_INPUT);
    }
    for (int k = 0; k < n->nout; k++)
        all->writes = all->writes || (n->out[k] && n->out[k]->role == ROLE_STATE);
    all->net = all->net || all->writes;
}

static struct needs stage_needs(const struct sweep *w, const struct stage *s)
{
    struct needs all = {false, false, false};
    for (int i = 0; i < s->ntask; i++)
        add_needs(&all, w->task[s->task[i]].node);
    return all;
}

static void push_head(lua_State *L, const char *fn, struct needs n)
{
    set_text(L, "fn", fn);
    set_flag(L, "net", n.net);
    set_flag(L, "writes", n.writes);
    set_flag(L, "input", n.input);
}

/* "train_blocks_1_pointwise2": it makes that, last of all. */
static const char *stage_name(const struct caller *c, const struct sweep *w, const struct stage *s)
{
    int last = s->ntask - 1;
    while (last > 0 && w->task[s->task[last]].node->op->stepping != STEP_ROWS)
        last--;
    if (w->task[s->task[last]].node->op->stepping != STEP_ROWS)
        last = s->ntask - 1;
    const char *result = w->task[s->task[last]].node->out[0]->name;
    return take_name(c->taken, arena_format(c->mem, "%s_%s", c->p->name, c_name(c->mem, result)));
}

static const char *rows_text(const struct caller *c, const struct stage *s, int i)
{
    return s->ncall > 1 ? "y0, y1" : arena_format(c->mem, "%d, %d", s->rows[i].y0, s->rows[i].y1);
}

static void push_stage(const struct caller *c, const struct sweep *w, const struct stage *s, const char *fn)
{
    const char *first = w->task[s->task[0]].node->name, *last = w->task[s->task[s->ntask - 1]].node->name;
    lua_createtable(c->L, 0, 7);
    set_text(c->L, "layers", strcmp(first, last) != 0 ? arena_format(c->mem, "%s .. %s", first, last) : first);
    push_head(c->L, fn, stage_needs(w, s));
    set_flag(c->L, "rows", s->ncall > 1);
    lua_newtable(c->L);
    for (int i = 0; i < s->ntask; i++) {
        push_call(c, &w->task[s->task[i]], rows_text(c, s, i));
        lua_seti(c->L, -2, i + 1);
    }
    lua_setfield(c->L, -2, "calls");
}

/* The sweep that takes the rows of an image as they come. */
static bool takes_rows(const struct sweep *w)
{
    bool takes = false;
    for (int i = 0; i < w->ntask; i++)
        takes = takes || w->task[i].node->op->given;
    return takes;
}

/* A stage in a list that calls one kernel is that call, and needs no function. */
static bool is_function(const struct sweep *w, const struct order *o, const struct stage *s)
{
    return s->ntask > 1 || !is_list(o) || takes_rows(w);
}

/* Names of the functions, by stage. */
static const char **push_stages(const struct caller *c, const struct sweep *w, const struct order *o)
{
    const char **fn = NEW_ARRAY(c->mem, const char *, o->nstage);
    int n = 0;
    lua_newtable(c->L);
    for (int i = 0; i < o->nstage; i++) {
        if (!is_function(w, o, &o->stage[i]))
            continue;
        fn[i] = stage_name(c, w, &o->stage[i]);
        push_stage(c, w, &o->stage[i], fn[i]);
        lua_seti(c->L, -2, ++n);
    }
    lua_setfield(c->L, -2, "stages");
    return fn;
}

/* ---- calls of them ---- */

static void push_stage_call(const struct caller *c, const struct sweep *w, const struct stage *s, const char *fn)
{
    lua_createtable(c->L, 0, 8);
    set_text(c->L, "kind", "stage");
    push_head(c->L, fn, stage_needs(w, s));
    set_flag(c->L, "rows", s->ncall > 1);
}

static void push_list(const struct caller *c, const struct sweep *w, const struct order *o, const char **fn)
{
    lua_newtable(c->L);
    for (int i = 0; i < o->nentry; i++) {
        const struct stage *s = &o->stage[o->entry[i].stage];
        if (fn[o->entry[i].stage])
            push_stage_call(c, w, s, fn[o->entry[i].stage]);
        else
            push_call(c, &w->task[s->task[0]], rows_text(c, s, 0));
        lua_seti(c->L, -2, i + 1);
    }
    lua_setfield(c->L, -2, "steps");
}

/* The call whose first row the loop counts: the last of those that go down row by row.  NULL: it counts its times. */
static const struct entry *counted(const struct order *o, const struct piece *p)
{
    const struct entry *found = NULL;
    for (int i = p->from; i < p->from + p->length; i++)
        if (o->entry[i + p->length].y0 - o->entry[i].y0 == 1)
            found = &o->entry[i];
    return found;
}

/* Calls with rows from scale * y + row on, `height` of them; y goes from `first` to below `last`. */
static void push_piece(const struct caller *c, const struct sweep *w, const struct order *o, const struct piece *p,
                       const char **fn)
{
    const struct entry *count = p->times > 1 ? counted(o, p) : NULL;
    int first = count ? count->y0 : 0;
    lua_createtable(c->L, p->length, 3);
    set_int(c->L, "times", p->times);
    set_int(c->L, "first", first);
    set_int(c->L, "last", first + p->times);
    for (int i = 0; i < p->length; i++) {
        const struct entry *e = &o->entry[p->from + i];
        int scale = p->times > 1 ? e[p->length].y0 - e->y0 : 0;
        push_stage_call(c, w, &o->stage[e->stage], fn[e->stage]);
        set_int(c->L, "scale", scale);
        set_int(c->L, "row", e->y0 - scale * first);
        set_int(c->L, "height", e->y1 - e->y0);
        lua_seti(c->L, -2, i + 1);
    }
}

static void push_loops(const struct caller *c, const struct sweep *w, const struct order *o, const char **fn)
{
    lua_newtable(c->L);
    for (int i = 0; i < o->npiece; i++) {
        push_piece(c, w, o, &o->piece[i], fn);
        lua_seti(c->L, -2, i + 1);
    }
    lua_setfield(c->L, -2, "pieces");
}

/* ---- the same as a table ---- */

/* Letters that are names of counters: not those of arguments, nor I, which is a macro of complex.h. */
static const char letters[] = "abcdefghijklmnopqrtuvwxyzABCDEFGHJKLMNOPQRSTUVWXYZ";

/* Of more stages than there are letters they are numbers. */
static const char *letter_of(const struct caller *c, const struct order *o, int stage)
{
    return o->nstage <= MOST_STAGES ? arena_format(c->mem, "%c", letters[stage]) : arena_format(c->mem, "%d", stage);
}

static void push_turns(const struct caller *c, const struct order *o)
{
    lua_newtable(c->L);
    for (int i = 0; i < o->npiece; i++) {
        const struct piece *p = &o->piece[i];
        struct text t = text_new(c->mem);
        for (int k = p->from; k < p->from + p->length; k++)
            text_put(&t, "%s%s", letter_of(c, o, o->entry[k].stage), o->nstage <= MOST_STAGES ? "" : ", ");
        lua_createtable(c->L, 0, 3);
        set_text(c->L, "letters", t.at);
        set_int(c->L, "length", p->length);
        set_int(c->L, "times", p->times);
        lua_seti(c->L, -2, i + 1);
    }
    lua_setfield(c->L, -2, "turns");
}

static void push_table(const struct caller *c, const struct sweep *w, const struct order *o, const char **fn)
{
    push_turns(c, o);
    lua_newtable(c->L);
    for (int i = 0; i < o->nstage; i++) {
        const struct task *t = &w->task[o->stage[i].task[0]];
        push_stage_call(c, w, &o->stage[i], fn[i]);
        set_text(c->L, "letter", letter_of(c, o, i));
        set_flag(c->L, "given", t->node->op->given);
        set_int(c->L, "strip", t->strip);
        set_int(c->L, "height", node_steps(t->node));
        lua_seti(c->L, -2, i + 1);
    }
    lua_setfield(c->L, -2, "cases");
}

static struct needs sweep_needs(const struct sweep *w, const struct order *o)
{
    struct needs all = {false, false, false};
    for (int i = 0; i < o->nstage; i++) {
        struct needs one = stage_needs(w, &o->stage[i]);
        all = (struct needs){all.net || one.net, all.writes || one.writes, all.input || one.input};
    }
    return all;
}

/* A weight gradient that comes behind its segment's sweep, in parts or whole, is a function with its updates. */
static bool continues(const struct program *p, int s)
{
    return s > 0 && p->sweep[s].late && p->sweep[s].late == p->sweep[s - 1].late;
}

/* Sweep s opens such a function, or goes on with it. */
static void push_late(const struct caller *c, int s)
{
    const struct sweep *w = &c->p->sweep[s];
    const char *layer = w->task[w->ntask - 1].node->name;
    bool more = continues(c->p, s);
    set_flag(c->L, "more", more);
    if (more || !w->late)
        return;
    struct needs all = {true, true, false};
    int end = s;
    do
        for (int i = 0; i < c->p->sweep[end].ntask; i++)
            add_needs(&all, c->p->sweep[end].task[i].node);
    while (++end < c->p->nsweep && continues(c->p, end));
    lua_createtable(c->L, 0, 5);
    push_head(c->L, take_name(c->taken, arena_format(c->mem, "%s_weight_of_%s", c->p->name, c_name(c->mem, layer))),
              all);
    set_flag(c->L, "learns", s + 1 < end && c->p->sweep[s + 1].task[0].node->pass == PASS_UPDATE);
    lua_setfield(c->L, -2, "late");
}

static void push_sweep(const struct caller *c, int s, bool poison)
{
    const struct sweep *w = &c->p->sweep[s];
    struct order *o = order_new(c->mem, w);
    lua_createtable(c->L, 0, 8);
    set_text(c->L, "title", w->title);
    const char **fn = push_stages(c, w, o);
    set_flag(c->L, "takes", takes_rows(w));
    set_flag(c->L, "numbers", o->nstage > MOST_STAGES);
    if (is_list(o) && !takes_rows(w)) {
        push_list(c, w, o, fn);
    } else {
        push_head(c->L, take_name(c->taken, arena_format(c->mem, "%s_sweep_%d", c->p->name, ++*c->nsweep)),
                  sweep_needs(w, o));
        (is_table(o) || takes_rows(w) ? push_table : push_loops)(c, w, o, fn);
    }
    push_late(c, s);
    lua_newtable(c->L);
    if (poison)
        push_dead(c, w->first + w->nstep);
    lua_setfield(c->L, -2, "dead");
}

static const struct copy *last_copy(const struct program *p, const struct val *v)
{
    int i = p->ncopy - 1;
    while (p->copy[i]->val != v)
        i--;
    return p->copy[i];
}

void push_program(lua_State *L, struct arena *mem, const struct graph *g, const struct kernels *k, struct taken *taken,
                  const struct program *p, bool poison)
{
    int nsweep = 0;
    struct caller c = {L,
                       mem,
                       p,
                       k,
                       tensors_new(mem, p),
                       taken,
                       &nsweep,
                       g->spec->input.streamed ? 1 : g->input->h,
                       g->spec->train.decay_weights && g->spec->train.optimizer.weight_decay > 0};
    lua_newtable(L);
    push_tensors(L, mem, c.tensors);
    lua_setfield(L, -2, "tensors");
    set_text(L, "scores", tensor_name(c.tensors, last_copy(p, g->scores)));
    const struct val *features = g->classes.features;
    if (features && features->role == ROLE_TEMP)
        set_text(L, "features", tensor_name(c.tensors, last_copy(p, features)));
    lua_newtable(L);
    for (int s = 0; s < p->nsweep; s++) {
        push_sweep(&c, s, poison);
        lua_seti(L, -2, s + 1);
    }
    lua_setfield(L, -2, "sweeps");
}
