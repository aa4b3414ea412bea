/* SPDX-License-Identifier: MIT */
/* --save: what was learnt, as NAME_load takes it (any name), or put into the spec's weights (NAME.safetensors), so that it is
 * what is learnt from next. */
#include "host/vectors.h"
#include "learn/trial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- for NAME_load ---- */

static const struct val *same_value(const struct graph *g, const struct val *v)
{
    for (int i = 0; i < g->nval; i++)
        if (g->val[i]->role == ROLE_TRAINED && !strcmp(g->val[i]->name, v->name))
            return g->val[i];
    return NULL;
}

/* The firmware is of the spec as it is: where another optimiser or batch learnt here, its net takes over the values. */
static unsigned char *translated(struct trial *t, const struct learn_run *run, const struct run_result *r,
                                 size_t *bytes)
{
    const struct graph *from = run->product->graph;
    struct request request = t->options->request;
    int code;
    request.seed = run->seed;
    struct product *p = generate(t->mem, t->d, &request, &(struct variant){.on_host = true}, &code);
    struct worker *w = p ? worker_of(t->mem, t->d, p, (struct compiling){.cc = t->options->cc}) : NULL;
    if (!w)
        return NULL;
    worker_init(w);
    for (int i = 0; i < from->nval; i++) {
        const struct val *v = from->val[i], *to = v->role == ROLE_TRAINED ? same_value(p->graph, v) : NULL;
        if (to)
            memcpy(w->net + net_offset(p->graph, to), r->net + net_offset(from, v), (size_t)param_bytes(to));
    }
    bool saved = !worker_do(w, RUN_SAVE, 0, NULL);
    *bytes = w->sizes.save;
    unsigned char *save = arena_alloc(t->mem, *bytes);
    memcpy(save, w->save, *bytes);
    worker_close(w);
    return saved ? save : NULL;
}

static bool is_our_save(const char *text, size_t length)
{
    return length >= 4 && !memcmp(text, "TYTL", 4);
}

static bool keep_net(struct trial *t, const struct learn_run *run, const struct run_result *r)
{
    struct writing w = {.d = t->d};
    bool same = !t->how->batch &&
                !strcmp(optimizer_word(&t->own->train.optimizer), optimizer_word(&run->product->spec->train.optimizer));
    size_t bytes = r->saved;
    const unsigned char *save = same ? r->save : translated(t, run, r, &bytes);
    FILE *out =
        save && write_allowed(t->d, t->how->force, t->how->save, is_our_save) ? write_also(&w, t->how->save) : NULL;
    if (!out)
        return false;
    fwrite(save, 1, bytes, out);
    return write_end(&w);
}

/* ---- for the spec ---- */

struct keeping {
    struct trial *t;
    const struct graph *g;
    const unsigned char *net;
    struct tensor *tensor;
    int count, capacity;
};

static char *name_in_file(const struct keeping *k, const char *name)
{
    return arena_format(k->t->mem, "%s%s", k->g->spec->prefix, name);
}

static struct tensor *kept_tensor(const struct keeping *k, const char *name)
{
    for (int i = 0; i < k->count; i++)
        if (!strcmp(k->tensor[i].name, name))
            return &k->tensor[i];
    return NULL;
}

/* ---- parts of larger tensors: `of` ---- */

/* What element i of the file's tensor counts in: 1, or its channel's scale. */
static double unit_of(const struct tensor *scale, const struct tensor *t, int64_t i)
{
    return !scale ? 1 : tensor_at(scale, scale->count == 1 ? 0 : i / (t->count / t->shape[0]));
}

/* The file's tensor with the part that learnt in its place; all else keeps its values, so that other sub-networks of the file
 * read there what they read before.  NULL after a message. */
static float *put_into_whole(struct keeping *k, const char *name, const struct tensor *t, const float *part,
                             const struct tensor_box *box)
{
    const char *dot = strrchr(name, '.');
    const char *layer = arena_format(k->t->mem, "%.*s", (int)(dot - name), name);
    bool counts = t->type == TENSOR_I32; /* a bias of an integer network */
    const struct tensor *scale = t->type == TENSOR_I8 ? layer_tensor(k->g, layer, "weight_scale") : NULL,
                        *input = counts ? layer_tensor(k->g, layer, "input_scale") : NULL;
    scale = input ? layer_tensor(k->g, layer, "weight_scale") : scale;
    float *whole = NEW_ARRAY(k->t->mem, float, t->count);
    for (int64_t i = 0; i < t->count; i++)
        whole[i] = (float)(tensor_at(t, i) * unit_of(scale, t, i) * (input ? tensor_at(input, 0) : 1));
    if (tensor_put_part(k->t->mem, whole, part, box))
        return whole;
    diag_error(k->t->d, (struct loc){k->g->weights->path, 0}, NULL, "--save net.bin keeps what NAME_load takes",
               "'%s' goes through a matrix that has no inverse: what learnt cannot be put back", name);
    return NULL;
}

