/* SPDX-License-Identifier: MIT */
/* Which layers belong together, as a person would have written them.
 *
 * The operators fall into segments: stretches between two tensors through which everything flows.
 *
 *     x -> [ conv -> conv -> add ] -> y -> [ conv ] -> ...
 *      \________________/
 *
 * A segment that ends in a sum of two ways from its input is a residual block; a chain of segments
 * of one layer is searched for mbconv and depthwise separable blocks.  Blocks of one form in a row
 * are a loop. */
#include "import/writer/writer.h"

#include <string.h>

/* ---- forms ---- */

bool is_depthwise(const struct operation *o)
{
    return o->kind == OP_CONV && o->groups > 1 && o->groups == o->in[0]->map.c && o->groups == o->out->map.c;
}

bool is_normalisation(const struct operation *o)
{
    const struct operation *before = o->in[0]->def;
    return o->kind == OP_CONV && !o->rescale && !o->activation && o->k[0] * o->k[1] == 1 && o->s[0] * o->s[1] == 1 &&
           o->pad[0] + o->pad[1] + o->pad[2] + o->pad[3] == 0 && o->groups == o->in[0]->map.c &&
           o->groups == o->out->map.c && (!before || (before->norm && is_normalisation(before)));
}

static bool is_pointwise(const struct operation *o)
{
    return o->kind == OP_CONV && o->groups == 1 && o->k[0] * o->k[1] == 1 && o->s[0] * o->s[1] == 1 &&
           o->pad[0] + o->pad[1] + o->pad[2] + o->pad[3] == 0;
}

const char *constructor_of(const struct operation *o)
{
    static const char *const names[OP_KINDS] = {
        [OP_CONV] = "conv",         [OP_DENSE] = "dense",       [OP_ADD] = "add",
        [OP_AVG_POOL] = "avg_pool", [OP_MAX_POOL] = "max_pool", [OP_GLOBAL_POOL] = "global_pool",
        [OP_UPSAMPLE] = "upsample", [OP_SUB] = "sub",           [OP_MUL] = "mul",
        [OP_DIV] = "div",           [OP_CONCAT] = "concat",     [OP_PRELU] = "prelu",
        [OP_CHANNELS] = "channels", [OP_L2_NORM] = "l2_norm",   [OP_GROUP_NORM] = "group_norm"};
    if (o->kind == OP_ACTIVATION)
        return o->activation->name;
    return is_depthwise(o) ? "dwconv" : names[o->kind];
}

bool has_vectors(const struct operation *o)
{
    return o->kind == OP_PRELU || o->kind == OP_GROUP_NORM;
}

static bool same_map(const struct value *a, const struct value *b)
{
    return !memcmp(&a->map, &b->map, sizeof a->map);
}

static bool same_act(const struct operation *a, const struct operation *b)
{
    bool same = a->activation == b->activation;
    for (int i = 0; i < 2; i++)
        same = same && !a->setting[i] == !b->setting[i] && (!a->setting[i] || !strcmp(a->setting[i], b->setting[i]));
    return same;
}

/* The members of an mbconv, without its sum: [pointwise1] depthwise pointwise2.  How many, or 0. */
static int mbconv_at(struct operation *const *op, int n)
{
    int first = n >= 3 && is_pointwise(op[0]) && is_depthwise(op[1]) ? 1 : 0;
    if (n < first + 2 || !is_depthwise(op[first]) || !is_pointwise(op[first + 1]))
        return 0;
    const struct operation *dw = op[first], *pw2 = op[first + 1];
    if (dw->norm || dw->rescale || !dw->activation || pw2->activation || !dw->w->bias || !pw2->w->bias)
        return 0;
    const struct operation *before = op[0]->in[0]->def;
    if (!first && before && is_pointwise(before) && before->activation)
        return 0; /* the rest of something else */
    if (first && (!op[0]->w->bias || !same_act(op[0], dw) || op[0]->out->map.c == op[0]->in[0]->map.c))
        return 0;
    return first + 2;
}

/* ---- making units ---- */

static void add_member(struct unit *u, struct operation *o, const char *role)
{
    u->member[u->nmember++] = (struct unit_member){o, role};
}

static struct unit *unit_add(struct units *u, enum unit_kind kind)
{
    struct unit *one = &u->unit[u->count++]; /* there are no more units than operators */
    *one = (struct unit){.kind = kind, .number = -1};
    return one;
}

