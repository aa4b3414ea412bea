/* SPDX-License-Identifier: MIT */
/* Which network: of the values that a spec leaves open with choice(...), before what learns in it is looked for.  What does not
 * fit is left out by its plan.  Sub-networks of a super-network, whose weights come from a file, are ranked by the nearest mean
 * of their features, which costs forward passes only; the best few go on, and with them those of which the most learns, for
 * small networks gain the most where everything does.  These, or all where there is no file, are measured by a short run of the
 * plan that learns the most within the budget: a small network of which everything learns stands beside a large one whose last
 * biases do. */
#include "choose/race.h"

#include <string.h>

enum { NETWORKS = 20, COMBINATIONS = 4096, BY_FEATURES = 4, BY_LEARNING = 2 };

/* Combination n of all, as lines of a spec; NULL behind the last. */
static const char *combination(struct arena *mem, const struct spec *s, int n, const char *before)
{
    struct text t = text_new(mem);
    text_put(&t, "%s", before);
    for (int i = 0; i < s->nchoice; i++) {
        const struct spec_choice *c = &s->choice[i];
        if (c->fixed)
            continue;
        const struct choice_value *v = &c->value[n % c->nvalue];
        n /= c->nvalue;
        text_put(&t, v->kind == CHOICE_TEXT ? "set(\"%s\", \"%s\")\n" : "set(\"%s\", %s)\n", c->name, v->text);
    }
    return n ? NULL : t.at;
}

static int combinations(const struct spec *s)
{
    int count = 1;
    for (int i = 0; i < s->nchoice && count < COMBINATIONS; i++)
        count *= s->choice[i].fixed ? 1 : s->choice[i].nvalue;
    return count < COMBINATIONS ? count : COMBINATIONS;
}

static struct way way_of_all(void)
{
    static struct update all = {.glob = "*", .inputs = 1, .outputs = 1};
    return (struct way){.update = &all, .nupdate = 1};
}

/* The parameters of a combination.  They live as long as the race. */
static const struct parts *parts_of_network(struct race *r, const struct candidate *like)
{
    struct diag quiet = {.mem = r->mem};
    struct request request = r->base->request;
    struct candidate c = *like;
    int code;
    c.way = way_of_all();
    request.spec = candidate_file(r->mem, r->d, r->base, &c, false);
    request.fastest = true;
    struct variant v = {.any_size = true, .plan_only = true};
    struct product *p = request.spec ? generate(r->mem, &quiet, &request, &v, &code) : NULL;
    if (!p)
        return NULL;
    struct parts *parts = NEW(r->mem, struct parts);
    *parts = parts_find(r->mem, p->graph);
    return parts;
}

struct network {
    const struct parts *parts;
    const char *set;
    struct candidate *plan; /* that learns the most */
    double features;        /* the nearest mean's share */
};

/* The plan with the most values that learn, of those by depth. */
static bool read_network(struct race *r, struct network *n, const char *set)
{
    r->plans.like.set = set;
    n->set = set;
    n->parts = r->plans.parts = parts_of_network(r, &r->plans.like);
    r->plans.count = 0;
    n->plan = NULL;
    if (!n->parts)
        return false;
    plans_of_depth(&r->plans);
    for (int i = 0; i < r->plans.count; i++)
        if (!n->plan || r->plans.list[i]->trained > n->plan->trained)
            n->plan = r->plans.list[i];
    return n->plan != NULL;
}

/* Those that fit, spread evenly over all where there are more than can be run. */
static int read_networks(struct race *r, const struct spec *s, struct network *network)
{
    const char *before = r->plans.like.set;
    int all = combinations(s), step = (all + NETWORKS - 1) / NETWORKS, count = 0;
    for (int n = 0; n < all && count < NETWORKS; n += step) {
        const char *set = combination(r->mem, s, n, before);
        if (set && read_network(r, &network[count], set))
            count++;
    }
    return count;
}

/* ---- which of them go on ---- */

static bool more_features(const struct network *a, const struct network *b)
{
    return a->features > b->features || (a->features >= b->features && a->plan->ram < b->plan->ram);
}

static bool more_learns(const struct network *a, const struct network *b)
{
    return a->plan->trained > b->plan->trained;
}

/* Of network[from ..] the best `few` come first. */
static void bring_forward(struct network *network, int from, int count, int few,
                          bool (*better)(const struct network *, const struct network *))
{
    for (int i = from; i < from + few && i < count; i++)
        for (int k = i + 1; k < count; k++)
            if (better(&network[k], &network[i])) {
                struct network other = network[i];
                network[i] = network[k];
                network[k] = other;
            }
}

/* Returns how many of them, which then come first; 0 after a message. */
static int keep_promising(struct race *r, struct network *network, int count)
{
    struct candidate *plan[NETWORKS];
    double share[NETWORKS];
    for (int i = 0; i < count; i++)
        plan[i] = network[i].plan;
    if (!race_rank(r, plan, count, share))
        return 0;
    for (int i = 0; i < count; i++)
        network[i].features = share[i];
    bring_forward(network, 0, count, BY_FEATURES, more_features);
    bring_forward(network, BY_FEATURES, count, BY_LEARNING, more_learns);
    return count < BY_FEATURES + BY_LEARNING ? count : BY_FEATURES + BY_LEARNING;
}

/* True if its networks are parts of a larger one, and have batch norms that are folded into weights of floats: each meets
 * something else. */
static bool folds_norms(const struct race *r, const struct spec *s)
{
    bool norms = false, parts = false;
    for (int i = 0; i < s->nlayer; i++) {
        norms = norms || (s->layer[i].make && !strcmp(s->layer[i].make->name, "batch_norm"));
        parts = parts || s->layer[i].of.given;
    }
    return norms && parts && s->weights && !s->norms && r->base->precision.forward == FORWARD_FLOAT32;
}

/* Where only one is left. */
static bool take_only(struct race *r, const struct spec *s)
{
    struct candidate *one = NEW(r->mem, struct candidate);
    *one = r->plans.like;
    one->way = way_of_all();
    if (folds_norms(r, s) && !race_find_norms(r, &one, 1))
        return false;
    r->plans.like.norms = one->norms;
    return true;
}

bool race_choose_network(struct race *r, const struct spec *s)
{
    struct network network[NETWORKS], *best = network;
    struct candidate *plan[NETWORKS];
    double merit[NETWORKS];
    if (combinations(s) == 1)
        return take_only(r, s);
    int count = read_networks(r, s, network);
    for (int i = 0; i < count; i++)
        plan[i] = network[i].plan;
    if (folds_norms(r, s) && !race_find_norms(r, plan, count))
        return false;
    if (count > BY_FEATURES + BY_LEARNING && s->weights && s->train.loss != LOSS_MSE)
        count = keep_promising(r, network, count);
    for (int i = 0; i < count; i++)
        plan[i] = network[i].plan;
    if (!count || !race_screen(r, plan, count, merit))
        return false;
    for (int i = 1; i < count; i++)
        if (merit[i] > merit[best - network] ||
            (merit[i] >= merit[best - network] && network[i].plan->ram < best->plan->ram))
            best = &network[i];
    r->plans.like.set = best->set;
    r->plans.like.norms = best->plan->norms;
    r->plans.parts = best->parts;
    r->plans.count = 0;
    return true;
}
