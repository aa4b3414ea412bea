/* SPDX-License-Identifier: MIT */
/* Parameters: where their values come from, and the orders in which kernels read them. */
#include "graph/graph.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

/* ---- random values, the same on every machine ---- */

/* splitmix64 (Steele, Lea and Flood, OOPSLA 2014): a seed -> a stream of 64-bit numbers. */
static uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Uniform in +-sqrt(6 / fan-in): keeps the scale of activations through relu layers (He et al., 2015).  A
 * dense layer without an activation gives scores, which should start small: +-sqrt(1 / fan-in), as in
 * PyTorch.  (Large ones cost up to 10 points of accuracy in a short training.) */
static void fill_random(struct param *p, unsigned seed, bool scores)
{
    uint64_t state = hash_bytes(HASH_START + seed, p->name, strlen(p->name));
    double bound = sqrt((scores ? 1.0 : 6.0) / ((double)p->shape[1] * p->shape[2] * p->shape[3]));
    for (int64_t i = 0; i < p->count; i++)
        p->value[i] = (float)(((double)(random_next(&state) >> 11) / 4503599627370496.0 - 1) * bound);
}

/* ---- from the weights file ---- */

static const struct tensor *find(const struct graph *g, const struct param *p, const char *suffix)
{
    return tensor_find(g->weights, arena_format(g->mem, "%s%s%s", g->spec->prefix, p->name, suffix));
}

/* "blocks.1.depthwise.bias" -> the tensor "blocks.1.depthwise.<role>" */
static const struct tensor *find_sibling(const struct graph *g, const struct param *p, const char *role)
{
    const char *dot = strrchr(p->name, '.');
    return tensor_find(g->weights,
                       arena_format(g->mem, "%s%.*s.%s", g->spec->prefix, (int)(dot - p->name), p->name, role));
}

/* Sizes must agree; a file may leave out trailing ones, and give a dense weight as O x I. */
static bool same_shape(const struct tensor *t, const struct param *p)
{
    int64_t rest = (int64_t)p->shape[1] * p->shape[2] * p->shape[3];
    if (t->count != p->count || t->rank < 1 || t->shape[0] != p->shape[0])
        return false;
    if (t->rank == 2 && t->shape[1] == rest)
        return true;
    for (int i = 0; i < TENSOR_RANK && i < t->rank; i++)
        if (t->shape[i] != (i < 4 ? p->shape[i] : 1) && !(i == 1 && t->shape[i] == rest))
            return false;
    return true;
}

enum { NAMED = 4 };

/* Weights of another network fit nowhere: a few are named, the rest is counted. */
static bool is_named(struct graph *g)
{
    if (g->misfits++ < NAMED)
        return true;
    g->diag->errors++;
    return false;
}

void params_report(const struct graph *g)
{
    int more = g->misfits - NAMED;
    if (more > 0)
        diag_error(g->diag, g->spec->weights_loc, "weights",
                   "weights of another network? or under other names: weights { file, prefix = \"...\" }",
                   "and %d more tensor%s: not in %s, or of another shape there", more, more > 1 ? "s" : "",
                   g->weights->path);
}

static void wrong_shape(struct graph *g, const struct param *p, const struct tensor *t)
{
    struct arena *m = g->mem;
    const char *want = p->shape[1] * p->shape[2] * p->shape[3] == 1 && p->count == p->shape[0]
                           ? arena_format(m, "%d", p->shape[0])
                           : arena_format(m, "%dx%dx%dx%d (out, in, height, width)", p->shape[0], p->shape[1],
                                          p->shape[2], p->shape[3]);
    bool only_out =
        t->shape[0] != p->shape[0] && t->count % t->shape[0] == 0 && t->count / t->shape[0] == p->count / p->shape[0];
    if (!is_named(g))
        return;
    diag_error(g->diag, p->loc, strrchr(p->name, '.') ? NULL : p->name,
               only_out ? "for a new set of classes give the layer init = \"random\"" : NULL,
               "'%s': the spec needs %s, %s has %s", p->name, want, g->weights->path, tensor_shape_text(m, t));
}

