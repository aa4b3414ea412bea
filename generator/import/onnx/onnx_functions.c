/* SPDX-License-Identifier: MIT */
/* Functions of a file's own, as exporters write modules -> the nodes that they are made of, in the place of each call.
 *
 *     y = block(x, w)          block(a, b):  t = Conv(a, b)        y/t = Conv(x, w)
 *                                            c = Relu(t)    ->     y   = Relu(y/t)
 */
#include "import/onnx/onnx.h"

#include <string.h>

enum { DEEPEST_CALL = 8, MOST_FUNCTIONS = 1000, MOST_NAMES = 64, MOST_NODES = 100000 };

struct inlining {
    struct model *m;
    const Onnx__ModelProto *model;
    Onnx__NodeProto **node; /* what the graph becomes */
    int count, capacity;
    bool failed;
};

/* A function being read, by the node that calls it; NULL: the graph itself. */
struct call {
    const Onnx__NodeProto *node;
    const Onnx__FunctionProto *function;
    int depth;
};

static bool same_domain(const char *a, const char *b)
{
    a = !a || !strcmp(a, "ai.onnx") ? "" : a;
    b = !b || !strcmp(b, "ai.onnx") ? "" : b;
    return !strcmp(a, b);
}

static const Onnx__FunctionProto *function_of(const Onnx__ModelProto *p, const Onnx__NodeProto *n)
{
    for (size_t i = 0; i < p->n_functions && n->op_type; i++) {
        const Onnx__FunctionProto *f = p->functions[i];
        if (f->name && !strcmp(f->name, n->op_type) && same_domain(f->domain, n->domain))
            return f;
    }
    return NULL;
}

/* The version of ONNX's operators; 0: not said. */
static int64_t opset_among(Onnx__OperatorSetIdProto *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (same_domain(list[i]->domain, NULL))
            return list[i]->version;
    return 0;
}

static bool fails(struct inlining *l, const char *hint, const char *what, const Onnx__FunctionProto *f)
{
    refuse_file(l->m, hint ? hint : "run onnx.inliner.inline_local_functions on it, or export with dynamo=False",
                "its function '%s' %s", shown(l->m->mem, f->name), what);
    l->failed = true;
    return false;
}

static bool is_sane(struct inlining *l, const struct call *c)
{
    const Onnx__FunctionProto *f = c->function;
    int64_t own = opset_among(f->opset_import, f->n_opset_import);
    if (c->depth > DEEPEST_CALL)
        return fails(l, NULL, "calls itself, or others more than 8 deep", f);
    if (f->n_input + f->n_output > MOST_NAMES || c->node->n_input > f->n_input || c->node->n_output > f->n_output)
        return fails(l, NULL, "is called with more inputs or outputs than it has, or has more than 64", f);
    if (own && own != opset_among(l->model->opset_import, l->model->n_opset_import))
        return fails(l, NULL, "is of another opset than the model", f);
    return true;
}

static int place_among(char *const *list, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(list[i], name))
            return (int)i;
    return -1;
}

/* A name inside of a function as the graph has it. */
static char *name_outside(struct inlining *l, const struct call *c, char *name)
{
    if (!c->function || !name[0])
        return name;
    int in = place_among(c->function->input, c->function->n_input, name);
    int out = place_among(c->function->output, c->function->n_output, name);
    if (in >= 0)
        return (size_t)in < c->node->n_input ? c->node->input[in] : "";
    if (out >= 0 && (size_t)out < c->node->n_output && c->node->output[out][0])
        return c->node->output[out];
    const char *before = c->node->n_output ? c->node->output[0] : "";
    l->failed = l->failed || !affordable(l->m, (int64_t)(strlen(before) + strlen(name)));
    return l->failed ? "" : arena_format(l->m->mem, "%s/%s", before, name);
}

static char **names_outside(struct inlining *l, const struct call *c, char **names, size_t n)
{
    char **list = NEW_ARRAY(l->m->mem, char *, n + 1);
    for (size_t i = 0; i < n; i++)
        list[i] = name_outside(l, c, names[i]);
    return list;
}

/* The default that f has for an attribute; NULL: none.  They came with a later version of ONNX than that of the messages
 * here, to which they are bytes. */
static Onnx__AttributeProto *default_of(struct inlining *l, const Onnx__FunctionProto *f, const char *name)
{
    enum { ATTRIBUTE_PROTO = 11 };
    for (unsigned i = 0; i < f->base.n_unknown_fields && !l->failed; i++) {
        const ProtobufCMessageUnknownField *field = &f->base.unknown_fields[i];
        if (field->tag != ATTRIBUTE_PROTO || field->wire_type != PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED)
            continue;
        Onnx__AttributeProto *a = onnx_attribute(l->m, field->data, field->len);
        if (!a)
            fails(l, NULL, "has defaults for its attributes that cannot be read", f);
        else if (!strcmp(a->name, name))
            return a;
    }
    return NULL;
}

