/* SPDX-License-Identifier: MIT */
/* Statistics of batch norms.  Those of a sub-network are not those of the network that its weights are a part of (Cai et al.,
 * Once-for-All, 2020): they are found on samples (host/calibrate.c), and stand in a file of their own. */
#include "graph/graph.h"

const char *const norm_roles[] = {"weight", "bias", "running_mean", "running_var"};

/* One message a network: where one norm is another's, all are. */
static bool is_first(struct graph *g)
{
    bool first = !g->norms_said;
    g->norms_said = true;
    return first;
}

static void take(struct graph *g, struct param *p, const char *role)
{
    static const char hint[] = "tinytl-gen calibrate writes one for this network";
    const struct tensor *t = tensor_find(g->norms, arena_format(g->mem, "%s%s", g->spec->prefix, p->name));
    bool fits = t && t->rank == 1 && t->count == p->count;
    if (fits)
        param_take(g, p, role, t);
    else if (t && is_first(g))
        diag_error(g->diag, g->spec->norms_loc, "norms", hint, "'%s': %s has %s, this network %d channels", p->name,
                   g->norms->path, tensor_shape_text(g->mem, t), (int)p->count);
    else if (!t && g->spec->norms && is_first(g))
        diag_error(g->diag, g->spec->norms_loc, "norms", hint, "%s has no '%s'", g->norms->path, p->name);
}

void norm_read(struct graph *g, const struct layer *l, const struct param *w, struct param *const *role)
{
    if (g->norms && !w->quantised) /* quantize has folded them in */
        for (int i = NORM_MEAN; i <= NORM_VAR; i++)
            take(g, role[i], norm_roles[i]);
    else if (w->box && !g->spec->norms_later && is_first(g))
        diag_warn(g->diag, l->loc, l->name,
                  "tinytl-gen calibrate SPEC --data SAMPLES -o norms.safetensors finds this one's",
                  "batch_norm '%s' has the statistics of the whole network, of which this is a part", l->name);
    GROW(g->mem, g->norm, g->nnorm, g->norm_capacity);
    struct batch_norm *norm = &g->norm[g->nnorm++];
    *norm = (struct batch_norm){.layer = l, .channels = (int)role[NORM_MEAN]->count};
    for (int i = 0; i < NORM_ROLES; i++)
        norm->value[i] = role[i]->value;
}
