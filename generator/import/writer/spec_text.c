/* SPDX-License-Identifier: MIT */
/* The spec of an imported model: what stands around its layers. */
#include "import/writer/spec_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- handles: variables for layers that are read from further behind ---- */

enum { MOST_LOCALS = 150 }; /* Lua has 200 at most; what is no local is global */

/* "conv1", "blocks_3": a Lua name made of a layer's. */
static const char *variable(struct model *m, const struct operation *o)
{
    char *s = arena_string(m->mem, o->layer);
    for (char *p = s; *p; p++)
        if (!isalnum((unsigned char)*p))
            *p = '_';
    return s;
}

static const char *handle_of(struct model *m, struct value *v)
{
    if (!v->def) {
        m->input_is_named = true;
        return "image";
    }
    const char *name = variable(m, v->def);
    if (!v->def->handle)
        v->def->handle = m->handles++ < MOST_LOCALS ? arena_format(m->mem, "local %s", name) : name;
    return name;
}

/* Layers by themselves that do not read just the layer before say what they read. */
static void set_handles(struct model *m, const struct units *u)
{
    const struct operation *before = NULL;
    for (int i = 0; i < u->count; i++) {
        const struct unit *one = &u->unit[i];
        struct operation *o = one->member[0].op;
        struct text from = text_new(m->mem);
        for (int k = 0; k < o->nin && one->kind == UNIT_LAYER && o->nin > 1; k++)
            text_put(&from, "%s%s", k ? ", " : "", handle_of(m, o->in[k]));
        if (from.length)
            o->from = arena_format(m->mem, "{ %s }", from.at);
        else if ((one->kind == UNIT_LAYER || one->kind == UNIT_MBCONV) && o->in[0]->def != before)
            o->from = handle_of(m, o->in[0]);
        before = one->member[one->nmember - 1].op;
    }
}

/* ---- the parts ---- */

/* The shortest decimal that is exactly this number, or as a float this one. */
static const char *shortest(struct arena *mem, double v, bool is_float)
{
    for (int digits = 1; digits < 18; digits++) {
        char *text = arena_format(mem, "%.*g", digits, v);
        if (is_float ? strtof(text, NULL) == (float)v : strtod(text, NULL) == v)
            return text;
    }
    return "0";
}

static const char *exact(struct arena *mem, double v)
{
    return shortest(mem, v, false);
}

static void put_channels(struct model *m, const char *name, const float *value, struct text *out)
{
    bool same = true;
    for (int c = 1; c < m->input->map.c; c++)
        same = same && value[c] == value[0];
    text_put(out, ", %s = %s", name, same ? "" : "{ ");
    for (int c = 0; c < (same ? 1 : m->input->map.c); c++)
        text_put(out, "%s%s", c ? ", " : "", shortest(m->mem, (double)value[c], true));
    text_put(out, "%s", same ? "" : " }");
}

static void put_input(struct model *m, struct text *out)
{
    const struct value *in = m->input;
    const struct shape *s = &in->map;
    text_put(out, "%sinput { ", m->input_is_named ? "local image = " : "");
    if (s->h * s->w > 1)
        text_put(out, "h = %d, w = %d, ", s->h, s->w);
    text_put(out, "c = %d", s->c);
    if (m->integer)
        text_put(out, ", type = \"int8\", scale = %s, zero_point = %d", exact(m->mem, in->quantum.scale),
                 in->quantum.zero_point);
    if (m->mean) {
        put_channels(m, "mean", m->mean, out);
        put_channels(m, "scale", m->factor, out);
    }
    text_put(out, " } -- %s, %s\n", shown(m->mem, in->t.name), tensor_shape_text(m->mem, &in->t));
    if (m->mean && s->h * s->w > 1)
        text_put(out, "-- What the file does first to each channel is the mean and scale. For pixels as a camera gives "
                      "them add\n"
                      "-- type = \"uint8\"; if the file wants values of 0 .. 1, mean * 255 and scale / 255, too.\n");
    else if (!m->integer && s->h > 1 && s->w == 1)
        text_put(out, "-- A signal over time (h), as floats that are scaled as in the training. For 8-bit samples "
                      "of an ADC or\n"
                      "-- a microphone: add type = \"int8\" and the scale (and zero_point), for example scale = "
                      "1/128.\n");
    else if (!m->integer && s->h * s->w > 1)
        text_put(out, "-- Pixels as a camera gives them: add type = \"uint8\" and the scale (and "
                      "zero_point) of the\n"
                      "-- training, for example scale = 1/255.\n");
}