/* An int32 bias counts in units of weight_scale * input_scale (models of integer networks). */
static bool read_int32_bias(struct graph *g, struct param *p, const struct tensor *t)
{
    const struct tensor *ws = find_sibling(g, p, "weight_scale"), *is = find_sibling(g, p, "input_scale");
    if (!ws || !is || is->count != 1 || (ws->count != 1 && (p->box ? ws->count < p->count : ws->count != p->count))) {
        diag_error(g->diag, p->loc, NULL, NULL,
                   "'%s' is int32: the file must have weight_scale and input_scale of its layer", p->name);
        return false;
    }
    p->counts = NEW_ARRAY(g->mem, int32_t, p->count);
    for (int64_t i = 0; i < p->count; i++)
        p->counts[i] = (int32_t)tensor_at(t, i);
    for (int64_t i = 0; i < p->count; i++)
        p->value[i] = (float)(tensor_at(t, i) * tensor_at(ws, ws->count == 1 ? 0 : i) * tensor_at(is, 0));
    return true;
}

static bool read_int8(struct graph *g, struct param *p, const struct tensor *t)
{
    const struct tensor *scale = find(g, p, "_scale");
    if (!scale || (scale->count != 1 && (p->box ? scale->count < p->shape[0] : scale->count != p->shape[0]))) {
        diag_error(g->diag, p->loc, NULL, NULL,
                   "'%s' is int8: the file must have '%s_scale' with %d values (one per output channel)", p->name,
                   p->name, p->shape[0]);
        return false;
    }
    p->quantised = NEW_ARRAY(g->mem, int8_t, p->count);
    p->scale = NEW_ARRAY(g->mem, float, p->shape[0]);
    p->one_scale = scale->count == 1;
    int64_t each = p->count / p->shape[0];
    for (int o = 0; o < p->shape[0]; o++) {
        double s = tensor_at(scale, scale->count == 1 ? 0 : o);
        if (!(s >= 0 && s <= (double)FLT_MAX)) { /* 0: a channel that was pruned */
            diag_error(g->diag, p->loc, NULL, NULL, "'%s_scale' in %s: element %d is %g, which no scale can be",
                       p->name, g->weights->path, o, s);
            return false;
        }
        p->scale[o] = (float)s;
    }
    for (int64_t i = 0; i < p->count; i++) {
        p->quantised[i] = (int8_t)tensor_at(t, i);
        p->value[i] = (float)p->quantised[i] * p->scale[i / each];
    }
    return true;
}

static void read_tensor(struct graph *g, struct param *p, const struct tensor *t)
{
    p->origin = "file";
    if (!same_shape(t, p)) {
        wrong_shape(g, p, t);
        return;
    }
    bool ok = true;
    if (t->type == TENSOR_I32 && find_sibling(g, p, "weight_scale"))
        ok = read_int32_bias(g, p, t);
    else if (t->type == TENSOR_I8)
        ok = read_int8(g, p, t);
    else
        for (int64_t i = 0; i < p->count; i++)
            p->value[i] = (float)tensor_at(t, i);
    for (int64_t i = 0; ok && i < p->count; i++)
        if (!isfinite(p->value[i])) {
            diag_error(g->diag, p->loc, NULL, NULL, "'%s' in %s: element %lld is not a finite number", p->name,
                       g->weights->path, (long long)i);
            ok = false;
        }
}

/* Names in the file that are like the one sought, for a hint. */
static const char *similar_name(const struct graph *g, const char *name)
{
    const char **names = NEW_ARRAY(g->mem, const char *, g->weights->count + 1);
    for (int i = 0; i < g->weights->count; i++)
        names[i] = g->weights->tensor[i].name;
    const char *near = nearest_name(name, names, g->weights->count);
    return near ? arena_format(g->mem, "the file has '%s'", near)
                : "init = \"random\" starts a layer afresh; weights { file, prefix = \"...\" } sets a "
                  "prefix for all names";
}

