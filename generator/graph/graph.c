/* SPDX-License-Identifier: MIT */
/* Building blocks of graphs, their check and their dump. */
#include "graph/op.h"

#include <assert.h>
#include <stdlib.h>

struct val *val_new(struct graph *g, const char *name, struct shape shape, enum type type)
{
    struct val *v = NEW(g->mem, struct val);
    *v = (struct val){
        .name = name, .id = g->nval, .h = shape.h, .w = shape.w, .c = shape.c, .type = type, .role = ROLE_TEMP};
    GROW(g->mem, g->val, g->nval, g->val_capacity);
    return g->val[g->nval++] = v;
}

struct val *val_like(struct graph *g, const char *name, const struct val *v)
{
    return val_new(g, name, (struct shape){v->h, v->w, v->c}, v->type);
}

struct val *val_constant(struct graph *g, const char *name, enum type type, const void *data, int count,
                         const char *comment)
{
    struct val *v = val_new(g, name, (struct shape){1, 1, count}, type);
    v->role = ROLE_FROZEN;
    v->constant = data;
    v->comment = comment;
    return v;
}

void node_become(struct node *n, const struct op *op)
{
    n->op = op;
    n->nin = n->nout = 0;
    while (n->nin < NODE_IN && op->in[n->nin].name)
        n->nin++;
    while (n->nout < NODE_OUT && op->out[n->nout].name)
        n->nout++;
}

struct node *node_add(struct graph *g, const struct op *op, const char *name, struct loc loc, struct val *out)
{
    struct node *n = NEW(g->mem, struct node);
    *n = (struct node){.op = op, .name = name, .loc = loc, .pass = g->pass};
    node_become(n, op);
    n->out[0] = out;
    if (out)
        out->def = n;
    GROW(g->mem, g->node, g->nnode, g->node_capacity);
    return g->node[g->nnode++] = n;
}

struct shape image_shape(const struct graph *g)
{
    const struct val *in = g->input;
    bool packed = in->type == U8 && g->spec->input.type == INPUT_RGB565;
    return (struct shape){in->h, in->w, packed ? g->spec->input.shape.c : in->c};
}

int node_position(const struct graph *g, const struct node *n)
{
    int i = 0;
    while (g->node[i] != n)
        i++;
    return i;
}

void node_remove(struct graph *g, const struct node *n)
{
    int at = node_position(g, n);
    g->nnode--;
    for (int i = at; i < g->nnode; i++)
        g->node[i] = g->node[i + 1];
}

int64_t val_row_bytes(const struct val *v)
{
    return ((int64_t)v->w * v->c * type_bits(v->type) + 7) / 8;
}

int64_t val_bytes(const struct val *v)
{
    return v->h * val_row_bytes(v);
}

bool val_is_param(const struct val *v)
{
    return v->role == ROLE_FROZEN || v->role == ROLE_TRAINED;
}

int val_readers(const struct graph *g, const struct val *v)
{
    int count = 0;
    for (int i = 0; i < g->nnode; i++)
        for (int k = 0; k < g->node[i]->nin; k++)
            count += g->node[i]->in[k] == v;
    return count;
}

/* ---- steps ---- */

int node_steps(const struct node *n)
{
    switch (n->op->stepping) {
    case STEP_ROWS:
        return n->out[0]->h;
    case STEP_ACCUMULATE:
        return n->in[0]->h;
    default:
        return 1;
    }
}

void node_rows(const struct node *n, int i, int y, int *lo, int *hi)
{
    if (!n->op->in[i].rows || n->op->stepping == STEP_ONCE) { /* all of it, from the first step on */
        *lo = 0;
        *hi = n->in[i]->h - 1;
    } else if (n->op->rows) {
        n->op->rows(n, i, y, lo, hi);
    } else {
        *lo = *hi = y;
    }
}

int64_t node_macs(const struct node *n)
{
    return n->op->macs ? n->op->macs(n) : 0;
}

static struct val seen(const struct node *n, const struct val *v, const struct arg *arg)
{
    struct val as = *v;
    if (arg->index && n->in[arg->index - 1])
        as.c = n->in[arg->index - 1]->c;
    return as;
}

struct val node_input(const struct node *n, int i)
{
    return seen(n, n->in[i], &n->op->in[i]);
}

struct val node_output(const struct node *n, int i)
{
    return seen(n, n->out[i], &n->op->out[i]);
}

/* ---- which operator ---- */

