/* SPDX-License-Identifier: MIT */
/* An ONNX file's bytes -> messages, attributes and tensors (https://github.com/onnx/onnx,
 * onnx.proto).
 *
 * A file is protocol buffers: messages within messages.  Before protobuf-c unpacks it, a walk over
 * the same descriptors bounds nesting (unpacking recurses) and the memory it will take. */
#include "import/onnx/onnx.h"

#include <string.h>

/* ---- is it safe to unpack? ---- */

enum { DEEPEST = 24 };

struct walk {
    const unsigned char *at, *end;
};

static bool take_varint(struct walk *w, uint64_t *value)
{
    *value = 0;
    for (int shift = 0; shift < 64 && w->at < w->end; shift += 7) {
        unsigned char byte = *w->at++;
        *value |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return true;
    }
    return false;
}

/* NULL if the bytes are a message of this kind; else what is wrong. */
static const char *check_message(struct walk w, const ProtobufCMessageDescriptor *kind, int depth, int64_t *memory)
{
    if (depth > DEEPEST)
        return "messages are nested too deep";
    *memory -= (int64_t)kind->sizeof_message + 64;
    while (w.at < w.end) {
        uint64_t key, length;
        if (!take_varint(&w, &key) || key >> 3 == 0 || key >> 3 > 1u << 29)
            return "a field has no number";
        int wire = (int)(key & 7);
        *memory -= 96; /* what protobuf-c may keep of a field */
        if (*memory < 0)
            return "it would take far more memory than its size justifies";
        if (wire == 0) {
            if (!take_varint(&w, &length))
                return "a number is cut short";
            continue;
        }
        if (wire != 1 && wire != 2 && wire != 5)
            return "a field of an unknown kind";
        if (wire == 2 && !take_varint(&w, &length))
            return "a length is cut short";
        if (wire != 2)
            length = wire == 1 ? 8 : 4;
        if (length > (uint64_t)(w.end - w.at))
            return "a field is longer than what is left of the file";
        const ProtobufCFieldDescriptor *f = protobuf_c_message_descriptor_get_field(kind, (unsigned)(key >> 3));
        if (wire == 2 && f && f->type == PROTOBUF_C_TYPE_MESSAGE) {
            const char *wrong = check_message((struct walk){w.at, w.at + length}, f->descriptor, depth + 1, memory);
            if (wrong)
                return wrong;
        }
        w.at += length;
    }
    return NULL;
}

