/* SPDX-License-Identifier: MIT */
/* --paper-accounting: training memory as the profiler of TinyTL counts it (Cai et al., NeurIPS 2020, and the
 * script memory_cost_profiler.py of its authors), for comparing networks with the paper.  It is not what this program's
 * output needs: the plan is.
 *
 *     memory = batch * (largest over all layers of: saved + shortcut + working) + parameters
 *
 *     saved       what earlier layers keep for their backward pass, float32:
 *                   the input of a convolution, dense layer or norm whose weight learns
 *                   one bit an element of activations that keep a mask (relu), the input of others
 *     shortcut    the tensor that an addition at the end of the block still needs
 *     working     input and output of the layer; a grouped convolution makes one group at a time;
 *                 a norm or an activation works in its input
 *     parameters  4 bytes each if it learns, 1 if it is frozen (int8)
 *
 * Masks are counted everywhere as soon as anything below the classifier learns, also where no gradient
 * passes: the script has one switch for the whole network.  Gradients and optimiser state are not counted
 * at all; pools, additions and upsampling take nothing. */
#include "base/screen.h"
#include "ops/ops.h"
#include "report/report.h"

#include <string.h>

struct account {
    const struct product *product;
    bool backward; /* something below the scores' own layer learns */
    double saved, shortcut, peak;
    double peak_saved, peak_shortcut, peak_working;
    const char *peak_layer;
    int64_t trained, frozen; /* parameters */
};

static double elements(const struct shape *s)
{
    return (double)s->h * s->w * s->c;
}

static bool is(const struct layer *l, const char *constructor)
{
    return !strcmp(l->make->name, constructor);
}

/* The part of the weight's inputs that must be kept: 1 if it learns, 0 if not, a fraction for a slice. */
static double weight_learns(const struct graph *g, const struct layer *l)
{
    size_t n = strlen(l->name);
    for (int i = 0; i < g->nparam; i++) {
        const struct param *p = g->param[i];
        if (!p->trained || strncmp(p->name, l->name, n) || strncmp(p->name + n, ".weight", 7))
            continue;
        return p->slice_of && p->slice_inputs ? (double)p->nchannel / p->slice_of->shape[1] : 1;
    }
    return 0;
}

static void visit(struct account *a, const char *layer, double working, double saves)
{
    double now = a->saved + a->shortcut + working;
    if (now > a->peak) {
        a->peak = now;
        a->peak_saved = a->saved;
        a->peak_shortcut = a->shortcut;
        a->peak_working = working;
        a->peak_layer = layer;
    }
    a->saved += saves;
}

/* `act` is l, or the activation inside it. */
static void visit_activation(struct account *a, const struct layer *l, const struct layer *act)
{
    bool mask = op_of(a->product->graph->operators, act->make)->out[1].name != NULL;
    double n = elements(&act->out);
    visit(a, l->name, 4 * n, a->backward ? n * (mask ? 0.125 : 4) : 0);
}

static void visit_layer(struct account *a, const struct layer *l)
{
    const struct graph *g = a->product->graph;
    double in = 4 * elements(&l->in[0]), out = 4 * elements(&l->out);
    if (is(l, "conv"))
        visit(a, l->name, in + out / layer_int(l, "groups"), in * weight_learns(g, l));
    else if (is(l, "dwconv"))
        visit(a, l->name, in + out / l->out.c, in * weight_learns(g, l));
    else if (is(l, "dense"))
        visit(a, l->name, in + out, in * weight_learns(g, l));
    else if (is(l, "group_norm") || is(l, "batch_norm"))
        visit(a, l->name, in, in * weight_learns(g, l));
    else if (is(l, "mul") || is(l, "div")) { /* the gradient of each reads the other */
        double both = in + 4 * elements(&l->in[1]);
        visit(a, l->name, both, a->backward ? both : 0);
    } else if (l->make->activation)
        visit_activation(a, l, l);
    if (l->act)
        visit_activation(a, l, l->act);
}

/* The addition at the end of a residual block that reads layer `id`, which others read too; or 0. */
static int shortcut_end(const struct spec *s, int id)
{
    int readers = 0, end = 0;
    for (int i = id + 1; i < s->nlayer; i++)
        for (int k = 0; k < s->layer[i].nfrom; k++)
            if (s->layer[i].from[k] == id) {
                readers++;
                if (is(&s->layer[i], "add"))
                    end = i;
            }
    return readers > 1 ? end : 0;
}

static void visit_layers(struct account *a)
{
    const struct spec *s = a->product->spec;
    for (int i = 1; i < s->nlayer; i++) {
        a->shortcut = 0;
        for (int k = 0; k < i; k++)
            if (shortcut_end(s, k) >= i)
                a->shortcut += 4 * elements(&s->layer[k].out);
        visit_layer(a, &s->layer[i]);
    }
}

static void count_parameters(struct account *a)
{
    const struct graph *g = a->product->graph;
    const struct layer *last = &a->product->spec->layer[a->product->spec->nlayer - 1];
    size_t n = strlen(last->name);
    for (int i = 0; i < g->nparam; i++) {
        const struct param *p = g->param[i];
        if (p->trained) {
            a->trained += p->count;
            a->backward = a->backward || strncmp(p->name, last->name, n) || p->name[n] != '.';
        }
        if (p->slice_of)
            a->frozen -= p->count; /* of what is counted as the whole parameter */
        else if (!p->trained)
            a->frozen += p->count;
    }
}

void report_paper(const struct product *p, FILE *out)
{
    struct account a = {.product = p, .peak_layer = ""};
    int batch = p->spec->train.batch;
    count_parameters(&a);
    visit_layers(&a);
    double activations = a.peak * batch, parameters = 4.0 * (double)a.trained + (double)a.frozen;
    enum { INDENT = 25 };
    wrap_put(out, 4, "%s: training memory as TinyTL counts it (MB = 1000000 bytes)", p->spec->name);
    wrap_put(out, INDENT, "  activations %9.2f  = batch %d x %.3f at %s: saved %.3f + shortcut %.3f + working %.3f",
             activations / 1e6, batch, a.peak / 1e6, a.peak_layer, a.peak_saved / 1e6, a.peak_shortcut / 1e6,
             a.peak_working / 1e6);
    wrap_put(out, INDENT, "  parameters  %9.2f  = %lld that learn x 4 bytes + %lld frozen x 1 byte", parameters / 1e6,
             (long long)a.trained, (long long)a.frozen);
    fprintf(out, "  total       %9.2f\n", (activations + parameters) / 1e6);
}
