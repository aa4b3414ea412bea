/* SPDX-License-Identifier: MIT */
/* What a layer finds in the weights file by its name, and parameters that are parts of larger tensors there:
 * conv { ..., of = { out = 96, k = 7 } }. */
#include "graph/graph.h"

#include <string.h>

const struct tensor *layer_tensor(const struct graph *g, const char *layer, const char *role)
{
    return g->weights ? tensor_find(g->weights, arena_format(g->mem, "%s%s.%s", g->spec->prefix, layer, role)) : NULL;
}

const char *layer_in_file(const struct graph *g, const char *layer)
{
    size_t n = strlen(layer);
    if (n <= 4 || strcmp(layer + n - 4, ".add") != 0 || layer_tensor(g, layer, "output_scale"))
        return layer;
    return arena_format(g->mem, "%.*s.residual", (int)n - 4, layer);
}

/* ---- parts ---- */

/* What the file's tensor is, as o, i, kh, kw; false: of no such form. */
static bool whole_shape(const struct tensor *t, const struct param *p, bool dense, int64_t *whole)
{
    int64_t window = (int64_t)p->shape[2] * p->shape[3];
    for (int d = 0; d < 4; d++)
        whole[d] = d < t->rank ? t->shape[d] : 1;
    if (t->rank < 1 || t->rank > 4 || whole[0] < 1)
        return false;
    if (!dense || t->rank == 4)
        return true;
    whole[1] = t->count / whole[0] / window;
    whole[2] = p->shape[2];
    whole[3] = p->shape[3];
    return whole[0] * whole[1] * window == t->count;
}

/* "NAME.7to5" for each step from the whole's window to the part's, where the file has it. */
static bool find_matrices(const struct graph *g, const struct layer *l, struct tensor_box *b)
{
    int64_t k = b->whole[3];
    if (b->whole[2] != k || b->part[2] != b->part[3])
        return true;
    for (int s = 0; s < TENSOR_STEPS && k > b->part[3]; s++, k -= 2) {
        const char *name = arena_format(g->mem, "%dto%d", (int)k, (int)k - 2);
        const struct tensor *m = b->matrix[s] = layer_tensor(g, l->name, name);
        if (m && m->count != (k - 2) * (k - 2) * (k - 2) * (k - 2))
            return false;
    }
    return true;
}

static const struct tensor *misfit(struct graph *g, const struct layer *l, const struct param *p,
                                   const struct tensor *t, const char *why)
{
    diag_error(g->diag, l->loc, "of", NULL, "'%s': the spec reads %dx%dx%dx%d of a larger tensor, %s has %s: %s",
               p->name, p->shape[0], p->shape[1], p->shape[2], p->shape[3], g->weights->path,
               tensor_shape_text(g->mem, t), why);
    return NULL;
}

const struct tensor *elastic_tensor(struct graph *g, const struct layer *l, struct param *p, const struct tensor *t)
{
    struct tensor_box *b = NEW(g->mem, struct tensor_box);
    bool vector = p->groups == 0, dense = !vector && layer_has(l, "order"), same = true;
    *b = (struct tensor_box){.hwc = dense && !strcmp(layer_setting(l, "order")->word, "hwc")};
    if (p->groups > 1 && p->shape[1] > 1)
        return misfit(g, l, p, t, "a convolution in groups has no such part");
    if (!whole_shape(t, p, dense, b->whole))
        return misfit(g, l, p, t, "that is no such tensor");
    for (int d = 0; d < 4; d++) {
        b->part[d] = p->shape[d];
        same = same && b->part[d] == b->whole[d];
        if (b->whole[d] < b->part[d])
            return misfit(g, l, p, t, "that is smaller");
        if (d >= 2 && (b->whole[d] - b->part[d]) % 2)
            return misfit(g, l, p, t, "its window has no such centre");
    }
    if (same)
        return t; /* a file of this network alone */
    if (l->of.out && b->whole[0] != l->of.out)
        return misfit(g, l, p, t, arena_format(g->mem, "of says %d outputs", l->of.out));
    if (!vector && l->of.kh && (b->whole[2] != l->of.kh || b->whole[3] != l->of.kw))
        return misfit(g, l, p, t, arena_format(g->mem, "of says a window of %dx%d", l->of.kh, l->of.kw));
    if (!vector && b->whole[2] > 2 * TENSOR_STEPS)
        return misfit(g, l, p, t, "its window is too large");
    if (!vector && !find_matrices(g, l, b))
        return misfit(g, l, p, t, "a matrix between its windows has another size");
    struct tensor *part = tensor_take_part(g->mem, t, b);
    if (part->type != t->type && t->type == TENSOR_I8)
        return misfit(g, l, p, t, "int8 values go through no matrix");
    p->box = b;
    return part;
}
