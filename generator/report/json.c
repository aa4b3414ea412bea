/* SPDX-License-Identifier: MIT */
#include "report/facts.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

static void number(cJSON *o, const char *name, int64_t value)
{
    cJSON_AddNumberToObject(o, name, (double)value);
}

static const char *kind_of(const struct program *w, const struct buffer *b)
{
    bool ring = buffer_is_ring(b);
    switch (buffer_kind(w, b)) {
    case KIND_IMAGE:
        return "input";
    case KIND_MASK:
        return "mask";
    case KIND_GRADIENT:
        return ring ? "gradient ring" : "gradient";
    case KIND_ACCUMULATOR:
        return "accumulator";
    default:
        return ring ? "ring" : "map";
    }
}

static void add_buffers(cJSON *root, const struct program *w)
{
    cJSON *list = cJSON_AddArrayToObject(root, "buffers");
    for (int i = 0; i < w->nbuffer; i++) {
        const struct buffer *b = w->buffer[i];
        cJSON *o = cJSON_CreateObject();
        cJSON_AddStringToObject(o, "name", b->name);
        number(o, "offset", b->offset);
        number(o, "bytes", b->bytes);
        number(o, "first", b->first);
        number(o, "last", b->last);
        cJSON_AddStringToObject(o, "kind", kind_of(w, b));
        number(o, "rows", b->rows);
        number(o, "height", b->val->h);
        cJSON_AddBoolToObject(o, "recomputed", buffer_kind(w, b) == KIND_RECOMPUTED);
        cJSON_AddItemToArray(list, o);
    }
}

static void add_layers(cJSON *root, const struct graph *g)
{
    cJSON *list = cJSON_AddArrayToObject(root, "layers");
    for (int i = 0; i < g->nnode; i++) {
        const struct node *n = g->node[i];
        if (n->pass == PASS_UPDATE || n->pass == PASS_LOSS)
            continue;
        static const char *const passes[] = {"forward", "loss", "backward", "update"};
        cJSON *o = cJSON_CreateObject();
        cJSON_AddStringToObject(o, "name", n->name);
        cJSON_AddStringToObject(o, "operator", n->op->name);
        cJSON_AddStringToObject(o, "pass", passes[n->pass]);
        number(o, "macs", node_macs(n));
        if (n->out[0]) {
            int shape[3] = {n->out[0]->h, n->out[0]->w, n->out[0]->c};
            cJSON_AddItemToObject(o, "shape", cJSON_CreateIntArray(shape, 3));
        }
        cJSON_AddItemToArray(list, o);
    }
}

/* What a layer keeps for the backward pass. */
static cJSON *kept_json(const struct kept *kept, int count, const char *layer)
{
    cJSON *list = cJSON_CreateArray();
    for (int i = 0; i < count; i++) {
        if (strcmp(kept[i].layer, layer))
            continue;
        cJSON *o = cJSON_CreateObject();
        cJSON_AddStringToObject(o, "tensor", kept[i].val->name);
        number(o, "bytes", kept[i].bytes);
        cJSON_AddStringToObject(o, "why", kept[i].why);
        cJSON_AddStringToObject(o, "reader", kept[i].reader);
        cJSON_AddItemToArray(list, o);
    }
    return list;
}

/* The same by layers of the spec, with what each costs. */
static void add_costs(cJSON *root, const struct product *p)
{
    cJSON *list = cJSON_AddArrayToObject(root, "costs");
    int count;
    struct layer_row *rows = layer_rows(p->graph->mem, p, &count);
    int nkept;
    struct kept *kept = kept_list(p->graph->mem, p->plan->train ? p->plan->train : p->plan->predict, &nkept);
    for (int i = 0; i < count; i++) {
        const struct layer_row *r = &rows[i];
        cJSON *o = cJSON_CreateObject();
        cJSON_AddStringToObject(o, "name", r->name);
        cJSON_AddStringToObject(o, "operator", r->op ? r->op : "");
        if (r->out) {
            int shape[3] = {r->out->h, r->out->w, r->out->c};
            cJSON_AddItemToObject(o, "shape", cJSON_CreateIntArray(shape, 3));
        }
        number(o, "forward", r->forward);
        number(o, "backward", r->backward);
        number(o, "recompute", r->recompute);
        number(o, "flash", r->weights);
        number(o, "trained", r->trained);
        number(o, "state", r->state);
        number(o, "scratch", r->held);
        number(o, "saved", r->saved);
        cJSON_AddItemToObject(o, "kept", kept_json(kept, nkept, r->name));
        cJSON_AddItemToArray(list, o);
    }
}

static void add_peak(cJSON *root, const struct program *w)
{
    cJSON *peak = cJSON_AddObjectToObject(root, "peak");
    number(peak, "step", w->peak);
    number(peak, "steps", w->steps);
    number(peak, "bytes", w->bound);
    cJSON_AddStringToObject(peak, "layer", w->steps ? node_at(w, w->peak)->name : "");
}

