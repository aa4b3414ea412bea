/* SPDX-License-Identifier: MIT */
/* Every layer's result against act.* or act_q.*: as the plan under test makes it, row by row, in predict and in train,
 * each time that it is made.  A value that this plan makes no tensor of (a sum that is added as it is computed) is
 * compared in a variant of the network that keeps every layer. */
#include "host/comparison.h"
#include "host/vectors.h"

#include <string.h>

struct layer_check {
    const struct tensor *tensor;
    const struct val *val; /* of the variant that runs */
    const char *why;       /* there is nothing to compare it with; NULL: there is */
    struct difference difference;
};

struct layers {
    struct check *check;
    struct layer_check *list;
    int count;
    int64_t start; /* of the buffers in the scratch memory */
    bool records;  /* values are read where they were written down; else where they were kept */
};

static bool names_layer_value(const struct check *c, const char *name)
{
    if (c->counts)
        return !strncmp(name, "act_q.", 6) || !strcmp(name, "output_q");
    return !strncmp(name, "act.", 4);
}

static void list_layers(struct layers *ls)
{
    struct check *c = ls->check;
    ls->list = NEW_ARRAY(c->mem, struct layer_check, c->vectors->count + 1);
    for (int i = 0; i < c->vectors->count; i++)
        if (names_layer_value(c, c->vectors->tensor[i].name))
            ls->list[ls->count++].tensor = &c->vectors->tensor[i];
}

/* Where the map of a copy can be read after a call; 0: nowhere. */
static int64_t place_of(const struct layers *ls, const struct copy *made)
{
    return ls->records ? made->record : made->buffer && made->buffer->full ? made->buffer->offset + 1 : 0;
}

/* Rows that there are: the last ones of a map that no window reaches are never made by a plan of rows. */
static int rows_of(const struct layers *ls, const struct copy *made)
{
    return ls->records ? made->made : made->val->h;
}

/* The next copy of a value from number `i` on, or NULL.  Of kept values the last: it is the one that stays. */
static const struct copy *find_copy(const struct layers *ls, const struct program *w, const struct val *v, int *i)
{
    const struct copy *found = NULL;
    for (; *i < w->ncopy && !(found && ls->records); ++*i)
        if (w->copy[*i]->val == v && place_of(ls, w->copy[*i]))
            found = w->copy[*i];
    return found;
}

/* A value after a call, as the numbers that it is made of (an int8 network's integers), or as those that it stands for. */
static float *values_at(const struct check *c, const struct val *v, const unsigned char *at)
{
    int64_t n = (int64_t)v->h * v->w * v->c;
    float *values = NEW_ARRAY(c->mem, float, n);
    if (v->type == F32)
        memcpy(values, at, sizeof *values * (size_t)n);
    for (int64_t i = 0; v->type == I8 && i < n; i++)
        values[i] = c->counts ? (float)(int8_t)at[i] : (float)(((int8_t)at[i] - v->zero) * v->scale);
    return values;
}

/* What a program has just made of sample n. */
static void compare_sample(struct layers *ls, const struct program *w, const struct worker *l, int n)
{
    for (int i = 0; i < ls->count; i++) {
        struct layer_check *k = &ls->list[i];
        int64_t each = k->val ? (int64_t)k->val->h * k->val->w * k->val->c : 0;
        int at = 0;
        if (!k->val || k->why || (n + 1) * each > k->tensor->count)
            continue;
        for (const struct copy *made; (made = find_copy(ls, w, k->val, &at));)
            compare_map(k->tensor, n, k->val, rows_of(ls, made),
                        values_at(ls->check, k->val, l->scratch + ls->start + place_of(ls, made) - !ls->records),
                        &k->difference);
    }
}

/* Which of them this variant computes. */
static void find_values(struct layers *ls, const struct product *p)
{
    for (int i = 0; i < ls->count; i++) {
        struct layer_check *k = &ls->list[i];
        bool output = !strcmp(k->tensor->name, "output_q");
        int at = 0;
        if (k->difference.count) { /* by an earlier variant */
            k->val = NULL;
            continue;
        }
        k->val = output ? p->graph->layer[p->spec->nlayer - 1]
                        : vectors_val(p, k->tensor->name, ls->check->counts ? 6 : 4, &k->why);
        if (!k->val)
            continue;
        k->why = NULL;
        k->difference = (struct difference){
            .finite = k->tensor->count % ((int64_t)k->val->h * k->val->w * k->val->c) == 0, .exact = ls->check->counts};
        if (!find_copy(ls, p->plan->predict, k->val, &at) || (ls->check->counts && k->val->type != I8))
            k->why = "not computed as a tensor of its own";
    }
}

static int run_variant(struct layers *ls, const struct variant *v)
{
    struct check *c = ls->check;
    struct worker *l;
    int code = EXIT_DONE;
    struct product *p = compare_variant(c, v, &l, &code);
    if (!p)
        return code;
    void *image = compare_image(c, p);
    float *scores = NEW_ARRAY(c->mem, float, compare_classes(p)), loss;
    ls->records = v->records;
    ls->start = p->plan->stream.bytes;
    find_values(ls, p);
    for (int n = 0; n < c->samples; n++) {
        compare_input(c, p, n, image);
        worker_predict(l, image, scores);
        compare_sample(ls, p->plan->predict, l, n);
        if (!v->records || !p->plan->train || !(c->label || c->target))
            continue;
        worker_init(l); /* every step begins with the factory's values */
        compare_train(c, p, l, n, image, &loss);
        compare_sample(ls, p->plan->train, l, n);
        worker_init(l);
    }
    return worker_close(l) ? EXIT_DONE : EXIT_IO;
}

static bool wants_more(const struct layers *ls)
{
    for (int i = 0; i < ls->count; i++)
        if (ls->list[i].val && ls->list[i].why)
            return true;
    return false;
}

int check_layers(struct check *c)
{
    struct layers ls = {.check = c};
    list_layers(&ls);
    if (!ls.count)
        return EXIT_DONE;
    int code =
        run_variant(&ls, &(struct variant){.records = true, .frozen = c->integers, .any_size = true, .on_host = true});
    if (!code && wants_more(&ls))
        code =
            run_variant(&ls, &(struct variant){.keep_layers = true, .frozen = true, .any_size = true, .on_host = true});
    for (int i = 0; !code && i < ls.count; i++) {
        struct layer_check *k = &ls.list[i];
        k->difference.count = k->difference.count < k->tensor->count ? k->difference.count : k->tensor->count;
        if (k->why)
            compare_skip(c, k->tensor->name, k->why);
        else
            compare_verdict(c, k->tensor->name, &k->difference);
    }
    return code;
}
