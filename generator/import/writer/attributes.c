/* SPDX-License-Identifier: MIT */
/* Attributes of layers as Lua text. */
#include "import/writer/spec_text.h"

#include <string.h>

static const char *number(struct model *m, int v)
{
    return arena_format(m->mem, "%d", v);
}

static const char *pair(struct model *m, const int *v)
{
    return v[0] == v[1] ? number(m, v[0]) : arena_format(m->mem, "{ %d, %d }", v[0], v[1]);
}

static bool is_pool(const struct operation *o)
{
    return o->kind == OP_AVG_POOL || o->kind == OP_MAX_POOL;
}

static const char *out_text(struct model *m, const struct operation *o, bool tensorflow)
{
    (void)tensorflow;
    if (o->kind == OP_CHANNELS)
        return number(m, o->out->map.c);
    return o->w && !is_depthwise(o) ? number(m, o->w->out) : NULL;
}

static const char *k_text(struct model *m, const struct operation *o, bool tensorflow)
{
    (void)tensorflow;
    return o->kind == OP_CONV || is_pool(o) ? pair(m, o->k) : NULL;
}

static const char *s_text(struct model *m, const struct operation *o, bool tensorflow)
{
    (void)tensorflow;
    bool usual = o->kind == OP_CONV ? o->s[0] * o->s[1] == 1 : o->s[0] == o->k[0] && o->s[1] == o->k[1];
    return (o->kind == OP_CONV || is_pool(o)) && !usual ? pair(m, o->s) : NULL;
}

/* ---- pads: by the rule that makes them, if there is one ---- */

static bool pads_are_same(const struct operation *o)
{
    int h = (o->k[0] - 1) * o->d[0] / 2, w = (o->k[1] - 1) * o->d[1] / 2;
    return o->pad[0] == h && o->pad[1] == h && o->pad[2] == w && o->pad[3] == w;
}

/* With a stride the two rules differ as soon as the map has another size, whatever they give for this one. */
bool wants_tensorflow_pads(struct operation *const *op, int n)
{
    bool all_same = true, all_tensorflow = true;
    for (int i = 0; i < n; i++) {
        all_same = all_same && (!op[i] || (pads_are_same(op[i]) && op[i]->s[0] * op[i]->s[1] == 1));
        all_tensorflow = all_tensorflow && (!op[i] || op[i]->tf_same);
    }
    return all_tensorflow && !all_same;
}

static const char *pad_text(struct model *m, const struct operation *o, bool tensorflow)
{
    const int *p = o->pad;
    bool none = !p[0] && !p[1] && !p[2] && !p[3];
    if ((o->kind != OP_CONV || (o->k[0] * o->k[1] == 1 && none)) && (!is_pool(o) || none))
        return NULL;
    if (o->kind == OP_CONV && pads_are_same(o) && !tensorflow)
        return NULL;
    if (tensorflow)
        return "\"tf_same\"";
    if (p[0] == p[1] && p[0] == p[2] && p[0] == p[3])
        return number(m, p[0]);
    return arena_format(m->mem, "{ %d, %d, %d, %d }", p[0], p[1], p[2], p[3]);
}

/* ---- the others ---- */

static const char *groups_text(struct model *m, const struct operation *o, bool tensorflow)
{
    (void)tensorflow;
    if (o->kind == OP_GROUP_NORM)
        return number(m, o->groups);
    return o->kind == OP_CONV && o->groups > 1 && !is_depthwise(o) ? number(m, o->groups) : NULL;
}

static const char *eps_text(struct model *m, const struct operation *o, bool tensorflow)
{
    (void)tensorflow;
    bool usual = (float)o->number[0] == 1e-5f;
    return o->kind == OP_GROUP_NORM && !usual ? arena_format(m->mem, "%.6g", o->number[0]) : NULL;
}

static const char *order_text(struct model *m, const struct operation *o, bool tensorflow)
{
    (void)m, (void)tensorflow;
    return o->kind == OP_DENSE && o->hwc ? "\"hwc\"" : NULL;
}

static const char *bias_text(struct model *m, const struct operation *o, bool tensorflow)
{
    (void)tensorflow;
    (void)m;
    return o->w && !o->w->bias && (!o->integer || o->rescale) ? "false" : NULL;
}