/* float32 under the name that the file has for it, in the file's shape; box: which part of the file's tensor it is, if it is
 * not the first of its values.  False after a message. */
static bool put_values(struct keeping *k, const char *name, const float *value, const int *shape, int rank,
                       const struct tensor_box *box)
{
    char *full = name_in_file(k, name);
    struct tensor *there = kept_tensor(k, full), *scale = kept_tensor(k, arena_format(k->t->mem, "%s_scale", full));
    struct tensor_box first = {.part = {shape[0], 1, 1, 1}};
    if (there && rank == 1 && there->count > shape[0]) {
        memcpy(first.whole, (const int64_t[]){there->count, 1, 1, 1}, sizeof first.whole);
        box = box ? box : &first;
    }
    if (there && box && !(value = put_into_whole(k, name, there, value, box)))
        return false;
    if (!there) {
        GROW(k->t->mem, k->tensor, k->count, k->capacity);
        there = &k->tensor[k->count++];
        *there = (struct tensor){.name = full, .rank = rank, .count = 1};
        for (int i = 0; i < rank; i++)
            there->count *= there->shape[i] = shape[i];
    } else if (there->type == TENSOR_I8 && scale) {
        *scale = k->tensor[--k->count]; /* what it counted in */
        there = kept_tensor(k, full);
    }
    there->type = TENSOR_F32;
    there->data = (const unsigned char *)value;
    return true;
}

/* The learnt values of a tensor, in the file's order. */
static float *learnt_values(const struct keeping *k, const struct val *v)
{
    float *packed = NEW_ARRAY(k->t->mem, float, param_elements(v)),
          *natural = NEW_ARRAY(k->t->mem, float, v->param->count);
    const unsigned char *at = k->net + net_offset(k->g, v);
    if (v->type == F32)
        memcpy(packed, at, sizeof *packed * (size_t)param_elements(v));
    for (int64_t i = 0; v->type == BF16 && i < param_elements(v); i++) {
        uint32_t bits = (uint32_t)at[2 * i] << 16 | (uint32_t)at[2 * i + 1] << 24;
        memcpy(&packed[i], &bits, sizeof bits);
    }
    param_unpack(v, packed, natural);
    return natural;
}

/* What a parameter is now; *learnt: not what it was. */
static float *values_now(const struct keeping *k, const struct param *p, bool *learnt)
{
    float *value = NEW_ARRAY(k->t->mem, float, p->count);
    memcpy(value, p->value, sizeof *value * (size_t)p->count);
    *learnt = p->trained;
    if (p->trained)
        value = learnt_values(k, p->val);
    for (int i = 0; p->sliced && i < k->g->nparam; i++) {
        const struct param *slice = k->g->param[i];
        if (slice->slice_of != p)
            continue;
        float *part = learnt_values(k, slice->val);
        for (int64_t n = 0; n < slice->count; n++)
            value[vectors_whole_index(slice, n)] = part[n];
        *learnt = true;
    }
    return value;
}

/* ---- batch norms, which were folded into what learnt ---- */

/* The norm behind a layer, or NULL. */
static const struct layer *norm_behind(const struct spec *s, const char *layer, size_t length)
{
    for (int i = 1; i < s->nlayer; i++) {
        const char *before = s->layer[i - 1].name;
        if (!strcmp(s->layer[i].make->name, "batch_norm") && strlen(before) == length &&
            !strncmp(before, layer, length))
            return &s->layer[i];
    }
    return NULL;
}

static double norm_value(const struct keeping *k, const struct layer *norm, enum norm_role role, int o)
{
    int i = 0;
    while (k->g->norm[i].layer != norm)
        i++;
    return (double)k->g->norm[i].value[role][o];
}

static double norm_factor(const struct keeping *k, const struct layer *norm, int o)
{
    return norm_value(k, norm, NORM_WEIGHT, o) / sqrt(norm_value(k, norm, NORM_VAR, o) + layer_number(norm, "eps"));
}

