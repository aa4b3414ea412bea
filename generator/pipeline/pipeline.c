/* SPDX-License-Identifier: MIT */
/* The stages in order:
 *
 *     spec      what the user wrote              spec/
 *     weights   named tensors                    tensors/
 *     forward   the graph of the forward pass    forward/ graph/ ops/ integers/
 *     backward  gradients and updates            backward/
 *     schedule  which row is made when           schedule/
 *     plan      which byte it lies at            plan/ pack/
 *     emit      C from templates                 emit/                                            */
#include "pipeline/pipeline.h"
#include "backward/backward.h"
#include "base/screen.h"
#include "forward/forward.h"
#include "ops/ops.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --dump=STAGE, where the pipeline passes that stage: what `write` says of it.  It is written for a sheet without end. */
static void dump(const struct request *r, const char *stage, void (*write)(const struct product *p, FILE *sheet),
                 const struct product *p)
{
    char *text = NULL;
    size_t size;
    FILE *sheet = r->dump && !strcmp(r->dump, stage) ? open_memstream(&text, &size) : NULL;
    if (!sheet)
        return;
    write(p, sheet);
    fclose(sheet);
    wrap_lines(stdout, text);
    free(text);
}

static void write_spec(const struct product *p, FILE *sheet)
{
    spec_dump(p->spec, sheet);
}

static void write_graph(const struct product *p, FILE *sheet)
{
    graph_dump(p->graph, sheet);
}

static void write_schedule(const struct product *p, FILE *sheet)
{
    if (p->plan->latent)
        schedule_dump(p->plan->latent, sheet);
    schedule_dump(p->plan->train ? p->plan->train : p->plan->predict, sheet);
}

static void write_plan(const struct product *p, FILE *sheet)
{
    plan_dump(p->plan, sheet);
}

/* What the user and the variant change about a spec. */
static void override(struct spec *s, const struct request *r, const struct variant *v)
{
    const struct budget *given = &r->budget;
    s->seed = r->seed;
    s->keep_layers = v->keep_layers;
    if (v->floats)
        s->precision = (struct precision){.loc = s->precision.loc};
    s->norms_later = v->norms_later || v->norms;
    if (v->norms)
        s->norms = NULL;
    if (v->int8) {
        s->norms = NULL; /* they are in these weights */
        s->weights = v->int8;
        s->precision.forward = FORWARD_INT8;
    }
    if (v->optimizer) {
        s->train.optimizer = *v->optimizer;
        s->train.clip = v->clips ? s->train.clip : 0;
    }
    if (v->on_host || v->optimizer) /* who runs it sets its rates */
        s->train.schedule = (struct rate_schedule){.kind = RATE_CONSTANT};
    if (v->batch)
        s->train.batch = v->batch;
    if (v->frozen) {
        s->train.given = false;
        s->train.nupdate = 0;
    }
    if (v->on_host || v->keep_layers || v->frozen || v->update) /* the whole gives the same bits */
        s->replay.at = NULL;
    if (v->update) {
        s->train.update = v->update;
        s->train.nupdate = v->nupdate;
    }
    s->budget.ram = given->ram ? given->ram : s->budget.ram;
    s->budget.scratch = given->scratch ? given->scratch : s->budget.scratch;
    s->budget.flash = given->flash ? given->flash : s->budget.flash;
    s->budget.yield = given->yield ? given->yield : s->budget.yield;
    if (given->ram || given->scratch || given->flash || given->yield)
        s->budget.loc.line = 0; /* not what the spec says */
}

static enum goal goal_of(const struct request *r, const struct variant *v)
{
    if (r->fastest || v->keep_layers)
        return GOAL_FASTEST;
    if (r->shuffle)
        return GOAL_RANDOM;
    if (r->smallest)
        return GOAL_SMALLEST;
    return v->on_host && !v->records ? GOAL_FASTEST : GOAL_FRUGAL;
}

/* Where the fastest plan was asked for, and only another fits: that.  Else NULL. */
static const char *hint_of(const struct product *p, const struct request *r)
{
    const struct budget *b = &p->spec->budget;
    if (!r->fastest || plan_within(p->plan, b))
        return NULL;
    const struct plan *other = plan_choose(p->candidates, GOAL_FRUGAL, 0);
    if (!plan_within(other, b))
        return NULL;
    return arena_format(p->graph->mem, "leave --fastest out: another plan fits, in %lld bytes",
                        (long long)(b->ram ? other->total : other->scratch_train));
}

static bool fits(const struct product *p, const struct plan *plan, const struct request *r)
{
    if (plan_fits(plan, p->graph))
        return true;
    plan_refuse(plan, p->graph, hint_of(p, r));
    return false;
}

bool product_fits(const struct product *p, const struct request *r)
{
    bool memory = fits(p, p->plan, r), store = store_holds(p->graph->mem, p->graph, p->plan);
    return memory && store;
}

