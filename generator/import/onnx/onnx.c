/* SPDX-License-Identifier: MIT */
/* An ONNX graph -> its nodes in order, with their inputs found. */
#include "import/onnx/onnx.h"

#include <string.h>

/* ---- names ---- */

struct known_name {
    const char *name;
    struct value *value;
    const Onnx__TensorProto *initializer;
    const Onnx__ValueInfoProto *input;
    bool needed, produced;
};

struct onnx_reading {
    struct model *m;
    const Onnx__GraphProto *graph;
    struct known_name *table;
    size_t slots; /* a power of two, at least twice as many as names */
    bool *needed; /* by node */
    int opset;
};

/* The entry of a name; made if it is new. */
static struct known_name *entry_of(struct onnx_reading *r, const char *name)
{
    size_t at = (size_t)hash_bytes(HASH_START, name, strlen(name));
    for (;; at++) {
        struct known_name *e = &r->table[at & (r->slots - 1)];
        if (!e->name)
            e->name = name;
        if (!strcmp(e->name, name))
            return e;
    }
}

static bool enter_names(struct onnx_reading *r)
{
    const Onnx__GraphProto *g = r->graph;
    size_t names = g->n_initializer + g->n_input + g->n_output + 1;
    for (size_t i = 0; i < g->n_node; i++)
        names += g->node[i]->n_input + g->node[i]->n_output;
    for (r->slots = 16; r->slots < 2 * names; r->slots *= 2)
        ;
    r->table = NEW_ARRAY(r->m->mem, struct known_name, r->slots);
    for (size_t i = 0; i < g->n_initializer; i++)
        if (g->initializer[i]->name)
            entry_of(r, g->initializer[i]->name)->initializer = g->initializer[i];
    for (size_t i = 0; i < g->n_input; i++)
        if (g->input[i]->name)
            entry_of(r, g->input[i]->name)->input = g->input[i];
    for (size_t i = 0; i < g->n_node; i++)
        for (size_t k = 0; k < g->node[i]->n_output; k++) {
            const char *name = g->node[i]->output[k];
            struct known_name *e = entry_of(r, name);
            if (name[0] && (e->produced || e->initializer || e->input)) {
                refuse_file(r->m, NULL, "two things have the name '%s'", shown(r->m->mem, name));
                return false;
            }
            e->produced = true;
        }
    return true;
}

/* ---- which nodes are needed ---- */

/* The tensor to end at.  NULL after a message. */
static const char *output_name(struct onnx_reading *r)
{
    const Onnx__GraphProto *g = r->graph;
    struct text list = text_new(r->m->mem);
    if (r->m->asked.output) {
        for (size_t i = 0; i < g->n_node; i++) {
            const Onnx__NodeProto *n = g->node[i];
            if (n->name && n->name[0] && !strcmp(n->name, r->m->asked.output) && n->n_output)
                return n->output[0];
        }
        if (entry_of(r, r->m->asked.output)->produced)
            return r->m->asked.output;
        int64_t number = asked_operator(&r->m->asked, (int64_t)g->n_node);
        if (number >= 0 && g->node[number]->n_output)
            return g->node[number]->output[0];
        refuse_file(r->m, "names are those of tensors and nodes in the file, or numbers of its nodes",
                    "has nothing named '%s'", shown(r->m->mem, r->m->asked.output));
        return NULL;
    }
    for (size_t i = 0; i < g->n_output && i < LISTED; i++) {
        const char *name = r->m->end[r->m->nend++] = g->output[i]->name ? g->output[i]->name : "";
        text_put(&list, "%s%s", i ? ", " : "", shown(r->m->mem, name));
    }
    if (g->n_output == 1 && g->output[0]->name && entry_of(r, g->output[0]->name)->produced)
        return g->output[0]->name;
    refuse_file(r->m, "end at one of them: --output NAME", "has %d outputs: %s", (int)g->n_output,
                list.at ? list.at : "none");
    return NULL;
}