/* The first usual size of a RAM that learning surely fits in: a beginning, not a plan. */
static int64_t usual_ram(const struct model *m)
{
    static const int sizes[] = {32, 64, 128, 192, 256, 320, 512, 768, 0};
    int64_t largest = 0, masks = 0, learns = 0, kib = 1024;
    for (int i = 0; i < m->nop; i++) {
        const struct operation *o = m->op[i];
        int64_t size = o->out->t.count;
        masks += o->activation ? size / 8 : 0;
        for (int k = 0; k < o->nin; k++)
            size += o->in[k]->t.count;
        largest = size > largest ? size : largest;
        learns += o->w ? o->w->out : 0;
        if (o->w && o->out == m->output)
            learns += (int64_t)o->w->out * o->w->in * o->w->kh * o->w->kw;
    }
    int64_t need = (4 * 2 * largest + masks + 4 * learns) / 1024 + 24;
    for (int i = 0; sizes[i]; i++)
        if (need <= sizes[i])
            return sizes[i];
    while (kib < need)
        kib *= 2;
    return kib;
}

static bool is_normalise(const struct operation *o)
{
    return o->layer && !strncmp(o->layer, NORMALISE, strlen(NORMALISE));
}

/* "blocks.3.conv1" -> "blocks.*", "norm1" -> "norm?": NORMALISE is none of these. */
static const char *layers_like(struct arena *mem, const char *layer)
{
    const char *dot = strchr(layer, '.');
    char *like = dot ? arena_format(mem, "%.*s.*", (int)(dot - layer), layer) : arena_string(mem, layer);
    for (char *p = like; *p; p++)
        *p = isdigit((unsigned char)*p) ? '?' : *p;
    return like;
}

/* Patterns for the bias of every layer but `normalise`: "*.bias", or by the beginnings of names.  False if none has a
 * bias. */
static bool bias_patterns(struct model *m, struct text *list)
{
    const struct operation *last = m->output->def;
    const char *seen = " ";
    bool all = true, any = false;
    for (int i = 0; i < m->nop; i++)
        all = all && !is_normalise(m->op[i]);
    for (int i = 0; i < m->nop; i++) {
        const struct operation *o = m->op[i];
        if (!o->w || (!o->w->bias && !o->integer) || o->rescale || is_normalise(o) || (!all && o == last))
            continue;
        const char *pattern = all ? "\"*.bias\"" : arena_format(m->mem, "\"%s.bias\"", layers_like(m->mem, o->layer));
        any = true;
        if (strstr(seen, arena_format(m->mem, " %s ", pattern)))
            continue;
        seen = arena_format(m->mem, "%s%s ", seen, pattern);
        text_put(list, "%s%s", list->length ? ", " : "", pattern);
    }
    return any;
}

static void put_train(struct model *m, const struct units *u, struct text *out)
{
    const struct operation *last = m->output->def;
    bool vector = m->output->map.h * m->output->map.w == 1, normalised = false;
    struct text update = text_new(m->mem);
    for (int i = 0; i < m->nop; i++)
        normalised = normalised || is_normalise(m->op[i]);
    if (last->w)
        text_put(&update, "\"%s.*\"", last->layer);
    bool biases = bias_patterns(m, &update);
    if (!update.length)
        text_put(&update, "\"*\"");
    text_put(out,
             "\n-- What learns: %s%s%s%s. Take more or less of%sthe network as%s"
             "your RAM allows; `tinytl-gen what-fits` lists ways.\ntrain {\n    update    = { "
             "%s },\n",
             last->w ? "the last layer" : "", last->w && biases ? ", and " : "",
             biases ? "the bias of every layer" : "", biases && normalised ? " but " NORMALISE : "",
             normalised ? "\n-- " : " ", normalised ? " " : "\n-- ", update.at);
    if (u->classifies)
        text_put(out, "    loss      = \"softmax_cross_entropy\", -- %s\n",
                 m->probabilities ? "the file's softmax is a part of it" : "scores of classes");
    else
        text_put(out, "    loss      = \"mse\", -- %s\n",
                 m->output->t.count == m->input->t.count ? "as many values out as in: an autoencoder"
                 : vector                                ? "values, not classes"
                                                         : "a map comes out, not the scores of classes");
    text_put(out, "    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data\n}\n");
    if (m->integer)
        text_put(out, "precision { forward = \"int8\"%s }\n", m->channels_last ? ", rounding = \"tflite\"" : "");
    int64_t kib = usual_ram(m);
    text_put(out, "\n-- RAM while learning: what learns, working memory and stack. Say here how "
                  "much your device has.\n");
    if (kib >= 1024 && kib % 1024 == 0)
        text_put(out, "budget { ram = %lld * MiB }\n", (long long)kib / 1024);
    else
        text_put(out, "budget { ram = %lld * KiB }\n", (long long)kib);
}