static const char *act_text(struct model *m, const struct operation *o, bool tensorflow)
{
    (void)tensorflow;
    const struct op *f = o->kind == OP_ACTIVATION ? NULL : o->activation;
    if (!f)
        return NULL;
    struct text t = text_new(m->mem);
    text_put(&t, "\"%s\"", f->name);
    for (int i = 0; i < 2; i++)
        if (o->setting[i])
            text_put(&t, ", %s = %s", f->make->attribute[i].name, o->setting[i]);
    return o->setting[0] || o->setting[1] ? arena_format(m->mem, "{ %s }", t.at) : t.at;
}

static const char *h_text(struct model *m, const struct operation *o, bool tensorflow)
{
    (void)tensorflow;
    return o->kind == OP_UPSAMPLE ? number(m, o->out->map.h) : NULL;
}

static const char *w_text(struct model *m, const struct operation *o, bool tensorflow)
{
    (void)tensorflow;
    return o->kind == OP_UPSAMPLE ? number(m, o->out->map.w) : NULL;
}

static const char *d_text(struct model *m, const struct operation *o, bool tensorflow)
{
    (void)tensorflow;
    return o->kind == OP_CONV && o->d[0] * o->d[1] != 1 ? pair(m, o->d) : NULL;
}

static const char *inside_text(struct model *m, const struct operation *o, bool tensorflow)
{
    (void)m, (void)tensorflow;
    return o->kind == OP_AVG_POOL && o->inside && (o->pad[0] || o->pad[1] || o->pad[2] || o->pad[3]) ? "false" : NULL;
}

static const char *mode_text(struct model *m, const struct operation *o, bool tensorflow)
{
    (void)m, (void)tensorflow;
    static const char *const words[] = {NULL, "\"nearest\"", "\"zeros\""};
    return o->kind == OP_UPSAMPLE ? words[o->mode] : NULL;
}

static const char *align_text(struct model *m, const struct operation *o, bool tensorflow)
{
    static const char *const words[] = {NULL, "\"corners\"", "\"edges\""};
    (void)m, (void)tensorflow;
    return o->kind == OP_UPSAMPLE ? words[o->align] : NULL;
}

static const char *first_of(struct model *m, const struct operation *o, bool tensorflow)
{
    (void)tensorflow;
    return o->kind == OP_CHANNELS && o->first ? number(m, o->first) : NULL;
}

const struct layer_attribute layer_attributes[] = {
    {"out", NULL, out_text},      {"k", NULL, k_text},         {"s", "1", s_text},
    {"pad", NULL, pad_text},      {"dilation", "1", d_text},   {"count_pad", "true", inside_text},
    {"groups", "1", groups_text}, {"eps", "1e-5", eps_text},   {"h", NULL, h_text},
    {"w", NULL, w_text},          {"first", "0", first_of},    {"mode", NULL, mode_text},
    {"align", NULL, align_text},  {"order", NULL, order_text}, {"bias", NULL, bias_text},
    {"act", NULL, act_text},      {NULL, NULL, NULL},
};

/* True where a part of a path speaks of a layer: conv2d_3, depthwise, dense. */
static bool is_telling(const char *part, size_t length)
{
    static const char *const words[] = {"conv", "dense", "separable", "Conv", "fc"};
    for (size_t w = 0; w < sizeof words / sizeof *words; w++)
        for (size_t i = 0, n = strlen(words[w]); i + n <= length; i++)
            if (!strncmp(part + i, words[w], n))
                return true;
    return false;
}

/* TFLite joins the names of all that was fused, "model/act/Relu;model/conv2d_1/Conv2D": of the
 * first that speaks of a layer, the path up to that. */
const char *node_name(struct arena *mem, const struct operation *o)
{
    const char *text = o->name[0] ? o->name : o->out->t.name;
    size_t length = strcspn(text, ";");
    if (text[length])
        for (const char *p = text, *name = text; *p; p++) {
            size_t n = strcspn(p, "/;");
            if (is_telling(p, n)) {
                text = name;
                length = (size_t)(p - name) + n;
                break;
            }
            p += n;
            if (!*p)
                break;
            name = *p == ';' ? p + 1 : name;
        }
    return shown_part(mem, text, length < 48 ? length : 48);
}