/* A weight before its norm; a channel that the norm does away with stays what it is. */
static void unfold_weight(const struct keeping *k, const struct layer *norm, const struct param *p, float *value)
{
    int64_t each = p->count / p->shape[0];
    for (int64_t i = 0; i < p->count; i++) {
        double f = norm_factor(k, norm, (int)(i / each));
        value[i] = f != 0 ? (float)((double)value[i] / f) : value[i];
    }
}

static bool put_plain(struct keeping *k, const char *name, float value, int count)
{
    float *plain = NEW_ARRAY(k->t->mem, float, count);
    for (int i = 0; i < count; i++)
        plain[i] = value;
    return put_values(k, name, plain, &count, 1, NULL);
}

/* The bias that learnt goes into the norm's. */
static bool put_norm(struct keeping *k, const struct layer *norm, const struct param *p, const char *layer,
                     float *value)
{
    for (int o = 0; o < p->shape[0]; o++) {
        const struct tensor *own = layer_tensor(k->g, layer, "bias");
        double b = own ? tensor_at(own, o) : 0, mean = norm_value(k, norm, NORM_MEAN, o);
        value[o] = (float)((double)value[o] - (b - mean) * norm_factor(k, norm, o));
    }
    const struct tensor *in_file = layer_tensor(k->g, norm->name, "bias");
    int count = in_file ? (int)in_file->count : p->shape[0]; /* of a super-network: as many as its other tensors have */
    bool done = put_values(k, arena_format(k->t->mem, "%s.bias", norm->name), value, p->shape, 1, NULL);
    for (int i = 0; i < NORM_ROLES && done; i++)
        if (i != NORM_BIAS && !layer_tensor(k->g, norm->name, norm_roles[i]))
            done = put_plain(k, arena_format(k->t->mem, "%s.%s", norm->name, norm_roles[i]), i == NORM_MEAN ? 0 : 1,
                             count);
    if (!layer_tensor(k->g, layer, "bias") && layer_int(norm - 1, "bias")) /* the norm stands behind its layer */
        done = done && put_plain(k, p->name, 0, count);
    return done;
}

/* What learnt, and what was drawn at random: with other values the rest would be worth nothing. */
static bool keep_param(struct keeping *k, const struct param *p)
{
    bool learnt;
    float *value = values_now(k, p, &learnt);
    const char *dot = strrchr(p->name, '.');
    char *layer = arena_format(k->t->mem, "%.*s", (int)(dot - p->name), p->name);
    const struct layer *norm = norm_behind(k->g->spec, layer, strlen(layer));
    bool bias = !strcmp(dot, ".bias"), vector = p->count == p->shape[0];
    bool there = layer_tensor(k->g, bias && norm ? norm->name : layer, dot + 1) != NULL;
    if (!learnt && there)
        return true;
    if (bias && norm)
        return put_norm(k, norm, p, layer, value);
    if (norm)
        unfold_weight(k, norm, p, value);
    return put_values(k, p->name, value, p->shape, vector ? 1 : 4, p->box);
}

static int by_size(const void *a, const void *b)
{
    const struct tensor *x = a, *y = b;
    int order = tensor_type_bytes(y->type) - tensor_type_bytes(x->type); /* then every tensor is aligned */
    return order ? order : strcmp(x->name, y->name);
}

static bool keep_weights(struct trial *t, const struct learn_run *run, const struct run_result *r)
{
    struct keeping k = {.t = t, .g = run->product->graph, .net = r->net};
    const struct tensor_file *file = k.g->weights;
    struct writing w = {.d = t->d};
    for (int i = 0; file && i < file->count; i++) {
        GROW(t->mem, k.tensor, k.count, k.capacity);
        k.tensor[k.count++] = file->tensor[i];
    }
    for (int i = 0; i < k.g->nparam; i++)
        if (!k.g->param[i]->slice_of && !keep_param(&k, k.g->param[i]))
            return false;
    qsort(k.tensor, (size_t)k.count, sizeof *k.tensor, by_size);
    FILE *out =
        write_allowed(t->d, t->how->force, t->how->save, safetensors_is_ours) ? write_also(&w, t->how->save) : NULL;
    if (!out)
        return false;
    safetensors_put(t->mem, out, k.tensor, k.count);
    return write_end(&w);
}

/* ---- the option ---- */

bool keep_learnt(struct trial *t)
{
    static const char ending[] = ".safetensors";
    int i = kept_run(t);
    size_t length = strlen(t->how->save), tail = sizeof ending - 1;
    bool weights = length > tail && !strcmp(t->how->save + length - tail, ending);
    return (weights ? keep_weights : keep_net)(t, &t->run[i], t->result[i]);
}