static void mark_needed(struct onnx_reading *r, const char *output)
{
    const Onnx__GraphProto *g = r->graph;
    r->needed = NEW_ARRAY(r->m->mem, bool, g->n_node);
    for (size_t i = 0; !output && i < g->n_output; i++) /* none chosen: look at all */
        entry_of(r, g->output[i]->name ? g->output[i]->name : "")->needed = true;
    if (output)
        entry_of(r, output)->needed = true;
    for (size_t i = g->n_node; i-- > 0;) {
        const Onnx__NodeProto *n = g->node[i];
        for (size_t k = 0; k < n->n_output; k++)
            r->needed[i] = r->needed[i] || entry_of(r, n->output[k])->needed;
        for (size_t k = 0; r->needed[i] && k < n->n_input; k++)
            entry_of(r, n->input[k])->needed = true;
    }
}

/* ---- the input ---- */

static struct value *input_value(struct onnx_reading *r, const Onnx__ValueInfoProto *info)
{
    struct model *m = r->m;
    const struct asked *asked = &m->asked;
    const Onnx__TypeProto *type = info->type;
    const char *name = shown(m->mem, info->name);
    int64_t shape[TENSOR_RANK] = {0};
    if (!type || type->value_case != ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE || !type->tensor_type->shape ||
        type->tensor_type->shape->n_dim > TENSOR_RANK) {
        refuse_file(m, NULL, "the input '%s' is not a tensor with a shape", name);
        return NULL;
    }
    const Onnx__TensorShapeProto *s = type->tensor_type->shape;
    int rank = (int)s->n_dim, open = 0;
    struct text text = text_new(m->mem), hint = text_new(m->mem);
    for (int i = 0; i < rank; i++) {
        const Onnx__TensorShapeProto__Dimension *d = s->dim[i];
        bool known = d->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE && d->dim_value > 0;
        const char *word = d->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM && d->dim_param[0]
                               ? shown(m->mem, d->dim_param)
                               : "?";
        shape[i] = known ? d->dim_value : i == 0 ? 1 : 0;
        open += shape[i] == 0;
        text_put(&text, "%s", i ? "," : "");
        if (known)
            text_put(&text, "%lld", (long long)d->dim_value);
        else
            text_put(&text, "%s", word);
        text_put(&hint, "%s%lld", i ? "," : "", shape[i] ? (long long)shape[i] : 96LL);
    }
    if (asked->input) {
        if (asked->sizes != rank) {
            refuse_file(m, NULL, "--input %s has %d sizes, the input '%s' has %d", shown(m->mem, asked->input),
                        asked->sizes, name, rank);
            return NULL;
        }
        m->resized = !same_sizes(rank, asked->size, rank, shape);
        memcpy(shape, asked->size, sizeof shape);
    } else if (open) {
        refuse_file(m, arena_format(m->mem, "say how large it is, for example: --input %s", hint.at),
                    "the input '%s' is of any size: %s", name, text.at);
        return NULL;
    }
    struct value *v = value_new(m, info->name, rank, shape);
    return model_input(m, v) ? v : NULL;
}

static void find_input(struct onnx_reading *r)
{
    const Onnx__ValueInfoProto *found = NULL;
    struct text list = text_new(r->m->mem);
    int count = 0;
    for (size_t i = 0; i < r->graph->n_input; i++) {
        const Onnx__ValueInfoProto *info = r->graph->input[i];
        struct known_name *e = info->name ? entry_of(r, info->name) : NULL;
        if (!e || !e->needed || e->initializer || e->input != info)
            continue;
        if (count++ < LISTED)
            text_put(&list, "%s%s", count > 1 ? ", " : "", shown(r->m->mem, info->name));
        found = info;
    }
    if (count != 1) {
        refuse_file(r->m, NULL,
                    count ? "has %d inputs: %s; exactly one is supported" : "none of its inputs leads to the output",
                    count, list.at);
        return;
    }
    entry_of(r, found->name)->value = input_value(r, found);
}

/* ---- nodes ---- */

/* The value of a node's input.  NULL after a message. */
static struct value *input_of(struct onnx_reading *r, const char *name)
{
    struct known_name *e = entry_of(r, name);
    if (!e->value && e->initializer) {
        e->value = onnx_constant(r->m, e->initializer, name);
        if (!e->value) {
            e->value = value_lost(r->m, name);
            e->value->lost_shape = true;
        }
    }
    if (!e->value && e->input) /* a message was given: only look at the operators behind it */
        e->value = value_lost(r->m, name);
    if (!e->value) {
        refuse(r->m, NULL, "reads '%s', which nothing before it makes", shown(r->m->mem, name));
        e->value = value_lost(r->m, name);
    }
    return e->value;
}