static void name_mbconv(struct unit *u, struct operation *const *op, int n)
{
    static const char *const roles[] = {"pointwise1", "depthwise", "pointwise2"};
    for (int i = 0; i < n; i++)
        add_member(u, op[i], roles[3 - n + i]);
}

/* The operators from x to v, each the only reader of the one before.  How many; -1 if it is no such
 * way. */
static int way(const struct value *x, struct value *v, struct operation **list)
{
    struct operation *back[MEMBERS];
    int n = 0;
    while (v != x) {
        if (!v->def || v->def->nin != 1 || n == MEMBERS - 2 || v->readers != 1)
            return -1;
        back[n++] = v->def;
        v = v->def->in[0];
    }
    for (int i = 0; i < n; i++)
        list[i] = back[n - 1 - i];
    return n;
}

/* A name for operator o of a block, the n-th: conv1 conv2 norm1, counted by kind, or max_pool3 by its place. */
static const char *role_of(struct model *m, const struct operation *o, int n, int *convs, int *norms)
{
    if (o->norm)
        return arena_format(m->mem, "norm%d", ++*norms);
    if (o->rescale)
        return arena_format(m->mem, "rescale%d", n);
    return o->kind == OP_CONV ? arena_format(m->mem, "conv%d", ++*convs)
                              : arena_format(m->mem, "%s%d", constructor_of(o), n);
}

static bool residual(struct model *m, struct units *u, const struct value *x, struct operation *const *op, int n)
{
    struct operation *sum = op[n - 1], *ways[2][MEMBERS];
    int length[2];
    if (sum->kind != OP_ADD || sum->nin != 2 || n > MEMBERS)
        return false;
    for (int i = 0; i < 2; i++)
        if ((length[i] = way(x, sum->in[i], ways[i])) < 0)
            return false;
    int main = length[1] > length[0], convs = 0, norms = 0;
    if (length[0] + length[1] + 1 != n || length[main] == length[!main])
        return false;
    if (length[!main] == 0 && !sum->activation && same_map(x, sum->out) && mbconv_at(ways[main], n - 1) == n - 1) {
        struct unit *block = unit_add(u, UNIT_MBCONV);
        name_mbconv(block, ways[main], n - 1);
        add_member(block, sum, "add");
        return true;
    }
    struct unit *block = unit_add(u, UNIT_RESIDUAL);
    for (int i = 0; i < length[main]; i++)
        add_member(block, ways[main][i], role_of(m, ways[main][i], i + 1, &convs, &norms));
    for (int i = 0; i < length[!main]; i++)
        add_member(block, ways[!main][i], length[!main] == 1 ? "shortcut" : arena_format(m->mem, "shortcut%d", i + 1));
    block->shortcuts = length[!main];
    add_member(block, sum, "add");
    return true;
}

/* The operators of a chain, as blocks where they are ones. */
static void chain(struct units *u, struct operation *const *op, int n)
{
    for (int i = 0; i < n;) {
        int block = mbconv_at(op + i, n - i);
        if (block && !same_map(op[i]->in[0], op[i + block - 1]->out)) {
            name_mbconv(unit_add(u, UNIT_MBCONV), op + i, block);
            i += block;
        } else if (i + 1 < n && is_depthwise(op[i]) && !op[i]->norm && !op[i]->rescale && !is_normalisation(op[i]) &&
                   is_pointwise(op[i + 1])) {
            struct unit *separable = unit_add(u, UNIT_SEPARABLE);
            add_member(separable, op[i], "depthwise");
            add_member(separable, op[i + 1], "pointwise");
            i += 2;
        } else {
            add_member(unit_add(u, UNIT_LAYER), op[i++], NULL);
        }
    }
}

/* An mbconv at the beginning of operators that are no chain.  How many it takes, its sum included;
 * or 0. */
static int mbconv_among(struct operation *const *op, int n)
{
    int block = mbconv_at(op, n);
    for (int i = 1; i < block; i++)
        if (op[i]->in[0] != op[i - 1]->out || op[i - 1]->out->readers != 1)
            return 0;
    if (!block)
        return 0;
    const struct value *x = op[0]->in[0], *y = op[block - 1]->out;
    const struct operation *sum = block < n && op[block]->kind == OP_ADD && !op[block]->activation ? op[block] : NULL;
    if (sum && y->readers == 1 && same_map(x, y) &&
        ((sum->in[0] == x && sum->in[1] == y) || (sum->in[0] == y && sum->in[1] == x)))
        return block + 1;
    return same_map(x, y) ? 0 : block;
}

