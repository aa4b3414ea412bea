/* SPDX-License-Identifier: MIT */
/* What a saved net belongs to: one number for the network that a spec and its weights file describe, whatever of it
 * learns and however (docs/saved.md).
 *
 * It is taken from what is read, before anything is rewritten: layers in the spec's order, each with its shapes, its
 * settings, the layers that it reads, and its values as the file has them, in the file's order; in an int8 network the
 * scales, too.  So neither `update` nor what a later version of this program makes of a layer changes it.
 *
 *     not counted                              what reads it reads instead
 *     a layer with `init`                      its input, behind its activation
 *     a layer of a branch (lite modules)       nothing; an `add` of it and x is x
 *
 * What stands behind a layer with `init` and has no values of its own (an activation, a pool) counts as soon as a
 * counted layer reads it.  So a new last layer with other classes is the same base, and its activation may change; that
 * of a layer between frozen ones may not.
 *
 * Rows of a last layer for classes to come (`spare`) do not count either: they hold nothing that was read.
 *
 * Names count nowhere, nor does a setting that has its default: attributes to come leave today's numbers as they are.
 * Whoever changes what is written here makes every net that was ever saved one of another base. */
#include "graph/op.h"

#include <string.h>

enum { NOTHING = -1, NOT_YET = -2 };

/* Kinds of records. */
enum { RECORD_INPUT = 1, RECORD_LAYER, RECORD_ACTIVATION, RECORD_SETTING, RECORD_WINDOW, RECORD_SCALE, RECORD_VALUES };

static void put(struct graph *g, uint32_t word)
{
    g->base.hash = hash_word(g->base.hash, word);
}

static void put_number(struct graph *g, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    put(g, (uint32_t)bits);
    put(g, (uint32_t)(bits >> 32));
}

static void put_name(struct graph *g, const char *name)
{
    put(g, (uint32_t)strlen(name));
    while (*name)
        put(g, (unsigned char)*name++);
}

static void put_shape(struct graph *g, const struct shape *s)
{
    put(g, (uint32_t)s->h);
    put(g, (uint32_t)s->w);
    put(g, (uint32_t)s->c);
}

/* ---- records ---- */

/* Windows are resolved: pad = "same" and pad = 1 are one where they do the same. */
static void put_window(struct graph *g, const struct layer *l)
{
    struct shape out;
    struct window w = window_of(l, &l->in[0], &out);
    const int parts[] = {w.kh, w.kw, w.sh, w.sw, w.top, w.left, w.dh, w.dw};
    const int count = w.dh * w.dw > 1 ? 8 : 6; /* bases from before there was dilation stay */
    put(g, RECORD_WINDOW);
    for (int i = 0; i < count; i++)
        put(g, (uint32_t)parts[i]);
}

static void put_settings(struct graph *g, const struct layer *l)
{
    for (int i = 0; i < ATTRIBUTES && l->make->attribute[i].name; i++) {
        const struct attribute *a = &l->make->attribute[i];
        const struct setting *s = &l->setting[i];
        if (a->kind == ATTRIBUTE_PAD)
            put_window(g, l); /* with k and s, its pairs */
        bool number = a->kind == ATTRIBUTE_INT || a->kind == ATTRIBUTE_NUMBER || a->kind == ATTRIBUTE_FLAG;
        bool other_number = number && s->number[0] != a->value;
        if (!strcmp(a->name, "spare"))
            continue;
        bool other_word =
            a->kind == ATTRIBUTE_WORD && s->word != a->words && strncmp(s->word, a->words, strcspn(a->words, " ")) != 0;
        if (!other_number && !other_word)
            continue;
        put(g, RECORD_SETTING);
        put_name(g, a->name);
        if (other_word)
            put_name(g, s->word);
        else
            put_number(g, s->number[0]);
    }
}