/* Result k of a node; one that is lost after a message. */
static struct value *read_node(struct onnx_reading *r, const Onnx__NodeProto *p, size_t k)
{
    struct node_reading n = {.m = r->m, .proto = p, .opset = r->opset, .result = (int)k};
    bool lost = false, constants = true;
    for (size_t i = 0; i < p->n_input && i < NODE_INPUTS; i++) {
        n.in[i] = p->input[i][0] ? input_of(r, p->input[i]) : NULL;
        n.nin = (int)i + 1;
        lost = lost || (n.in[i] && n.in[i]->lost);
        constants = constants && (!n.in[i] || n.in[i]->t.data || n.in[i]->lost_shape);
    }
    while (n.nin && !n.in[n.nin - 1])
        n.nin--;
    r->m->lost = lost;
    struct value *v =
        p->n_input > NODE_INPUTS ? refuse(r->m, NULL, "%d inputs; not supported", (int)p->n_input) : onnx_read_node(&n);
    if (!v) {
        v = value_lost(r->m, "");
        v->lost_shape = constants;
    }
    return v;
}

static void read_nodes(struct onnx_reading *r)
{
    for (size_t i = 0; i < r->graph->n_node; i++) {
        const Onnx__NodeProto *p = r->graph->node[i];
        if (!r->needed[i])
            continue;
        r->m->index = (int)i;
        r->m->name = p->name;
        r->m->type = p->op_type ? p->op_type : "?";
        struct value *v = NULL;
        for (size_t k = 0; k < p->n_output; k++) {
            struct known_name *e = entry_of(r, p->output[k]);
            bool own = k == 0 || (onnx_has_results(r->m->type) && !v->lost && e->needed);
            v = own ? read_node(r, p, k) : v;
            if (own && v->t.data == NULL && v->def && v->def->index == r->m->index)
                v->t.name = p->output[k];
            if (own || v->lost) /* then none of its results is there, and that was said */
                e->value = v;
        }
    }
}

/* Others are read as far as is known of them, with a warning. */
enum { TESTED_OPSET_FROM = 9, TESTED_OPSET_TO = 22 };

static int opset_of(const Onnx__ModelProto *p)
{
    for (size_t i = 0; i < p->n_opset_import; i++) {
        const char *domain = p->opset_import[i]->domain;
        if (!domain || !domain[0] || !strcmp(domain, "ai.onnx"))
            return p->opset_import[i]->version > 0 && p->opset_import[i]->version < 1000
                       ? (int)p->opset_import[i]->version
                       : 0;
    }
    return 1;
}

bool onnx_parse(struct model *m, const unsigned char *bytes, size_t size)
{
    Onnx__ModelProto *p = onnx_unpack(m, bytes, size);
    if (!p || !onnx_inline(m, p))
        return false;
    struct onnx_reading r = {.m = m, .graph = p->graph, .opset = opset_of(p)};
    m->form = arena_format(m->mem, "ONNX, opset %d%s", r.opset, p->n_functions ? ", its functions inlined" : "");
    m->producer =
        p->producer_name && p->producer_name[0]
            ? arena_format(m->mem, "%s%s%s", p->producer_name, p->producer_version && p->producer_version[0] ? " " : "",
                           p->producer_version ? p->producer_version : "")
            : NULL;
    if (r.opset < 7 || r.opset > 22) {
        refuse_file(m, "export with opset_version=13", "opset %d; 7 to 22 are known", r.opset);
        return false;
    }
    if (r.opset < TESTED_OPSET_FROM || r.opset > TESTED_OPSET_TO)
        diag_warn(m->diag, (struct loc){m->path, 0}, NULL,
                  "export with opset_version=13, or compare the numbers: tinytl-gen verify",
                  "opset %d: import is tested with %d to %d, operators may mean something else here", r.opset,
                  TESTED_OPSET_FROM, TESTED_OPSET_TO);
    if (!enter_names(&r))
        return false;
    int before = m->diag->errors;
    const char *output = output_name(&r);
    mark_needed(&r, output);
    find_input(&r);
    read_nodes(&r);
    m->output = output ? entry_of(&r, output)->value : NULL;
    return m->diag->errors == before;
}