/* Operators that are neither a chain nor a block: mbconvs among them, the others by themselves. */
static void tangle(struct units *u, struct operation *const *op, int n)
{
    for (int i = 0; i < n;) {
        int block = mbconv_among(op + i, n - i);
        if (block) {
            bool sum = op[i + block - 1]->kind == OP_ADD;
            struct unit *one = unit_add(u, UNIT_MBCONV);
            name_mbconv(one, op + i, block - sum);
            if (sum)
                add_member(one, op[i + block - 1], "add");
        } else {
            add_member(unit_add(u, UNIT_LAYER), op[i], NULL);
        }
        i += block ? block : 1;
    }
}

/* Where the last reader of each value stands decides where everything flows through one tensor. */
static void find_units(struct model *m, struct units *u)
{
    int *last = NEW_ARRAY(m->mem, int, m->nop + 1), from = 0, chained = 0, reach = 0;
    for (int i = 0; i < m->nop; i++) /* values are numbered by what makes them; 0 is the input */
        m->op[i]->index_here = i + 1;
    for (int i = 0; i < m->nop; i++)
        for (int k = 0; k < m->op[i]->nin; k++)
            last[m->op[i]->in[k]->def ? m->op[i]->in[k]->def->index_here : 0] = i;
    for (int i = 0; i < m->nop; i++) {
        reach = last[i] > reach ? last[i] : reach; /* of all values made before operator i */
        if (reach > i)
            continue;
        int n = i + 1 - from;
        const struct value *x = from ? m->op[from - 1]->out : m->input;
        if (n > 1) {
            chain(u, m->op + chained, from - chained);
            if (!residual(m, u, x, m->op + from, n))
                tangle(u, m->op + from, n);
            chained = i + 1;
        }
        from = i + 1;
    }
    chain(u, m->op + chained, m->nop - chained);
}

/* ---- runs ---- */

/* One behind the other, each reading just the one before. */
static bool follows(const struct unit *a, const struct unit *b)
{
    const struct operation *first = b->member[0].op, *last = a ? a->member[a->nmember - 1].op : NULL;
    return first->nin == 1 && first->in[0]->def == last;
}

/* True if nothing but b reads what a makes: else that needs a name, and nothing of a loop has one.
 */
static bool only_read_by(const struct unit *a, const struct unit *b)
{
    const struct value *y = a->member[a->nmember - 1].op->out;
    int readers = 0;
    for (int i = 0; i < b->nmember; i++)
        for (int k = 0; k < b->member[i].op->nin; k++)
            readers += b->member[i].op->in[k] == y;
    return readers == y->readers;
}

/* The same layers, but for those on a short way and the sum of an mbconv. */
static bool same_form(const struct unit *a, const struct unit *b)
{
    int n = a->nmember - a->shortcuts;
    if (a->kind != b->kind || n != b->nmember - b->shortcuts)
        return a->kind == b->kind && a->kind == UNIT_MBCONV && !strcmp(a->member[0].role, b->member[0].role);
    if (a->shortcuts > 1 || b->shortcuts > 1)
        return false;
    for (int i = 0; i < n; i++) {
        const struct unit_member *x = &a->member[i < n - 1 ? i : a->nmember - 1];
        const struct unit_member *y = &b->member[i < n - 1 ? i : b->nmember - 1];
        if (strcmp(constructor_of(x->op), constructor_of(y->op)) || (x->role && strcmp(x->role, y->role)))
            return false;
    }
    return true;
}

static void find_runs(struct model *m, struct units *u)
{
    for (int i = 0, run = 0; i < u->count; run++) {
        struct unit *first = &u->unit[i];
        int n = 1;
        bool loops = (first->kind != UNIT_LAYER || first->member[0].op->w) && !is_normalisation(first->member[0].op) &&
                     follows(i ? first - 1 : NULL, first);
        while (loops && i + n < u->count && same_form(first, &u->unit[i + n]) &&
               follows(&u->unit[i + n - 1], &u->unit[i + n]) && only_read_by(&u->unit[i + n - 1], &u->unit[i + n]) &&
               (first->kind != UNIT_LAYER || u->unit[i + n].member[0].op->out != m->output))
            n++;
        if (n < (first->kind == UNIT_LAYER ? 3 : 2))
            n = 1;
        for (int k = 0; k < n; k++)
            u->unit[i + k].run = run;
        i += n;
    }
}