/* A file that has rows for classes to come, too: of what learnt here they hold nothing. */
static const struct tensor *first_rows(struct graph *g, const struct layer *l, const struct param *p,
                                       const struct tensor *t)
{
    int spare = layer_spare(l);
    if (!spare || t->rank < 1 || t->shape[0] != p->shape[0] + spare)
        return t;
    struct tensor *first = NEW(g->mem, struct tensor);
    *first = *t;
    first->shape[0] = p->shape[0];
    first->count = t->count / t->shape[0] * first->shape[0];
    return first;
}

static void fill(struct graph *g, const struct layer *l, struct param *p, bool norm_weight)
{
    const char *origin = l->init;
    const struct tensor *t = g->weights && strcmp(origin, "file") == 0 ? find(g, p, "") : NULL;
    if (t) {
        p->origin = origin;
        t = l->of.given ? elastic_tensor(g, l, p, t) : t;
        if (t)
            read_tensor(g, p, first_rows(g, l, p, t));
        return;
    }
    if (!strcmp(origin, "file")) {
        if (g->weights && !l->missing && is_named(g)) {
            const char *full = arena_format(g->mem, "%s%s", g->spec->prefix, p->name);
            diag_error(g->diag, l->loc, l->name, similar_name(g, full), "%s has no tensor '%s'", g->weights->path,
                       full);
        }
        origin = l->missing ? l->missing : "random";
    }
    p->origin = origin;
    bool weight = !strcmp(strrchr(p->name, '.'), ".weight");
    if (norm_weight || (weight && !strcmp(origin, "one")))
        for (int64_t i = 0; i < p->count; i++)
            p->value[i] = strcmp(origin, "zero") ? 1.0f : 0.0f;
    else if (weight && !strcmp(origin, "random"))
        fill_random(p, g->spec->seed, !l->act && !strcmp(l->make->name, "dense"));
}

/* Into g->values_read: what a layer of this name would compute with, in the file's order. */
static void hash_values(struct graph *g, const char *role, const struct param *p)
{
    uint64_t h = hash_word(g->values_read, (uint32_t)p->one_scale);
    for (const char *c = role; *c; c++)
        h = hash_word(h, (unsigned char)*c);
    for (int i = 0; i < 4; i++)
        h = hash_word(h, (uint32_t)p->shape[i]);
    for (int64_t i = 0; i < p->count; i++) {
        uint32_t bits;
        memcpy(&bits, &p->value[i], sizeof bits);
        h = hash_word(h, bits);
    }
    for (int64_t i = 0; p->quantised && i < p->count; i++)
        h = hash_word(h, (uint32_t)p->quantised[i]);
    for (int64_t i = 0; p->counts && i < p->count; i++)
        h = hash_word(h, (uint32_t)p->counts[i]);
    for (int o = 0; p->scale && o < p->shape[0]; o++) {
        uint32_t bits;
        memcpy(&bits, &p->scale[o], sizeof bits);
        h = hash_word(h, bits);
    }
    g->values_read = h;
}

struct param *param_new(struct graph *g, const struct layer *l, const char *role, const int *shape, int groups)
{
    struct param *p = NEW(g->mem, struct param);
    *p = (struct param){
        .name = arena_format(g->mem, "%s.%s", l->name, role), .loc = l->loc, .groups = groups, .count = 1};
    for (int i = 0; i < 4; i++) {
        p->shape[i] = shape[i];
        p->count *= shape[i];
    }
    p->value = NEW_ARRAY(g->mem, float, p->count);
    /* A vector that is a weight scales normalised values; so does a running variance: ones, not noise. */
    bool vector = shape[1] == 1 && shape[2] == 1 && shape[3] == 1 && groups == 0;
    bool ones = vector && (!strcmp(role, "weight") || !strcmp(role, "running_var"));
    fill(g, l, p, ones);
    hash_values(g, role, p);
    GROW(g->mem, g->param, g->nparam, g->param_capacity);
    return g->param[g->nparam++] = p;
}

void param_take(struct graph *g, struct param *p, const char *role, const struct tensor *t)
{
    read_tensor(g, p, t);
    hash_values(g, role, p);
}