static void add_front(cJSON *root, const struct offers *f)
{
    cJSON *list = cJSON_AddArrayToObject(root, "front");
    for (int i = 0; i < f->count; i++) {
        cJSON *o = cJSON_CreateObject();
        number(o, "ram", f->list[i].ram);
        number(o, "bytes", f->list[i].scratch);
        number(o, "recompute", f->list[i].macs);
        number(o, "work", f->list[i].work / 100);
        cJSON_AddBoolToObject(o, "taken", f->list[i].taken);
        cJSON_AddItemToArray(list, o);
    }
}

static void add_ram(cJSON *root, const struct product *p)
{
    static const char *const status[] = {"optimal", "optimal", "gap"};
    const struct plan *q = p->plan;
    const struct placement *placed = q->train ? &q->placed_train : &q->placed_predict;
    cJSON *ram = cJSON_AddObjectToObject(root, "ram");
    number(ram, "net", q->net);
    number(ram, "scratch_train", q->scratch_train);
    number(ram, "scratch_infer", q->scratch_infer);
    number(ram, "stack", q->stack);
    number(ram, "total", q->total);
    number(ram, "input", val_bytes(p->graph->input));
    number(ram, "lower_bound", q->lower_bound);
    number(ram, "proven", placed->proven);
    cJSON_AddStringToObject(ram, "status", status[placed->status]);
    number(ram, "budget", p->spec->budget.ram);
}

static void add_instructions(cJSON *root, const struct product *p)
{
    int64_t predict, train;
    if (!estimate_instructions(p, &predict, &train))
        return;
    cJSON *instructions = cJSON_AddObjectToObject(root, "instructions");
    cJSON_AddStringToObject(instructions, "target", p->target);
    number(instructions, "predict", predict);
    number(instructions, "train", train);
}

/* Of a network that remembers samples: how much, where, and what each half needs of the scratch. */
static void add_replay(cJSON *root, const struct product *p)
{
    const struct remembering *r = &p->spec->replay;
    const struct plan *q = p->plan;
    cJSON *replay = cJSON_AddObjectToObject(root, "replay");
    cJSON_AddStringToObject(replay, "at", r->at);
    number(replay, "samples", r->samples);
    number(replay, "latent", halves_latent(p->halves));
    number(replay, "bytes", halves_reservoir(p->halves, r->samples));
    number(replay, "scratch_latent", q->latent_scratch);
    number(replay, "scratch_train", plan_latent_scratch(q, q->train, p->halves));
    number(replay, "scratch_predict", plan_latent_scratch(q, q->predict, p->halves));
    number(replay, "macs", q->latent->macs[0]);
}

cJSON *plan_json(const struct product *p, bool lists)
{
    const struct plan *q = p->plan;
    const struct program *w = q->train ? q->train : q->predict;
    cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "name", p->spec->name);
    cJSON_AddStringToObject(root, "version", TINYTL_VERSION);
    add_ram(root, p);
    cJSON *flash = cJSON_AddObjectToObject(root, "flash");
    number(flash, "weights", plan_flash(q, p->graph));
    number(flash, "code", p->emitted ? p->emitted->code_bytes : 0);
    if (q->copies.count) {
        number(flash, "copies", q->copies.bytes);
        number(flash, "saved", q->copies.saved);
    }
    if (p->spec->store.slots) {
        const struct flash_store *s = &p->spec->store;
        cJSON *store = cJSON_AddObjectToObject(root, "store");
        number(store, "slots", s->slots);
        number(store, "slot", s->slot);
        number(store, "bytes", s->slots * s->slot);
        number(store, "save", saved_bytes(p->graph->mem, p->graph, q));
    }
    if (p->halves)
        add_replay(root, p);
    cJSON *macs = cJSON_AddObjectToObject(root, "macs");
    number(macs, "forward", plan_forward(q));
    number(macs, "backward", w->macs[1]);
    number(macs, "recompute", w->macs[2]);
    add_instructions(root, p);
    cJSON *trained = cJSON_AddObjectToObject(root, "trained");
    number(trained, "values", trained_values(p->graph));
    number(trained, "bytes", net_bytes(p->graph, ROLE_TRAINED));
    cJSON *notes = cJSON_AddArrayToObject(root, "notes");
    for (int i = 0; i < p->graph->nnote; i++)
        cJSON_AddItemToArray(notes, cJSON_CreateString(p->graph->note[i]));
    add_peak(root, w);
    add_front(root, &p->offers);
    if (lists)
        add_layers(root, p->graph);
    add_costs(root, p);
    if (lists)
        add_buffers(root, w);
    return root;
}

void report_json(const struct product *p, FILE *out)
{
    cJSON *root = plan_json(p, true);
    char *text = cJSON_Print(root);
    fprintf(out, "%s\n", text);
    cJSON_free(text);
    cJSON_Delete(root);
}