/* ---- names ---- */

/* True if no convolution or dense layer stands before unit i, but for a normalisation and depthwise ones. */
static bool first_conv(const struct units *u, int i)
{
    for (int k = 0; k < i; k++)
        if (u->unit[k].kind != UNIT_LAYER || (u->unit[k].member[0].op->w && !is_depthwise(u->unit[k].member[0].op) &&
                                              !is_normalisation(u->unit[k].member[0].op)))
            return false;
    return true;
}

/* Layers up to the i-th of the activation that it is. */
static int activations(const struct units *u, int i)
{
    int count = 0;
    for (int k = 0; k <= i; k++)
        count += u->unit[k].kind == UNIT_LAYER && u->unit[k].member[0].op->kind == OP_ACTIVATION &&
                 u->unit[k].member[0].op->activation == u->unit[i].member[0].op->activation;
    return count;
}

static const char *layer_name(struct model *m, struct units *u, int i, int *numbers)
{
    struct operation *o = u->unit[i].member[0].op;
    if (o->w && o->out == m->output)
        return u->classifies ? "classifier" : "output";
    if (is_normalisation(o)) /* of int8, factors and offsets may be two layers */
        return i ? arena_format(m->mem, NORMALISE "%d", i + 1) : NORMALISE;
    if (o->kind == OP_CONV && !is_depthwise(o) && first_conv(u, i))
        return "first_conv";
    if (is_pointwise(o) && i + 1 < u->count && u->unit[i + 1].member[0].op->kind == OP_GLOBAL_POOL && i > 1)
        return "last_conv";
    if (o->norm)
        return arena_format(m->mem, "norm%d", ++numbers[OP_SCALE]);
    if (o->rescale)
        return arena_format(m->mem, "rescale%d", ++numbers[OP_QUANTIZE]);
    if (o->kind == OP_ACTIVATION)
        return arena_format(m->mem, "%s%d", constructor_of(o), activations(u, i));
    return arena_format(m->mem, "%s%d", constructor_of(o), ++numbers[o->kind + (is_depthwise(o) ? OP_KINDS : 0)]);
}

/* True if the scale of its result is not that of what it reads, or by chance the same. */
static bool has_own_scale(const struct operation *o)
{
    const struct quantum *x = &o->in[0]->quantum, *y = &o->out->quantum;
    bool computes = o->mean || (o->kind == OP_ACTIVATION && !o->activation->clamp);
    return computes || y->scale != x->scale || y->zero_point != x->zero_point;
}

static void name_units(struct model *m, struct units *u)
{
    int blocks = 0, layers = 0, numbers[2 * OP_KINDS] = {0};
    for (int i = 0; i < u->count; i++) {
        struct unit *one = &u->unit[i];
        bool in_run = (i && u->unit[i - 1].run == one->run) || (i + 1 < u->count && u->unit[i + 1].run == one->run);
        if (one->kind != UNIT_LAYER) {
            one->number = blocks++;
            one->name = arena_format(m->mem, "blocks.%d", one->number);
        } else if (in_run) {
            one->number = ++layers;
            one->name = arena_format(m->mem, "layers.%d", one->number);
        } else {
            one->name = layer_name(m, u, i, numbers);
        }
        for (int k = 0; k < one->nmember; k++) {
            struct unit_member *member = &one->member[k];
            member->op->layer = member->role ? arena_format(m->mem, "%s.%s", one->name, member->role) : one->name;
            member->op->named = member->role || member->op->w || member->op->nin > 1 || has_vectors(member->op) ||
                                (m->integer && has_own_scale(member->op));
        }
    }
}

struct units *model_units(struct model *m)
{
    struct units *u = NEW(m->mem, struct units);
    const struct value *y = m->output;
    int64_t values = (int64_t)y->map.h * y->map.w * y->map.c;
    u->unit = NEW_ARRAY(m->mem, struct unit, m->nop);
    u->classifies = m->probabilities || (y->map.h * y->map.w == 1 && values > 1 && values != m->input->t.count &&
                                         y->def->w && !y->def->activation);
    find_units(m, u);
    find_runs(m, u);
    name_units(m, u);
    return u;
}