struct val *param_val(struct graph *g, struct param *p, enum content content, enum type type)
{
    static const char *const suffix[] = {[CONTENT_TRANSPOSED] = ".transposed",
                                         [CONTENT_SCALE] = ".scale",
                                         [CONTENT_INDEX] = ".channels",
                                         [CONTENT_PANELS] = "",
                                         [CONTENT_TAPS] = "",
                                         [CONTENT_BY_INPUT] = ".by_input"};
    const char *more = content < sizeof suffix / sizeof *suffix ? suffix[content] : NULL;
    struct val *v = val_new(g, arena_format(g->mem, "%s%s", p->name, more ? more : ""), (struct shape){1, 1, 1}, type);
    v->role = ROLE_FROZEN;
    v->param = p;
    v->content = content;
    v->c = (int)param_elements(v);
    return v;
}

/* ---- orders ---- */

static int quads(int n, enum type t)
{
    return t == I8 ? (n + 3) / 4 * 4 : n;
}

/* Inputs under a window of one group, in fours. */
static int panel_depth(const struct param *p)
{
    return (p->shape[1] * p->shape[2] * p->shape[3] + 3) / 4 * 4;
}

int64_t param_elements(const struct val *v)
{
    const struct param *p = v->param;
    switch (v->content) {
    case CONTENT_CONV:
        return (int64_t)p->shape[0] * quads(p->shape[1], v->type) * p->shape[2] * p->shape[3];
    case CONTENT_TRANSPOSED:
        return (int64_t)quads(p->shape[0] / p->groups, v->type) * p->groups * p->shape[1] * p->shape[2] * p->shape[3];
    case CONTENT_DEPTHWISE:
        return (int64_t)p->shape[0] * p->shape[2] * quads(p->shape[3], v->type);
    case CONTENT_INDEX:
        return p->nchannel;
    case CONTENT_PANELS:
        return (int64_t)p->groups * ((p->shape[0] / p->groups + 5) / 6 * 6) * panel_depth(p);
    case CONTENT_BY_INPUT:
        return (int64_t)((p->shape[1] + 1) / 2) * 2 * quads(p->shape[0], I8);
    case CONTENT_SCALE:
        return p->shape[0];
    default:
        return p->count;
    }
}

/* Where element (o, i, ky, kx) of a parameter stands in the file's order... */
static int64_t natural_index(const struct param *p, int o, int i, int ky, int kx)
{
    const int *s = p->shape;
    if (p->hwc)
        return (((int64_t)o * s[2] + ky) * s[3] + kx) * s[1] + i;
    return (((int64_t)o * s[1] + i) * s[2] + ky) * s[3] + kx;
}

/* ...and in the order of the kernels: [group][kh][kw][row][column], where rows come in quads for int8. */
static int64_t packed_index(const struct val *v, int o, int i, int ky, int kx)
{
    const struct param *p = v->param;
    if (v->content == CONTENT_VECTOR || v->content == CONTENT_SCALE)
        return o;
    if (v->content == CONTENT_DEPTHWISE) {
        if (v->type != I8)
            return ((int64_t)ky * p->shape[3] + kx) * p->shape[0] + o;
        return (((int64_t)ky * quads(p->shape[3], I8) / 4 + kx / 4) * p->shape[0] + o) * 4 + kx % 4;
    }
    if (v->content == CONTENT_TAPS)
        return ((int64_t)ky * p->shape[3] + kx) * p->shape[0] + o;
    int outs = p->shape[0] / p->groups, ins = p->shape[1];
    if (v->content == CONTENT_PANELS) {
        int k = (ky * p->shape[3] + kx) * ins + i, n = o % outs, panels = (outs + 5) / 6 * 2;
        int64_t panel = (int64_t)(o / outs) * panels + n / 3;
        return ((panel * (panel_depth(p) / 4) + k / 4) * 3 + n % 3) * 4 + k % 4;
    }
    if (v->content == CONTENT_BY_INPUT) {
        static const int place[4] = {0, 2, 1, 3};
        return (((int64_t)(i / 2) * (quads(outs, I8) / 4) + o / 4) * 2 + i % 2) * 4 + place[o % 4];
    }
    bool transposed = v->content == CONTENT_TRANSPOSED;
    int row = transposed ? o % outs : i, column = transposed ? i : o % outs;
    int rows = transposed ? outs : ins, columns = transposed ? ins : outs;
    int64_t tap = ((int64_t)(o / outs) * p->shape[2] + ky) * p->shape[3] + kx;
    if (v->type != I8)
        return (tap * rows + row) * columns + column;
    return ((tap * (quads(rows, I8) / 4) + row / 4) * columns + column) * 4 + row % 4;
}