/* What the spec names and is not there is a mistake of that line. */
static struct tensor_file *read_weights(struct arena *mem, struct diag *d, const struct spec *s,
                                        const struct variant *v)
{
    if (!access(s->weights, R_OK) || v->int8)
        return safetensors_read(mem, d, s->weights);
    diag_error(d, s->weights_loc, "weights", "a name is relative to the spec; without the line, values are random",
               "cannot open the weights '%s': %s", s->weights, strerror(errno));
    return NULL;
}

static struct tensor_file *read_norms(struct arena *mem, struct diag *d, const struct spec *s)
{
    if (!s->weights)
        diag_error(d, s->norms_loc, "norms", NULL, "norms are of a network whose weights come from a file");
    else if (access(s->norms, R_OK))
        diag_error(d, s->norms_loc, "norms", "a name is relative to the spec; tinytl-gen calibrate writes such a file",
                   "cannot open '%s': %s", s->norms, strerror(errno));
    else
        return safetensors_read(mem, d, s->norms);
    return NULL;
}

/* The graph of a spec, gradients and updates included.  False after messages. */
static bool differentiate(struct arena *mem, struct diag *d, struct product *p, const struct request *r,
                          const struct variant *v)
{
    static const struct updates updates = {&op_sgd, &op_sgd_momentum, &op_adam, &op_record};
    struct tensor_file *weights = NULL;
    const struct tensor_file *norms = v->norms;
    if (p->spec->weights && !(weights = read_weights(mem, d, p->spec, v)))
        return false;
    if (p->spec->norms && !(norms = read_norms(mem, d, p->spec)))
        return false;
    p->graph = forward_build(mem, d, p->spec, weights, norms);
    if (!p->graph)
        return false;
    dump(r, "graph", write_graph, p);
    backward(p->graph, &updates);
    if (d->errors)
        return false;
    dump(r, "backward", write_graph, p);
    p->halves = graph_cut(p->graph);
    return !d->errors;
}

/* A plan beyond the budget is a result, too. */
static bool any_size(const struct request *r, const struct variant *v)
{
    return r->any_size || v->any_size;
}

static struct plan *choose_whole(struct arena *mem, struct product *p, const struct request *r, enum goal goal)
{
    p->candidates = candidates_new(mem, p->graph, price_anyhow(r->target), r->runs, NULL);
    return plan_choose(p->candidates, goal, (unsigned)r->shuffle);
}

/* The head is chosen first: what it takes, every plan of the tail has to stand beside. */
static struct plan *choose_halves(struct arena *mem, struct product *p, const struct request *r, enum goal goal,
                                  enum goal of_head)
{
    const struct price *price = price_anyhow(r->target);
    struct plan *head = plan_choose(candidates_new(mem, p->halves->head, price, r->runs, NULL), of_head, 0);
    head->predict->name = "latent";
    p->candidates = candidates_new(mem, p->halves->tail, price, r->runs, head);
    struct plan *plan = plan_choose(p->candidates, goal, (unsigned)r->shuffle);
    bool within = of_head != GOAL_FRUGAL || plan_within(plan, &p->spec->budget);
    return within ? plan : choose_halves(mem, p, r, goal, GOAL_SMALLEST);
}

static void choose_plans(struct arena *mem, struct product *p, const struct request *r, const struct variant *v)
{
    enum goal goal = goal_of(r, v);
    p->plan = p->halves ? choose_halves(mem, p, r, goal, goal) : choose_whole(mem, p, r, goal);
    if (v->records)
        plan_record(p->plan);
    p->device = p->plan;
    if (v->on_host && !any_size(r, v))
        p->device = plan_choose(p->candidates, goal_of(r, &(struct variant){0}), (unsigned)r->shuffle);
    if (!v->on_host && target_reads_by_input(r->target))
        plan_spend_flash(p->plan, p->graph, price_anyhow(r->target));
    dump(r, "schedule", write_schedule, p);
    dump(r, "plan", write_plan, p);
}

struct product *generate(struct arena *mem, struct diag *d, const struct request *r, const struct variant *v, int *code)
{
    struct product *p = NEW(mem, struct product);
    *code = EXIT_BAD_INPUT;
    p->target = r->target;

    p->spec = spec_read(mem, d, r->spec, ops_constructors(mem), r->define, r->ndefine);
    if (!p->spec)
        return NULL;
    override(p->spec, r, v);
    dump(r, "spec", write_spec, p);

    if (!differentiate(mem, d, p, r, v))
        return NULL;
    if (v->graph_only) {
        *code = EXIT_DONE;
        return p;
    }

    choose_plans(mem, p, r, v);
    if (!any_size(r, v) && !fits(p, p->device, r)) {
        *code = EXIT_NO_FIT;
        return NULL;
    }

    if (!v->plan_only)
        p->emitted = emit(mem, p->graph, p->halves, p->plan,
                          (struct emission){.templates = r->templates,
                                            .target = v->on_host ? NULL : r->target,
                                            .poison = r->poison,
                                            .weights = v->on_host ? WEIGHTS_BIN : weights_form(r->weights_form)});
    if (d->errors)
        return NULL;
    *code = EXIT_DONE;
    return p;
}