/* A C identifier of at most 40 characters, and no header's name. */
static const char *spec_name(struct arena *mem, const char *name)
{
    char *s = arena_format(mem, "%s%.38s", isalpha((unsigned char)name[0]) ? "" : "n_", name);
    for (char *p = s; *p; p++)
        if (!isalnum((unsigned char)*p) || (unsigned char)*p > 127)
            *p = '_';
    return name_of_header(s) ? arena_format(mem, "%s_net", s) : s;
}

static const char *file_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Text for between quotes in Lua. */
static const char *quoted(struct arena *mem, const char *text)
{
    struct text t = text_new(mem);
    text_put(&t, "%s", "");
    for (const char *p = text; *p; p++)
        text_put(&t, *p == '"' || *p == '\\' ? "\\%c" : (unsigned char)*p < ' ' ? "\\%03d" : "%c", *p);
    return t.at;
}

void write_spec(struct model *m, const struct units *u, const char *network, struct text *out)
{
    int tables = 0, table = 0;
    set_handles(m, u);
    text_put(out, "-- Imported from %s (%s%s%s).\n-- The numbers in `source` are operators of that file.\n",
             shown(m->mem, file_of(m->path)), m->form, m->producer && m->producer[0] ? ", " : "",
             m->producer ? shown(m->mem, m->producer) : "");
    text_put(out, "name    \"%s\"\nweights \"%s.safetensors\"\n", spec_name(m->mem, network), quoted(m->mem, network));
    put_input(m, out);
    if (u->count && u->unit[0].kind == UNIT_LAYER && (u->count == 1 || u->unit[1].run != u->unit[0].run))
        text_put(out, "\n"); /* loops begin with an empty line anyway */
    for (int i = 0; i < u->count; i++)
        tables += u->unit[i].kind != UNIT_LAYER && i && u->unit[i - 1].run == u->unit[i].run &&
                  (i + 1 == u->count || u->unit[i + 1].run != u->unit[i].run);
    for (int i = 0; i < u->count;) {
        const struct unit *first = &u->unit[i];
        int n = 1;
        while (i + n < u->count && u->unit[i + n].run == first->run)
            n++;
        const char *name = first->kind == UNIT_LAYER ? "layers" : "blocks";
        if (n > 1 && first->kind != UNIT_LAYER && tables > 1)
            name = arena_format(m->mem, "%s%d", name, ++table);
        bool behind_block =
            i && (u->unit[i - 1].kind != UNIT_LAYER || (i > 1 && u->unit[i - 2].run == u->unit[i - 1].run));
        if (behind_block && n == 1 && first->kind == UNIT_LAYER)
            text_put(out, "\n");
        if (first->member[0].op->out == m->output && u->classifies)
            text_put(out, "-- For classes of your own: out = their number, init = \"random\".\n");
        if (is_normalise(first->member[0].op))
            text_put(out, "-- What the training did to its input, a factor and an offset for each channel: does not "
                          "learn.\n");
        put_units(m, first, n, name, out);
        i += n;
    }
    if (m->asked.output && !u->classifies)
        text_put(out,
                 "\n-- Here the file's network was cut. A head of your own belongs here, for example\n"
                 "%s--     dense { \"head\", out = 3, init = \"random\" }\n"
                 "-- with \"head.*\" in `update` and loss = \"softmax_cross_entropy\".\n",
                 m->output->map.h * m->output->map.w > 1 ? "--     global_pool {}\n" : "");
    put_train(m, u, out);
}