/* Calls for every (o, i, ky, kx) of a parameter, natural order. */
#define EACH_ELEMENT(p, o, i, ky, kx)                                                                                  \
    for (int o = 0; o < (p)->shape[0]; o++)                                                                            \
        for (int i = 0; i < (p)->shape[1]; i++)                                                                        \
            for (int ky = 0; ky < (p)->shape[2]; ky++)                                                                 \
                for (int kx = 0; kx < (p)->shape[3]; kx++)

void param_pack(struct arena *mem, const struct val *v, float *f32, int8_t *i8, uint16_t *u16)
{
    const struct param *p = v->param;
    (void)mem;
    if (v->content == CONTENT_INDEX) {
        for (int i = 0; i < p->nchannel; i++)
            u16[i] = (uint16_t)p->channel[i];
        return;
    }
    if (v->content == CONTENT_SCALE) {
        memcpy(f32, p->scale, sizeof *f32 * (size_t)p->shape[0]);
        return;
    }
    if (v->type == I8)
        memset(i8, 0, (size_t)param_elements(v));
    EACH_ELEMENT(p, o, i, ky, kx)
    {
        int64_t from = natural_index(p, o, i, ky, kx), to = packed_index(v, o, i, ky, kx);
        if (v->type == I8)
            i8[to] = p->quantised[from];
        else
            f32[to] = p->value[from];
    }
}

void param_unpack(const struct val *v, const float *packed, float *natural)
{
    const struct param *p = v->param;
    assert(v->type != I8);
    EACH_ELEMENT(p, o, i, ky, kx)
    natural[natural_index(p, o, i, ky, kx)] = packed[packed_index(v, o, i, ky, kx)];
}

void param_repack(const struct val *v, const float *natural, float *packed)
{
    const struct param *p = v->param;
    assert(v->type != I8);
    EACH_ELEMENT(p, o, i, ky, kx)
    packed[packed_index(v, o, i, ky, kx)] = natural[natural_index(p, o, i, ky, kx)];
}

/* ---- factory values ---- */

/* Outputs are the last index of all orders, in one group. */
int8_t *param_factory_int8(struct arena *mem, const struct val *v)
{
    const struct param *p = v->param;
    int outs = p->shape[0];
    bool grouped = v->content == CONTENT_CONV && p->groups > 1;
    int64_t count = param_elements(v);
    if (!p->scale || grouped || count + 4 * outs >= count * type_bits(v->type) / 8)
        return NULL;
    int8_t *q = NEW_ARRAY(mem, int8_t, count);
    float *value = NEW_ARRAY(mem, float, count);
    param_pack(mem, v, value, NULL, NULL);
    for (int64_t i = 0; i < count; i++) {
        float scale = p->scale[i % outs], units = scale > 0 ? nearbyintf(value[i] / scale) : 0;
        q[i] = (int8_t)fmaxf(-128, fminf(127, units));
        if ((float)q[i] * scale != value[i])
            return NULL;
    }
    return q;
}

bool param_zero(const struct param *p)
{
    for (int64_t i = 0; i < p->count; i++)
        if (p->value[i] != 0)
            return false;
    return true;
}

int64_t param_factory_bytes(struct arena *mem, const struct val *v)
{
    if (param_zero(v->param))
        return 0;
    return param_factory_int8(mem, v) ? param_elements(v) + 4 * v->param->shape[0]
                                      : param_elements(v) * type_bits(v->type) / 8;
}