const struct op *op_of(const struct op *const *operators, const struct constructor *make)
{
    while (*operators && (*operators)->make != make)
        operators++;
    assert(*operators);
    return *operators;
}

bool is_convolution(const struct node *n)
{
    return n->op->weights != CONTENT_NONE;
}

/* ---- int8 ---- */

enum grid_rule node_grid(const struct node *n, unsigned int8)
{
    unsigned maps = 0;
    for (int i = 0; i < n->nin; i++) {
        maps |= (unsigned)(n->in[i] && !val_is_param(n->in[i])) << i;
        if (n->in[i] && n->in[i]->channels && n->op->grid != GRID_WEIGHTS)
            return GRID_NONE; /* its channels are not of one grid: real numbers are */
    }
    bool all = (int8 & maps) == maps;
    if (n->op->fits_int8 && !n->op->fits_int8(n))
        return GRID_NONE;
    if (n->op->grid == GRID_SUM)
        return all ? GRID_OWN : int8 & maps ? GRID_SAME : GRID_NONE;
    if (n->op->grid == GRID_SAME || n->op->grid == GRID_OWN)
        return all ? n->op->grid : GRID_NONE;
    return n->op->grid;
}

/* ---- check and dump ---- */

static void broken(const struct node *n, const char *why)
{
    fprintf(stderr, "graph_check: %s '%s': %s\n", n->op->name, n->name, why);
    abort();
}

void graph_check(const struct graph *g)
{
    bool *made = calloc((size_t)g->nval + 1, sizeof *made);
    for (int i = 0; made && i < g->nnode; i++) {
        const struct node *n = g->node[i];
        for (int k = 0; k < n->nin; k++) {
            const struct val *v = n->in[k];
            if (!v && !n->op->in[k].optional)
                broken(n, "an input is missing");
            if (v && v->role == ROLE_TEMP && !made[v->id])
                broken(n, "an input is used before it is made");
        }
        for (int k = 0; k < n->nout; k++) {
            const struct val *v = n->out[k];
            if (!v && !n->op->out[k].optional)
                broken(n, "an output is missing");
            if (v && (v->h < 1 || v->w < 1 || v->c < 1))
                broken(n, "an output is empty");
            if (v && made[v->id])
                broken(n, "an output is made twice");
            if (v && v->def != n)
                broken(n, "an output does not know its node");
            if (v)
                made[v->id] = true;
        }
    }
    free(made);
}

const char *type_name(enum type t)
{
    static const char *const names[] = {[F32] = "f32",   [U8] = "u8",   [I8] = "i8",   [U16] = "u16",
                                        [BITS] = "bits", [I16] = "i16", [I32] = "i32", [BF16] = "bf16"};
    return names[t];
}

int type_bits(enum type t)
{
    static const int bits[] = {
        [F32] = 32, [U8] = 8, [I8] = 8, [U16] = 16, [BITS] = 1, [I16] = 16, [I32] = 32, [BF16] = 16};
    return bits[t];
}

static void dump_val(const struct val *v, FILE *out)
{
    static const char mark[] = {
        [ROLE_INPUT] = '^', [ROLE_FROZEN] = '@', [ROLE_TRAINED] = '$', [ROLE_STATE] = '&', [ROLE_TEMP] = '%'};
    if (v)
        fprintf(out, "%c%s", mark[v->role], v->name);
    else
        fputc('-', out);
}

void graph_dump(const struct graph *g, FILE *out)
{
    for (int i = 0; i < g->nnode; i++) {
        const struct node *n = g->node[i];
        const struct window *w = &n->win;
        for (int k = 0; k < n->nout; k++)
            if (n->out[k]) {
                dump_val(n->out[k], out);
                fprintf(out, " %s %dx%dx%d ", type_name(n->out[k]->type), n->out[k]->h, n->out[k]->w, n->out[k]->c);
            }
        fprintf(out, "= %s", n->op->name);
        for (int k = 0; k < n->nin; k++)
            if (n->in[k]) {
                fputc(' ', out);
                dump_val(n->in[k], out);
            }
        if (w->kh)
            fprintf(out, "  k=%dx%d s=%dx%d p=%d,%d g=%d", w->kh, w->kw, w->sh, w->sw, w->top, w->left, w->groups);
        if (w->dh > 1 || w->dw > 1)
            fprintf(out, " d=%dx%d", w->dh, w->dw);
        if (n->loc.line)
            fprintf(out, "  line=%d", n->loc.line);
        fputc('\n', out);
    }
}
