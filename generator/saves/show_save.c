/* SPDX-License-Identifier: MIT */
#include "saves/show_save.h"
#include "base/screen.h"
#include "base/table.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

/* ---- figures ---- */

static void compare_value(struct save_figures *f, double value, double before)
{
    double change = fabs(value - before);
    bool same = value == before || (isnan(value) && isnan(before));
    f->changed += !same;
    if (isfinite(change)) {
        f->change += change * change;
        f->largest = fmax(f->largest, change);
    }
}

struct save_figures save_figures(const struct save *s, const struct save_tensor *t, const struct save *other)
{
    const struct save_tensor *before = other ? save_find(other, t->name) : NULL;
    struct save_figures f = {.compared = before && save_tensors_agree(t, before)};
    for (int64_t i = 0; i < t->count; i++) {
        double value = save_at(s, t, i);
        if (f.compared)
            compare_value(&f, value, save_at(other, before, i));
        if (!isfinite(value)) {
            f.wild++;
            continue;
        }
        f.mean += value;
        f.rms += value * value;
    }
    double finite = (double)(t->count - f.wild);
    f.mean = finite > 0 ? f.mean / finite : 0;
    f.rms = finite > 0 ? sqrt(f.rms / finite) : 0;
    f.change = sqrt(f.change / (double)t->count);
    return f;
}

/* ---- text ---- */

static void put_row(struct table *table, const struct save *s, const struct save_tensor *t, const struct save *other)
{
    struct arena *m = table->mem;
    struct save_figures f = save_figures(s, t, other);
    enum save_role role = save_role(s, t);
    bool compares = f.compared && (role == SAVE_LEARNT || other->step || other->samples);
    const char *cell[] = {t->name,
                          save_type_name(t),
                          save_shape_text(m, t),
                          role == SAVE_RANGE
                              ? ends_with(t->name, ".classes") ? "" : arena_format(m, "2^%d", -(int)save_at(s, t, 0))
                              : arena_format(m, "%.4g", f.mean),
                          role == SAVE_RANGE ? "" : arena_format(m, "%.4g", f.rms),
                          compares ? arena_format(m, "%.4g", f.change) : "",
                          compares ? arena_format(m, "%.4g", f.largest) : ""};
    table_row(table, cell, f.wild ? arena_format(m, "%lld values are not finite", (long long)f.wild) : NULL);
}

static void put_head(FILE *out, const struct save *s, const struct spec_net *k)
{
    wrap_put(out, 4, "%s: a saved net of %llu bytes, format 2%s%s", s->path, (unsigned long long)s->length,
             k ? ", of " : "", k ? k->spec : "");
    fprintf(out, "  base    %08x\n  layout  %08x\n  steps   %u\n", (unsigned)s->base, (unsigned)s->layout,
            (unsigned)s->step);
    if (s->samples)
        fprintf(out, "  batch   %u samples wait for its end\n", (unsigned)s->samples);
    if (k && s->layout != k->factory->layout)
        wrap_put(out, 4, "  The spec has another layout: NAME_load gives E_MISMATCH. %s.",
                 tables_differ(k->graph->mem, s, k->factory));
}

void show_save_text(struct arena *mem, FILE *out, const struct save *s, const struct spec_net *k,
                    const struct save *other)
{
    struct table_column column[] = {{"tensor", true, 0}, {"type", true, 2},    {"shape", true, 0},   {"mean", false, 0},
                                    {"rms", false, 3},   {"change", false, 0}, {"largest", false, 1}};
    const struct save *before = other ? other : k ? k->factory : NULL;
    struct table table = table_new(mem, column, before ? 7 : 5);
    put_head(out, s, k);
    if (!s->count) {
        fputs("  nothing of this network learns\n", out);
        return;
    }
    fputc('\n', out);
    for (int i = 0; i < s->count; i++)
        put_row(&table, s, &s->tensor[i], before);
    table_put(&table, out, 2);
    if (before)
        wrap_put(out, 2, "\n  change: root of the mean square of the difference to %s; largest: the most of it",
                 other ? other->path : "factory values");
}

/* ---- JSON ---- */

static void add_number(cJSON *o, const char *name, double value)
{
    if (isfinite(value))
        cJSON_AddNumberToObject(o, name, value);
    else
        cJSON_AddNullToObject(o, name);
}

static void add_word(struct arena *mem, cJSON *o, const char *name, uint32_t word)
{
    cJSON_AddStringToObject(o, name, arena_format(mem, "%08x", (unsigned)word));
}

static void add_tensor(cJSON *list, const struct save *s, const struct save_tensor *t, const struct save *before)
{
    static const char *const roles[] = {"learnt", "moment", "gradient", "range"};
    struct save_figures f = save_figures(s, t, before);
    cJSON *o = cJSON_CreateObject();
    cJSON_AddItemToArray(list, o);
    cJSON_AddStringToObject(o, "name", t->name);
    cJSON_AddNumberToObject(o, "offset", (double)t->offset);
    cJSON_AddStringToObject(o, "type", save_type_name(t));
    cJSON *shape = cJSON_AddArrayToObject(o, "shape");
    for (int i = 0; i < t->rank; i++)
        cJSON_AddItemToArray(shape, cJSON_CreateNumber(t->size[i]));
    cJSON_AddStringToObject(o, "role", roles[save_role(s, t)]);
    add_number(o, "mean", f.mean);
    add_number(o, "rms", f.rms);
    if (f.wild)
        add_number(o, "not_finite", (double)f.wild);
    if (!f.compared)
        return;
    add_number(o, "change", f.change);
    add_number(o, "largest_change", f.largest);
    add_number(o, "changed", (double)f.changed);
}

void show_save_json(struct arena *mem, FILE *out, const struct save *s, const struct spec_net *k,
                    const struct save *other)
{
    cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "file", s->path);
    add_number(root, "format", 2);
    add_number(root, "bytes", (double)s->length);
    add_word(mem, root, "base", s->base);
    add_word(mem, root, "layout", s->layout);
    add_number(root, "steps", s->step);
    add_number(root, "samples", s->samples);
    if (k) {
        cJSON_AddStringToObject(root, "spec", k->spec);
        cJSON_AddBoolToObject(root, "same_layout", s->layout == k->factory->layout);
    }
    if (other)
        cJSON_AddStringToObject(root, "compared_with", other->path);
    cJSON *list = cJSON_AddArrayToObject(root, "tensors");
    for (int i = 0; i < s->count; i++)
        add_tensor(list, s, &s->tensor[i], other ? other : k ? k->factory : NULL);
    char *text = cJSON_Print(root);
    fprintf(out, "%s\n", text);
    cJSON_free(text);
    cJSON_Delete(root);
}
