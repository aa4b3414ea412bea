/* The programs of a spec: predict and train. */
#include "schedule/schedule.h"

static const char *const pass_titles[] = {[PASS_FORWARD] = "forward",
                                          [PASS_LOSS] = "loss",
                                          [PASS_BACKWARD] = "backward",
                                          [PASS_UPDATE] = "update"};

static struct sweep_outline *sweep_add(struct arena *mem, struct outline *o, const char *title, int nodes)
{
    GROW(mem, o->sweep, o->nsweep, o->capacity);
    struct sweep_outline *s = &o->sweep[o->nsweep++];
    *s = (struct sweep_outline){.title = title,
                                .node = NEW_ARRAY(mem, struct node *, nodes),
                                .strip = NEW_ARRAY(mem, int, nodes)};
    return s;
}

/* Every node whole, one after the other. */
static struct outline layer_by_layer(struct arena *mem, struct node **node, int nnode)
{
    struct outline o = {0};
    for (int i = 0; i < nnode; i++) {
        struct sweep_outline *s = sweep_add(mem, &o, pass_titles[node[i]->pass], 1);
        s->node[s->nnode] = node[i];
        s->strip[s->nnode++] = node_steps(node[i]);
    }
    return o;
}

static struct val **kept(struct arena *mem, const struct graph *g, int *count)
{
    struct val **keep = NEW_ARRAY(mem, struct val *, g->nval);
    *count = 0;
    for (int i = 0; i < g->nval; i++)
        if (g->val[i]->keep || g->val[i] == g->scores)
            keep[(*count)++] = g->val[i];
    return keep;
}

struct program *schedule_predict(struct arena *mem, const struct graph *g)
{
    int nkeep, count = 0;
    struct val **keep = kept(mem, g, &nkeep);
    while (count < g->nnode && g->node[count]->pass == PASS_FORWARD)
        count++;
    struct outline o = layer_by_layer(mem, g->node, count);
    struct program *p = simulate(mem, g, &o, keep, nkeep);
    p->name = "predict";
    return p;
}

struct program *schedule_train(struct arena *mem, const struct graph *g)
{
    int nkeep;
    struct val **keep = kept(mem, g, &nkeep);
    if (!g->loss)
        return NULL;
    struct outline o = layer_by_layer(mem, g->node, g->nnode);
    /* Scores need not outlive the loss unless somebody asked to see them. */
    struct program *p = simulate(mem, g, &o, keep, g->scores->keep ? nkeep : 0);
    p->name = "train";
    return p;
}

void schedule_dump(const struct program *p, FILE *out)
{
    fprintf(out, "program %s: %d sweeps, %d steps, %lld bytes alive at step %d\n", p->name, p->nsweep,
            p->steps, (long long)p->bound, p->peak);
    for (int s = 0; s < p->nsweep; s++) {
        const struct sweep *w = &p->sweep[s];
        fprintf(out, "sweep %d %s, step %d\n", s, w->title, w->first);
        for (int i = 0; i < w->ntask; i++) {
            const struct task *t = &w->task[i];
            fprintf(out, "    %s %s strip=%d", t->node->op->name, t->node->name, t->strip);
            for (int k = 0; k < NODE_OUT; k++)
                if (t->out[k])
                    fprintf(out, "  %s: %s %d of %d", t->out[k]->val->name,
                            t->out[k]->buffer->full ? "map" : "ring", t->out[k]->buffer->rows,
                            t->out[k]->val->h);
            fputc('\n', out);
        }
    }
}
