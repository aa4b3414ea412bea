/* SPDX-License-Identifier: MIT */
/* Writes ONNX files with protobuf-c. */
#include "make.h"
#include "onnx.pb-c.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 400 };

struct onnx_net {
    struct arena *mem;
    Onnx__ModelProto model;
    Onnx__GraphProto graph;
    Onnx__OperatorSetIdProto opset, *opsets[1];
    Onnx__NodeProto *node[MOST];
    Onnx__TensorProto *initializer[MOST];
    Onnx__ValueInfoProto *input[4], *output[4];
    Onnx__FunctionProto *function[4];
    char *name[MOST];
    int names;
};

struct onnx_net *onnx_new(struct arena *mem, int opset)
{
    struct onnx_net *n = NEW(mem, struct onnx_net);
    n->mem = mem;
    onnx__model_proto__init(&n->model);
    onnx__graph_proto__init(&n->graph);
    onnx__operator_set_id_proto__init(&n->opset);
    n->opset.has_version = n->model.has_ir_version = true;
    n->opset.version = opset;
    n->opset.domain = "";
    n->opsets[0] = &n->opset;
    n->model.ir_version = 8;
    n->model.producer_name = "tests/import";
    n->model.opset_import = n->opsets;
    n->model.n_opset_import = 1;
    n->model.graph = &n->graph;
    n->model.functions = n->function;
    n->graph.name = "net";
    n->graph.node = n->node;
    n->graph.initializer = n->initializer;
    n->graph.input = n->input;
    n->graph.output = n->output;
    return n;
}

static int add_name(struct onnx_net *n, const char *name)
{
    assert(n->names < MOST);
    n->name[n->names] = arena_string(n->mem, name);
    return n->names++;
}

static Onnx__ValueInfoProto *value_info(struct onnx_net *n, const char *name, int rank, const int64_t *shape, bool open)
{
    Onnx__ValueInfoProto *v = NEW(n->mem, Onnx__ValueInfoProto);
    onnx__value_info_proto__init(v);
    v->name = arena_string(n->mem, name);
    v->type = NEW(n->mem, Onnx__TypeProto);
    onnx__type_proto__init(v->type);
    v->type->value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
    Onnx__TypeProto__Tensor *t = v->type->tensor_type = NEW(n->mem, Onnx__TypeProto__Tensor);
    onnx__type_proto__tensor__init(t);
    t->has_elem_type = true;
    t->elem_type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
    if (!shape)
        return v;
    t->shape = NEW(n->mem, Onnx__TensorShapeProto);
    onnx__tensor_shape_proto__init(t->shape);
    t->shape->dim = NEW_ARRAY(n->mem, Onnx__TensorShapeProto__Dimension *, rank);
    for (int i = 0; i < rank; i++) {
        Onnx__TensorShapeProto__Dimension *d = t->shape->dim[t->shape->n_dim++] =
            NEW(n->mem, Onnx__TensorShapeProto__Dimension);
        onnx__tensor_shape_proto__dimension__init(d);
        bool named = open && i != 1;
        d->value_case = named ? ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM
                              : ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
        if (named)
            d->dim_param = i == 0 ? "batch" : i == 2 ? "height" : "width";
        else
            d->dim_value = shape[i];
    }
    return v;
}

int onnx_input(struct onnx_net *n, const char *name, int rank, const int64_t *shape, bool open)
{
    n->input[n->graph.n_input++] = value_info(n, name, rank, shape, open);
    return add_name(n, name);
}

static int add_tensor(struct onnx_net *n, const char *name, int type, int rank, const int64_t *shape, const void *data,
                      size_t each)
{
    Onnx__TensorProto *t = NEW(n->mem, Onnx__TensorProto);
    onnx__tensor_proto__init(t);
    size_t bytes = each;
    t->name = arena_string(n->mem, name);
    t->has_data_type = t->has_raw_data = true;
    t->data_type = type;
    t->n_dims = (size_t)rank;
    t->dims = NEW_ARRAY(n->mem, int64_t, rank + 1);
    for (int i = 0; i < rank; i++)
        bytes *= (size_t)(t->dims[i] = shape[i]);
    t->raw_data.len = bytes;
    t->raw_data.data = arena_alloc(n->mem, bytes + 1);
    memcpy(t->raw_data.data, data, bytes);
    n->initializer[n->graph.n_initializer++] = t;
    return add_name(n, name);
}