/* Another attribute's value under the name of `a`. */
static Onnx__AttributeProto *renamed(struct inlining *l, const Onnx__AttributeProto *a,
                                     const Onnx__AttributeProto *value)
{
    Onnx__AttributeProto *made = NEW(l->m->mem, Onnx__AttributeProto);
    *made = *value;
    made->name = a->name;
    return made;
}

/* The attribute that `a`, inside of a function, is: its own, one of the call, or what the function has for it; NULL: absent. */
static Onnx__AttributeProto *attribute_outside(struct inlining *l, const struct call *c, Onnx__AttributeProto *a)
{
    if (!a->ref_attr_name || !a->ref_attr_name[0])
        return a;
    for (size_t i = 0; i < c->node->n_attribute; i++) {
        const Onnx__AttributeProto *given = c->node->attribute[i];
        if (given->name && !strcmp(given->name, a->ref_attr_name))
            return renamed(l, a, given);
    }
    const Onnx__AttributeProto *usual = default_of(l, c->function, a->ref_attr_name);
    return usual ? renamed(l, a, usual) : NULL;
}

static void take_attributes(struct inlining *l, const struct call *c, Onnx__NodeProto *n)
{
    Onnx__AttributeProto **list = NEW_ARRAY(l->m->mem, Onnx__AttributeProto *, n->n_attribute + 1);
    size_t kept = 0;
    for (size_t i = 0; i < n->n_attribute; i++)
        if ((list[kept] = attribute_outside(l, c, n->attribute[i])))
            kept++;
    n->attribute = list;
    n->n_attribute = kept;
}

static bool add_node(struct inlining *l, Onnx__NodeProto *n)
{
    if (l->count >= MOST_NODES && !l->failed) {
        refuse_file(l->m, NULL, "its functions make more than %d operators", MOST_NODES);
        l->failed = true;
    }
    if (l->failed || !affordable(l->m, (int64_t)sizeof *n + 8 * (int64_t)(n->n_input + n->n_output))) {
        l->failed = true;
        return false;
    }
    GROW(l->m->mem, l->node, l->count, l->capacity);
    l->node[l->count++] = n;
    return true;
}

static Onnx__NodeProto *node_outside(struct inlining *l, const struct call *c, const Onnx__NodeProto *n)
{
    Onnx__NodeProto *made = NEW(l->m->mem, Onnx__NodeProto);
    *made = *n;
    made->input = names_outside(l, c, n->input, n->n_input);
    made->output = names_outside(l, c, n->output, n->n_output);
    if (n->name && n->name[0] && c->node->name && c->node->name[0])
        made->name = arena_format(l->m->mem, "%s%s%s", c->node->name, n->name[0] == '/' ? "" : "/", n->name);
    take_attributes(l, c, made);
    return made;
}

/* A result that is what came in has no node that makes it. */
static void pass_on(struct inlining *l, const struct call *c)
{
    const Onnx__FunctionProto *f = c->function;
    for (size_t i = 0; i < c->node->n_output && !l->failed; i++) {
        int in = place_among(f->input, f->n_input, f->output[i]);
        if (in < 0 || (size_t)in >= c->node->n_input)
            continue;
        Onnx__NodeProto *n = NEW(l->m->mem, Onnx__NodeProto);
        onnx__node_proto__init(n);
        n->op_type = "Identity";
        n->input = &c->node->input[in];
        n->output = &c->node->output[i];
        n->n_input = n->n_output = 1;
        add_node(l, n);
    }
}

static void put_nodes(struct inlining *l, const struct call *c, Onnx__NodeProto *const *node, size_t count)
{
    for (size_t i = 0; i < count && !l->failed; i++) {
        Onnx__NodeProto *n = c->function ? node_outside(l, c, node[i]) : node[i];
        struct call inner = {n, function_of(l->model, n), c->depth + 1};
        if (!inner.function) {
            add_node(l, n);
        } else if (is_sane(l, &inner) && affordable(l->m, 64)) {
            put_nodes(l, &inner, inner.function->node, inner.function->n_node);
            pass_on(l, &inner);
        } else {
            l->failed = true;
        }
    }
}

bool onnx_inline(struct model *m, Onnx__ModelProto *p)
{
    struct inlining l = {.m = m, .model = p};
    const struct call graph = {NULL, NULL, 0};
    if (!p->n_functions)
        return true;
    if (p->n_functions > MOST_FUNCTIONS) {
        refuse_file(m, "run onnx.inliner.inline_local_functions on it", "defines %zu functions of its own; %d are read",
                    p->n_functions, MOST_FUNCTIONS);
        return false;
    }
    put_nodes(&l, &graph, p->graph->node, p->graph->n_node);
    if (l.failed)
        return false;
    p->graph->node = l.node;
    p->graph->n_node = (size_t)l.count;
    return true;
}