static void put_scale(struct graph *g, const char *layer, const char *scale, const char *zero_point)
{
    const struct tensor *s = layer_tensor(g, layer, scale), *z = layer_tensor(g, layer, zero_point);
    put(g, RECORD_SCALE);
    put_number(g, s && s->count > 0 ? tensor_at(s, 0) : 0);
    put_number(g, z && z->count > 0 ? tensor_at(z, 0) : 0);
}

static void put_values(struct graph *g)
{
    put(g, RECORD_VALUES);
    put(g, (uint32_t)g->values_read);
    put(g, (uint32_t)(g->values_read >> 32));
}

static void put_activation(struct graph *g, const struct layer *act, int *number)
{
    put(g, RECORD_ACTIVATION);
    put_name(g, act->make->name);
    put(g, (uint32_t)*number);
    put_settings(g, act);
    *number = g->base.count++;
}

/* ---- layers ---- */

static bool is_apart(const struct layer *l)
{
    return l->branch || strcmp(l->init, "file") != 0;
}

/* The number by which layer i is known to those that read it. */
static int number_of(struct graph *g, int i)
{
    const struct layer *l = &g->spec->layer[i];
    int *number = &g->base.number[i], from[INPUTS] = {NOTHING, NOTHING};
    if (*number != NOT_YET)
        return *number;
    for (int k = 0; k < l->nfrom && !l->branch; k++)
        from[k] = number_of(g, l->from[k]);
    if (is_apart(l)) {
        *number = from[0];
    } else if (l->nfrom == 2 && (from[0] == NOTHING || from[1] == NOTHING)) {
        *number = from[0] == NOTHING ? from[1] : from[0];
    } else {
        put(g, RECORD_LAYER);
        put_name(g, l->make->name);
        for (int k = 0; k < l->nfrom; k++) {
            put(g, (uint32_t)from[k]);
            put_shape(g, &l->in[k]);
        }
        put_shape(g, &(struct shape){l->out.h, l->out.w, l->out.c - layer_spare(l)});
        put_settings(g, l);
        if (g->spec->precision.forward == FORWARD_INT8) {
            put_scale(g, l->name, "input_scale", "input_zero_point");
            put_scale(g, layer_in_file(g, l->name), "output_scale", "output_zero_point");
        }
        if (l->make->has_params) /* they were hashed as they were read: such a layer never waits */
            put_values(g);
        *number = g->base.count++;
    }
    if (l->act && *number != NOTHING)
        put_activation(g, l->act, number);
    return *number;
}

static void put_input(struct graph *g)
{
    const struct input *in = &g->spec->input;
    const struct precision *p = &g->spec->precision;
    put(g, RECORD_INPUT);
    put(g, in->type);
    put_shape(g, &in->shape);
    if (in->type != INPUT_FLOAT32) {
        put_number(g, in->scale);
        put(g, (uint32_t)in->zero_point);
    }
    for (int c = 0; in->mean && c < in->shape.c; c++) {
        put_number(g, in->mean[c]);
        put_number(g, in->factor[c]);
    }
    put(g, p->forward);
    put(g, p->forward == FORWARD_INT8 && p->tflite_rounding);
}

void base_start(struct graph *g)
{
    const struct spec *s = g->spec;
    g->base.hash = g->values_read = HASH_START;
    g->base.number = NEW_ARRAY(g->mem, int, s->nlayer);
    g->base.waits = NEW_ARRAY(g->mem, bool, s->nlayer);
    for (int i = 0; i < s->nlayer; i++)
        g->base.number[i] = NOT_YET;
    g->base.number[0] = g->base.count++;
    put_input(g);
}

void base_layer(struct graph *g, int i)
{
    const struct layer *l = &g->spec->layer[i];
    bool waits = is_apart(l);
    for (int k = 0; k < l->nfrom; k++)
        waits = waits || (!l->make->has_params && g->base.waits[l->from[k]] && !g->spec->layer[l->from[k]].branch);
    g->base.waits[i] = waits;
    if (!waits)
        number_of(g, i);
    g->values_read = HASH_START;
}

uint32_t base_hash(const struct graph *g)
{
    return (uint32_t)(g->base.hash >> 32);
}