int onnx_floats(struct onnx_net *n, const char *name, int rank, const int64_t *shape, const float *v)
{
    return add_tensor(n, name, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, rank, shape, v, sizeof *v);
}

int onnx_ints(struct onnx_net *n, const char *name, int count, const int64_t *v)
{
    return add_tensor(n, name, ONNX__TENSOR_PROTO__DATA_TYPE__INT64, 1, &(int64_t){count}, v, sizeof *v);
}

int onnx_bytes(struct onnx_net *n, const char *name, bool is_signed, int rank, const int64_t *shape, const int8_t *v)
{
    return add_tensor(n, name, is_signed ? ONNX__TENSOR_PROTO__DATA_TYPE__INT8 : ONNX__TENSOR_PROTO__DATA_TYPE__UINT8,
                      rank, shape, v, sizeof *v);
}

int onnx_int32s(struct onnx_net *n, const char *name, int count, const int32_t *v)
{
    return add_tensor(n, name, ONNX__TENSOR_PROTO__DATA_TYPE__INT32, 1, &(int64_t){count}, v, sizeof *v);
}

static Onnx__AttributeProto *attribute_of(struct onnx_net *n, const char *text)
{
    Onnx__AttributeProto *a = NEW(n->mem, Onnx__AttributeProto);
    onnx__attribute_proto__init(a);
    size_t name = strcspn(text, "=:~");
    const char *value = text + name + 1;
    a->name = arena_format(n->mem, "%.*s", (int)name, text);
    a->has_type = true;
    if (text[name] == '~') {
        a->type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT;
        a->has_f = true;
        a->f = strtof(value, NULL);
    } else if (text[name] == ':') {
        a->type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING;
        a->has_s = true;
        a->s.len = strlen(value);
        a->s.data = (uint8_t *)arena_string(n->mem, value);
    } else if (strchr(value, ',')) {
        a->type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS;
        a->ints = NEW_ARRAY(n->mem, int64_t, strlen(value));
        for (char *end; *value; value = *end ? end + 1 : end)
            if (*value != ',')
                a->ints[a->n_ints++] = strtoll(value, &end, 10);
            else
                end = (char *)(uintptr_t)value;
    } else {
        a->type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT;
        a->has_i = true;
        a->i = strtoll(value, NULL, 10);
    }
    return a;
}

int onnx_node(struct onnx_net *n, const char *type, const char *name, int nin, const int *in, const char *attributes)
{
    Onnx__NodeProto *p = NEW(n->mem, Onnx__NodeProto);
    onnx__node_proto__init(p);
    p->op_type = arena_string(n->mem, type);
    p->name = arena_string(n->mem, name);
    p->input = NEW_ARRAY(n->mem, char *, nin + 1);
    for (int i = 0; i < nin; i++)
        p->input[p->n_input++] = in[i] < 0 ? "" : n->name[in[i]];
    int out = add_name(n, arena_format(n->mem, "%s_output", name));
    p->output = NEW_ARRAY(n->mem, char *, 1);
    p->output[p->n_output++] = n->name[out];
    char *list = arena_string(n->mem, attributes);
    p->attribute = NEW_ARRAY(n->mem, Onnx__AttributeProto *, 12);
    for (char *word = strtok(list, " "); word; word = strtok(NULL, " "))
        p->attribute[p->n_attribute++] = attribute_of(n, word);
    n->node[n->graph.n_node++] = p;
    return out;
}

int onnx_result(struct onnx_net *n)
{
    Onnx__NodeProto *p = n->node[n->graph.n_node - 1];
    int out = add_name(n, arena_format(n->mem, "%s_%zu", p->output[0], p->n_output));
    char **list = NEW_ARRAY(n->mem, char *, p->n_output + 1);
    memcpy(list, p->output, p->n_output * sizeof *list);
    list[p->n_output++] = n->name[out];
    p->output = list;
    return out;
}

/* "image" -> "image_": names of a function are not those of the graph. */
static char *inside(struct onnx_net *n, const char *name)
{
    return arena_format(n->mem, "%s_", name);
}

static bool among(char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(list[i], name))
            return true;
    return false;
}