static void *take_memory(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

static void keep_memory(void *arena, void *memory)
{
    (void)arena;
    (void)memory;
}

Onnx__ModelProto *onnx_unpack(struct model *m, const unsigned char *bytes, size_t size)
{
    ProtobufCAllocator allocator = {take_memory, keep_memory, m->mem};
    int64_t memory = (int64_t)1 << 24; /* and in proportion to the file */
    memory += 64 * (int64_t)size;
    const char *wrong = check_message((struct walk){bytes, bytes + size}, &onnx__model_proto__descriptor, 0, &memory);
    Onnx__ModelProto *p = wrong ? NULL : onnx__model_proto__unpack(&allocator, size, bytes);
    if (p && p->graph && p->graph->n_node)
        return p;
    refuse_file(m, wrong ? "the file is cut short or damaged, or not an ONNX file; copy it again" : NULL,
                "not a usable ONNX file: %s",
                wrong      ? wrong
                : !p       ? "its fields do not have the types of ONNX"
                : p->graph ? "its graph has no nodes"
                           : "it has no graph");
    return NULL;
}

Onnx__AttributeProto *onnx_attribute(struct model *m, const unsigned char *bytes, size_t size)
{
    ProtobufCAllocator allocator = {take_memory, keep_memory, m->mem};
    int64_t memory = (int64_t)1 << 16;
    struct walk w = {bytes, bytes + size};
    uint64_t length;
    bool whole = take_varint(&w, &length) && length == (uint64_t)(w.end - w.at);
    if (!whole || check_message(w, &onnx__attribute_proto__descriptor, 0, &memory) ||
        !affordable(m, 64 * (int64_t)length))
        return NULL;
    Onnx__AttributeProto *a = onnx__attribute_proto__unpack(&allocator, (size_t)length, w.at);
    return a && a->name && !(a->ref_attr_name && a->ref_attr_name[0]) ? a : NULL;
}

/* ---- attributes ---- */

const Onnx__AttributeProto *attribute(const struct node_reading *n, const char *name)
{
    for (size_t i = 0; i < n->proto->n_attribute; i++)
        if (n->proto->attribute[i]->name && !strcmp(n->proto->attribute[i]->name, name))
            return n->proto->attribute[i];
    return NULL;
}

int64_t attribute_int(const struct node_reading *n, const char *name, int64_t fallback)
{
    const Onnx__AttributeProto *a = attribute(n, name);
    return a && a->has_i ? a->i : fallback;
}

double attribute_real(const struct node_reading *n, const char *name, double fallback)
{
    const Onnx__AttributeProto *a = attribute(n, name);
    return a && a->has_f ? (double)a->f : fallback;
}

int attribute_ints(const struct node_reading *n, const char *name, int64_t *out, int most)
{
    const Onnx__AttributeProto *a = attribute(n, name);
    for (int i = 0; a && i < most && i < (int)a->n_ints; i++)
        out[i] = a->ints[i];
    return a ? (int)(a->n_ints < 1000 ? a->n_ints : 1000) : -1;
}

bool attribute_is(const struct node_reading *n, const char *name, const char *word, bool fallback)
{
    const Onnx__AttributeProto *a = attribute(n, name);
    return a && a->has_s ? a->s.len == strlen(word) && !memcmp(a->s.data, word, a->s.len) : fallback;
}

/* ---- tensors ---- */

static bool type_of(int32_t onnx, enum tensor_type *type)
{
    static const struct {
        int onnx;
        enum tensor_type type;
    } rows[] = {
        {ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, TENSOR_F32},   {ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE, TENSOR_F64},
        {ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16, TENSOR_F16}, {ONNX__TENSOR_PROTO__DATA_TYPE__BFLOAT16, TENSOR_BF16},
        {ONNX__TENSOR_PROTO__DATA_TYPE__INT64, TENSOR_I64},   {ONNX__TENSOR_PROTO__DATA_TYPE__INT32, TENSOR_I32},
        {ONNX__TENSOR_PROTO__DATA_TYPE__INT16, TENSOR_I16},   {ONNX__TENSOR_PROTO__DATA_TYPE__INT8, TENSOR_I8},
        {ONNX__TENSOR_PROTO__DATA_TYPE__UINT8, TENSOR_U8},    {ONNX__TENSOR_PROTO__DATA_TYPE__BOOL, TENSOR_BOOL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].onnx == onnx) {
            *type = rows[i].type;
            return true;
        }
    return false;
}

/* Element i of the typed lists, as the bits of the tensor's type. */
static uint64_t listed(const Onnx__TensorProto *t, enum tensor_type type, int64_t i)
{
    uint64_t bits = 0;
    if (type == TENSOR_F32)
        memcpy(&bits, &t->float_data[i], sizeof(float));
    else if (type == TENSOR_F64)
        memcpy(&bits, &t->double_data[i], sizeof(double));
    else if (type == TENSOR_I64)
        bits = (uint64_t)t->int64_data[i];
    else
        bits = (uint64_t)t->int32_data[i];
    return bits;
}

static const unsigned char *typed_data(struct model *m, const Onnx__TensorProto *t, enum tensor_type type,
                                       int64_t count)
{
    size_t have = type == TENSOR_F32   ? t->n_float_data
                  : type == TENSOR_F64 ? t->n_double_data
                  : type == TENSOR_I64 ? t->n_int64_data
                                       : t->n_int32_data;
    if (have != (size_t)count)
        return NULL;
    int bytes = tensor_type_bytes(type);
    unsigned char *data = arena_alloc(m->mem, (size_t)(count * bytes) + 1);
    for (int64_t i = 0; i < count; i++)
        for (int k = 0; k < bytes; k++)
            data[i * bytes + k] = (unsigned char)(listed(t, type, i) >> 8 * k);
    return data;
}

/* ---- values in a second file ---- */

static const char *external_entry(const Onnx__TensorProto *t, const char *key)
{
    for (size_t i = 0; i < t->n_external_data; i++)
        if (t->external_data[i]->key && !strcmp(t->external_data[i]->key, key))
            return t->external_data[i]->value;
    return NULL;
}

/* A whole number that a text is; -1: none. */
static int64_t external_number(const Onnx__TensorProto *t, const char *key, int64_t fallback)
{
    const char *text = external_entry(t, key);
    int64_t v = 0;
    for (const char *p = text; p && *p; p++)
        v = *p < '0' || *p > '9' || v < 0 || v > (int64_t)1 << 50 ? -1 : 10 * v + (*p - '0');
    return text && *text ? v : fallback;
}

/* The bytes of the file of that name beside the model: read once.  NULL after a message. */
static const unsigned char *external_bytes(struct model *m, const char *name, size_t *size)
{
    static const int64_t largest = (int64_t)1 << 30;
    if (!name || !name[0] || strchr(name, '/') || strchr(name, '\\') || name[0] == '.') {
        refuse_file(m, "save it beside the model: onnx.save_model(model, \"model.onnx\", save_as_external_data=True)",
                    "values are in the file '%s': only a plain name beside the model is opened",
                    name ? shown(m->mem, name) : "");
        return NULL;
    }
    if (m->beside_name && !strcmp(m->beside_name, name)) {
        *size = m->beside_size;
        return m->beside;
    }
    char *bytes = input_read(m->mem, path_beside(m->mem, m->path, name), false, (size_t)largest, size);
    if (!bytes) {
        refuse_file(m, "copy it beside the model, under this name", "values are in the file '%s', which cannot be read",
                    shown(m->mem, name));
        return NULL;
    }
    m->beside_name = name;
    m->beside = (const unsigned char *)bytes;
    m->beside_size = *size;
    m->memory += 32 * (int64_t)*size;
    return m->beside;
}

static const unsigned char *external_data(struct model *m, const Onnx__TensorProto *t, const char *who, int64_t want)
{
    size_t size = 0;
    int64_t offset = external_number(t, "offset", 0), length = external_number(t, "length", want);
    if (m->beside_failed)
        return NULL;
    const unsigned char *bytes = external_bytes(m, external_entry(t, "location"), &size);
    m->beside_failed = !bytes;
    if (bytes && offset >= 0 && length == want && offset <= (int64_t)size && want <= (int64_t)size - offset)
        return bytes + offset;
    if (bytes)
        refuse_file(m, "copy both files again", "the values of '%s' do not lie within the file beside the model", who);
    return NULL;
}

struct value *onnx_constant(struct model *m, const Onnx__TensorProto *t, const char *name)
{
    struct tensor shape = {.rank = (int)t->n_dims};
    enum tensor_type type;
    const char *who = shown(m->mem, name);
    if (t->n_dims > TENSOR_RANK || t->segment || !type_of(t->data_type, &type)) {
        refuse_file(m, NULL, "tensor '%s' has %d dimensions of type %d: not supported", who, (int)t->n_dims,
                    (int)t->data_type);
        return NULL;
    }
    if (t->n_dims)
        memcpy(shape.shape, t->dims, sizeof *t->dims * t->n_dims);
    int64_t count = count_of(shape.rank, shape.shape);
    if (count < 0) {
        refuse_file(m, NULL, "tensor '%s' has the shape %s: too large, or negative", who,
                    tensor_shape_text(m->mem, &shape));
        return NULL;
    }
    const unsigned char *data = NULL;
    if (t->has_data_location && t->data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL) {
        data = external_data(m, t, who, count * tensor_type_bytes(type));
        if (!data)
            return NULL;
    } else if (t->has_raw_data) {
        if (t->raw_data.len == (size_t)(count * tensor_type_bytes(type)))
            data = t->raw_data.len ? t->raw_data.data : (const unsigned char *)"";
    } else {
        data = typed_data(m, t, type, count);
    }
    if (!data) {
        refuse_file(m, "the file is damaged", "tensor '%s' of shape %s does not have as many values", who,
                    tensor_shape_text(m->mem, &shape));
        return NULL;
    }
    return constant_new(m, name, type, shape.rank, shape.shape, data);
}

/* ---- constants that are made ---- */

struct value *onnx_fresh(struct node_reading *n, enum tensor_type type, int rank, const int64_t *shape,
                         unsigned char **data)
{
    int64_t count = count_of(rank, shape);
    if (count < 0)
        return refuse(n->m, NULL, "makes a constant that is too large");
    if (!affordable(n->m, count * tensor_type_bytes(type)))
        return NULL;
    *data = arena_alloc(n->m->mem, (size_t)(count * tensor_type_bytes(type)) + 1);
    return constant_new(n->m, "", type, rank, shape, *data);
}

void onnx_put_whole(unsigned char *data, int bytes, int64_t i, int64_t value)
{
    for (int k = 0; k < bytes; k++)
        data[i * bytes + k] = (unsigned char)((uint64_t)value >> 8 * k);
}

void onnx_put_number(unsigned char *data, enum tensor_type type, int64_t i, double value)
{
    if (type == TENSOR_F32) {
        float f = (float)value;
        memcpy(data + i * 4, &f, sizeof f);
    } else if (value > -1e15 && value < 1e15) {
        onnx_put_whole(data, tensor_type_bytes(type), i, (int64_t)value);
    }
}