/* A function's default for an attribute: field 11, its length, its bytes. */
static void give_default(struct onnx_net *n, Onnx__FunctionProto *f, const Onnx__AttributeProto *a)
{
    ProtobufCMessageUnknownField *field = NEW(n->mem, ProtobufCMessageUnknownField);
    size_t size = onnx__attribute_proto__get_packed_size(a);
    *field = (ProtobufCMessageUnknownField){11, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, size + 1,
                                            arena_alloc(n->mem, size + 1)};
    field->data[0] = (uint8_t)size; /* less than 128 */
    onnx__attribute_proto__pack(a, field->data + 1);
    f->base.n_unknown_fields = 1;
    f->base.unknown_fields = field;
}

int onnx_function(struct onnx_net *n, const char *domain, const char *name, int nodes, const char *slope)
{
    Onnx__FunctionProto *f = NEW(n->mem, Onnx__FunctionProto);
    Onnx__NodeProto *call = NEW(n->mem, Onnx__NodeProto), **first = n->node + n->graph.n_node - nodes;
    char *made[16], *read[16];
    size_t nmade = 0, nread = 0;
    onnx__function_proto__init(f);
    onnx__node_proto__init(call);
    f->node = NEW_ARRAY(n->mem, Onnx__NodeProto *, nodes + 1);
    f->n_node = (size_t)nodes;
    for (int i = 0; i < nodes; i++) {
        Onnx__NodeProto *p = f->node[i] = first[i];
        for (size_t k = 0; k < p->n_input; k++) {
            if (!among(made, nmade, p->input[k]) && !among(read, nread, p->input[k]))
                read[nread++] = p->input[k];
            p->input[k] = inside(n, p->input[k]);
        }
        made[nmade++] = p->output[0];
        p->output[0] = inside(n, p->output[0]);
        for (size_t k = 0; slope && k < p->n_attribute; k++)
            if (!strcmp(p->attribute[k]->name, slope)) { /* the call says it */
                call->attribute = NEW_ARRAY(n->mem, Onnx__AttributeProto *, 1);
                call->attribute[call->n_attribute++] = p->attribute[k];
                p->attribute[k] = attribute_of(n, arena_format(n->mem, "%s=0", slope));
                p->attribute[k]->has_i = false;
                p->attribute[k]->ref_attr_name = call->attribute[0]->name = "given";
            }
    }
    if (call->n_attribute && !strcmp(name, "usual"))
        give_default(n, f, call->attribute[--call->n_attribute]);
    f->domain = call->domain = arena_string(n->mem, domain);
    f->name = call->op_type = arena_string(n->mem, name);
    f->n_input = call->n_input = nread;
    f->n_output = call->n_output = 1;
    f->input = NEW_ARRAY(n->mem, char *, nread + 1);
    call->input = NEW_ARRAY(n->mem, char *, nread + 1);
    for (size_t i = 0; i < nread; i++) {
        f->input[i] = inside(n, read[i]);
        call->input[i] = read[i];
    }
    call->name = arena_format(n->mem, "/%s", name);
    call->output = NEW_ARRAY(n->mem, char *, 1);
    call->output[0] = made[nmade - 1];
    f->output = &f->node[nodes - 1]->output[0];
    n->graph.n_node -= (size_t)nodes;
    n->node[n->graph.n_node++] = call;
    bool known = false;
    for (size_t i = 0; i < n->model.n_functions; i++)
        known = known || !strcmp(n->function[i]->name, name);
    if (!known)
        n->function[n->model.n_functions++] = f;
    for (int i = 0;; i++)
        if (!strcmp(n->name[i], call->output[0]))
            return i;
}

void onnx_write(struct onnx_net *n, int noutput, const int *output, const char *path)
{
    for (int i = 0; i < noutput; i++)
        n->output[n->graph.n_output++] = value_info(n, n->name[output[i]], 0, NULL, false);
    size_t size = onnx__model_proto__get_packed_size(&n->model);
    uint8_t *bytes = arena_alloc(n->mem, size);
    onnx__model_proto__pack(&n->model, bytes);
    struct text t = text_new(n->mem);
    text_bytes(&t, (const char *)bytes, size);
    if (!file_write(path, &t))
        perror(path);
}
