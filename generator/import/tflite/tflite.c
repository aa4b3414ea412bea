/* SPDX-License-Identifier: MIT */
/* A TFLite file -> operators in order, with their inputs found.  Numbers of fields are those of
 * tensorflow/lite/schema/schema.fbs. */
#include "import/tflite/tflite.h"

#include <math.h>
#include <string.h>

enum { MODEL_CODES = 1, MODEL_SUBGRAPHS = 2, MODEL_DESCRIPTION = 3, MODEL_BUFFERS = 4 };
enum { CODE_OLD = 0, CODE_CUSTOM = 1, CODE_NEW = 3, CUSTOM = 32, VAR_HANDLE = 142 };
enum { GRAPH_TENSORS, GRAPH_INPUTS, GRAPH_OUTPUTS, GRAPH_OPERATORS };
enum { TENSOR_SHAPE, TENSOR_TYPE, TENSOR_BUFFER, TENSOR_NAME, TENSOR_QUANTIZATION, TENSOR_SIGNATURE = 7 };
enum { QUANTIZATION_SCALE = 2, QUANTIZATION_ZERO = 3, QUANTIZATION_DETAILS = 4, QUANTIZATION_AXIS = 6 };
enum { OPERATOR_CODE, OPERATOR_INPUT, OPERATOR_OUTPUT, OPERATOR_OPTIONS = 4 };
enum { BUFFER_DATA = 0 };
enum { MOST_TENSORS = 1000 }; /* of one operator */

struct tflite_reading {
    struct model *m;
    struct flat flat;
    struct vector codes, buffers, tensors, inputs, outputs, operators;
    struct value **value; /* by tensor */
    bool *needed;         /* by tensor */
};

/* ---- tensors ---- */

static bool type_of(int64_t tflite, enum tensor_type *type)
{
    static const int types[] = {TENSOR_F32,  TENSOR_F16, TENSOR_I32, TENSOR_U8, TENSOR_I64, -1,
                                TENSOR_BOOL, TENSOR_I16, -1,         TENSOR_I8, TENSOR_F64};
    if (tflite < 0 || tflite >= (int64_t)(sizeof types / sizeof *types) || types[tflite] < 0)
        return false;
    *type = (enum tensor_type)types[tflite];
    return true;
}

static const char *tensor_name(struct tflite_reading *r, position t)
{
    const char *name = flat_string(&r->flat, t, TENSOR_NAME);
    return name ? name : "";
}

/* Sizes of a tensor; its rank, or -1. */
static int tensor_shape(struct tflite_reading *r, position t, int64_t *shape)
{
    struct vector v = flat_vector(&r->flat, t, TENSOR_SHAPE, 4);
    if (v.count > TENSOR_RANK)
        return -1;
    for (uint32_t i = 0; i < v.count; i++)
        shape[i] = flat_int32(&r->flat, v, i);
    return (int)v.count;
}

/* Scales and zero points of a tensor.  False after a message. */
static bool read_quantum(struct tflite_reading *r, position t, struct value *v)
{
    position q = flat_table(&r->flat, t, TENSOR_QUANTIZATION);
    struct vector scale = flat_vector(&r->flat, q, QUANTIZATION_SCALE, 4);
    struct vector zero = flat_vector(&r->flat, q, QUANTIZATION_ZERO, 8);
    const char *name = shown(r->m->mem, v->t.name);
    int64_t axis = v->t.rank == 1 ? 0 : flat_int(&r->flat, q, QUANTIZATION_AXIS, 4, 0); /* biases say anything */
    if (!scale.count)
        return true;
    if ((zero.count && zero.count != scale.count) || flat_unsigned(&r->flat, q, QUANTIZATION_DETAILS, 1, 0) ||
        (scale.count > 1 && (axis < 0 || axis >= v->t.rank || scale.count != v->t.shape[axis]))) {
        refuse(r->m, NULL, "the quantisation of '%s' is not understood: %u scales, %u zero points", name,
               (unsigned)scale.count, (unsigned)zero.count);
        return false;
    }
    if (!affordable(r->m, 8 * (int64_t)scale.count))
        return false;
    float *scales = NEW_ARRAY(r->m->mem, float, scale.count);
    int32_t *zeros = NEW_ARRAY(r->m->mem, int32_t, scale.count);
    for (uint32_t i = 0; i < scale.count; i++) {
        int64_t z = zero.count ? flat_int64(&r->flat, zero, i) : 0;
        scales[i] = flat_float(&r->flat, scale, i);
        zeros[i] = z >= -(1 << 20) && z <= 1 << 20 ? (int32_t)z : 0;
        if (!(scales[i] > 0) || !isfinite(scales[i]) || zeros[i] != z) {
            refuse(r->m, NULL, "'%s' has a scale of %g with a zero point of %lld", name, (double)scales[i],
                   (long long)z);
            return false;
        }
    }
    v->scales = scales;
    v->zero_points = zeros;
    v->nscale = (int)scale.count;
    v->scale_axis = (int)axis;
    return true;
}

/* What the file says of the scale of an activation.  False after a message. */
static bool set_quantum(struct tflite_reading *r, position t, struct value *v)
{
    struct value of = {.t = {.name = v->t.name, .rank = v->t.rank}};
    enum tensor_type type = TENSOR_F32;
    memcpy(of.t.shape, v->t.shape, sizeof of.t.shape);
    if (!type_of(flat_int(&r->flat, t, TENSOR_TYPE, 1, 0), &type) ||
        (type != TENSOR_F32 && type != TENSOR_I8 && type != TENSOR_U8)) {
        refuse(r->m, "quantise to int8, or convert the float network", "'%s' is of a type that is not supported%s",
               shown(r->m->mem, v->t.name), type == TENSOR_I16 ? ", int16" : "");
        return false;
    }
    v->t.type = type;
    if (type == TENSOR_F32)
        return true;
    if (!read_quantum(r, t, &of))
        return false;
    if (v == r->m->input && !of.nscale) { /* pixels as they are: a CAST makes floats of them */
        v->t.type = TENSOR_F32;
        return true;
    }
    if (of.nscale != 1 || of.zero_points[0] < -128 || of.zero_points[0] > 255) {
        refuse(r->m, NULL, "'%s' is %s without one scale and zero point", shown(r->m->mem, v->t.name),
               tensor_type_name(type));
        return false;
    }
    v->quantum = (struct quantum){true, (double)of.scales[0], of.zero_points[0] - (type == TENSOR_U8 ? 128 : 0)};
    return true;
}

/* The constant that a tensor is, or NULL; *wrong after a message. */
static struct value *constant_of(struct tflite_reading *r, position t, bool *wrong)
{
    uint64_t index = flat_unsigned(&r->flat, t, TENSOR_BUFFER, 4, 0);
    int64_t shape[TENSOR_RANK];
    int rank = tensor_shape(r, t, shape);
    enum tensor_type type;
    const char *name = tensor_name(r, t), *who = shown(r->m->mem, name);
    *wrong = true;
    if (index >= r->buffers.count || rank < 0) {
        refuse(r->m, NULL, "'%s' has buffer %llu of %u", who, (unsigned long long)index, (unsigned)r->buffers.count);
        return NULL;
    }
    position buffer = flat_element(&r->flat, r->buffers, (uint32_t)index);
    struct vector data = flat_vector(&r->flat, buffer, BUFFER_DATA, 1);
    *wrong = r->flat.bad;
    if (!data.count || *wrong)
        return NULL;
    int64_t count = count_of(rank, shape);
    *wrong = true;
    if (!type_of(flat_int(&r->flat, t, TENSOR_TYPE, 1, 0), &type)) {
        refuse(r->m, NULL, "'%s' is a constant of a type that is not supported", who);
        return NULL;
    }
    struct value *v = constant_new(r->m, name, type, rank, shape, r->flat.bytes + data.at);
    if (count < 0 || count * tensor_type_bytes(type) != (int64_t)data.count) {
        refuse(r->m, NULL, "'%s' of shape %s has %u bytes", who, tensor_shape_text(r->m->mem, &v->t),
               (unsigned)data.count);
        return NULL;
    }
    *wrong = !read_quantum(r, t, v);
    return *wrong ? NULL : v;
}

static position tensor_place(struct tflite_reading *r, int32_t index)
{
    return flat_element(&r->flat, r->tensors, (uint32_t)index);
}

static bool tensor_exists(struct tflite_reading *r, int32_t index)
{
    return index >= 0 && (uint32_t)index < r->tensors.count;
}

/* ---- operators ---- */

static struct value *input_of(struct tflite_reading *r, int32_t index)
{
    bool wrong = false;
    if (!tensor_exists(r, index))
        return refuse(r->m, NULL, "names tensor %d of %u", index, (unsigned)r->tensors.count);
    struct value **v = &r->value[index];
    if (!*v)
        *v = constant_of(r, tensor_place(r, index), &wrong);
    if (!*v && !wrong)
        refuse(r->m, NULL, "reads '%s', which nothing before it makes",
               shown(r->m->mem, tensor_name(r, tensor_place(r, index))));
    if (!*v) {
        *v = value_lost(r->m, "");
        (*v)->lost_shape = true;
    }
    return *v;
}

/* Sizes that the file declares must be those that follow from the operators. */
static struct value *check_result(struct tflite_reading *r, struct operator_reading *o, position t, struct value *v)
{
    struct value declared = {.t = {.rank = o->rank}};
    memcpy(declared.t.shape, o->shape, sizeof declared.t.shape);
    if (!r->m->resized && !v->places && !same_sizes(o->rank, o->shape, v->t.rank, v->t.shape))
        return refuse(r->m, "the file is damaged", "makes %s, but the file says %s",
                      tensor_shape_text(r->m->mem, &v->t), tensor_shape_text(r->m->mem, &declared.t));
    v->t.name = tensor_name(r, t);
    return v->t.data || v->is_shape || v->places || set_quantum(r, t, v) ? v : NULL;
}

static int32_t result_of(struct tflite_reading *r, struct vector out, uint32_t k)
{
    int32_t index = k < out.count ? flat_int32(&r->flat, out, k) : -1;
    return tensor_exists(r, index) ? index : -1;
}

/* Result k of an operator; false after a message. */
static bool read_result(struct tflite_reading *r, struct operator_reading *o, struct vector out, uint32_t k)
{
    struct model *m = r->m;
    int32_t target = result_of(r, out, k);
    position t = tensor_place(r, target);
    struct value *v = NULL;
    o->result = (int)k;
    o->rank = tensor_shape(r, t, o->shape);
    m->name = tensor_name(r, t);
    if (r->value[target])
        refuse(m, NULL, "makes '%s', which is there already", shown(m->mem, m->name));
    else if (o->rank < 0)
        refuse(m, NULL, "its result has more than %d axes", TENSOR_RANK);
    else if ((v = tflite_read_operator(o)) && !v->lost)
        v = check_result(r, o, t, v);
    if (v)
        r->value[target] = v;
    return v != NULL;
}

static void find_inputs(struct tflite_reading *r, struct operator_reading *o, struct vector in)
{
    r->m->lost = false;
    o->more = in.count > OPERATOR_INPUTS;
    for (uint32_t k = 0; k < in.count && k < OPERATOR_INPUTS; k++) {
        int32_t index = flat_int32(&r->flat, in, k);
        o->in[k] = index == -1 ? NULL : input_of(r, index);
        o->nin = (int)k + 1;
        r->m->lost = r->m->lost || (index != -1 && (!o->in[k] || o->in[k]->lost));
    }
}

static void read_operator(struct tflite_reading *r, uint32_t i)
{
    struct model *m = r->m;
    position p = flat_element(&r->flat, r->operators, i);
    struct vector in = flat_vector(&r->flat, p, OPERATOR_INPUT, 4), out = flat_vector(&r->flat, p, OPERATOR_OUTPUT, 4);
    uint64_t code = flat_unsigned(&r->flat, p, OPERATOR_CODE, 4, 0);
    struct operator_reading o = {.m = m, .flat = &r->flat, .options = flat_table(&r->flat, p, OPERATOR_OPTIONS)};
    bool wanted = false, there = true;
    m->index = (int)i;
    m->name = "";
    m->type = "operator";
    if (code >= r->codes.count || result_of(r, out, 0) < 0) {
        refuse(m, NULL, "has code %llu of %u and %u outputs", (unsigned long long)code, (unsigned)r->codes.count,
               (unsigned)out.count);
        return;
    }
    for (uint32_t k = 0; k < out.count; k++)
        wanted = wanted || (result_of(r, out, k) >= 0 && r->needed[result_of(r, out, k)]);
    if (!wanted)
        return;
    position c = flat_element(&r->flat, r->codes, (uint32_t)code);
    int64_t old = flat_int(&r->flat, c, CODE_OLD, 1, 0), later = flat_int(&r->flat, c, CODE_NEW, 4, 0);
    o.code = (int)(later > old ? later : old);
    m->name = tensor_name(r, tensor_place(r, result_of(r, out, 0)));
    const char *custom = o.code == CUSTOM ? flat_string(&r->flat, c, CODE_CUSTOM) : NULL;
    m->type = custom ? custom : tflite_name(m->mem, o.code);
    find_inputs(r, &o, in);
    for (uint32_t k = 0; k < out.count && there && (!k || tflite_has_results(o.code)); k++)
        if (!k || (result_of(r, out, k) >= 0 && r->needed[result_of(r, out, k)]))
            there = read_result(r, &o, out, k);
    for (uint32_t k = 0; k < out.count && (!there || m->lost);
         k++) { /* none of its results is there, and that was said */
        int32_t other = result_of(r, out, k);
        if (other >= 0 && !r->value[other])
            r->value[other] = value_lost(m, "");
    }
}

/* ---- the graph ---- */

/* The tensor to end at; -1 after a message. */
static int32_t output_tensor(struct tflite_reading *r)
{
    struct text list = text_new(r->m->mem);
    for (uint32_t i = 0; r->m->asked.output && i < r->tensors.count; i++)
        if (!strcmp(tensor_name(r, tensor_place(r, (int32_t)i)), r->m->asked.output))
            return (int32_t)i;
    int64_t number = r->m->asked.output ? asked_operator(&r->m->asked, r->operators.count) : -1;
    if (number >= 0) {
        position p = flat_element(&r->flat, r->operators, (uint32_t)number);
        int32_t index = result_of(r, flat_vector(&r->flat, p, OPERATOR_OUTPUT, 4), 0);
        if (index >= 0)
            return index;
    }
    if (r->m->asked.output) {
        refuse_file(r->m, "names are those of tensors in the file, or numbers of its operators",
                    "has nothing named '%s'", shown(r->m->mem, r->m->asked.output));
        return -1;
    }
    for (uint32_t i = 0; i < r->outputs.count && i < LISTED; i++) {
        int32_t index = flat_int32(&r->flat, r->outputs, i);
        if (tensor_exists(r, index) && r->outputs.count == 1)
            return index;
        const char *name = tensor_exists(r, index) ? tensor_name(r, tensor_place(r, index)) : "?";
        r->m->end[r->m->nend++] = name;
        text_put(&list, "%s%s", i ? ", " : "", shown(r->m->mem, name));
    }
    refuse_file(r->m, "end at one of them: --output NAME", "has %u outputs: %s", (unsigned)r->outputs.count,
                list.at ? list.at : "none");
    return -1;
}

static void mark_needed(struct tflite_reading *r, int32_t output)
{
    for (uint32_t i = 0; i < r->outputs.count && output < 0; i++) /* none chosen: look at all */
        if (tensor_exists(r, flat_int32(&r->flat, r->outputs, i)))
            r->needed[flat_int32(&r->flat, r->outputs, i)] = true;
    if (output >= 0)
        r->needed[output] = true;
    for (uint32_t i = r->operators.count; i-- > 0;) {
        position p = flat_element(&r->flat, r->operators, i);
        struct vector in = flat_vector(&r->flat, p, OPERATOR_INPUT, 4),
                      out = flat_vector(&r->flat, p, OPERATOR_OUTPUT, 4);
        bool needed = false;
        for (uint32_t k = 0; k < out.count; k++)
            needed =
                needed || (tensor_exists(r, flat_int32(&r->flat, out, k)) && r->needed[flat_int32(&r->flat, out, k)]);
        for (uint32_t k = 0; needed && k < in.count; k++)
            if (tensor_exists(r, flat_int32(&r->flat, in, k)))
                r->needed[flat_int32(&r->flat, in, k)] = true;
    }
}

static bool read_input(struct tflite_reading *r)
{
    struct model *m = r->m;
    const struct asked *asked = &m->asked;
    int64_t shape[TENSOR_RANK];
    int32_t index = r->inputs.count == 1 ? flat_int32(&r->flat, r->inputs, 0) : -1;
    if (!tensor_exists(r, index)) {
        refuse_file(m, NULL, "has %u inputs; exactly one is supported", (unsigned)r->inputs.count);
        return false;
    }
    position t = tensor_place(r, index);
    const char *name = tensor_name(r, t);
    int rank = tensor_shape(r, t, shape);
    struct vector signature = flat_vector(&r->flat, t, TENSOR_SIGNATURE, 4);
    for (uint32_t i = 1; i < signature.count && !asked->input; i++)
        if (flat_int32(&r->flat, signature, i) < 0) {
            refuse_file(m, "say how large it is, for example: --input 1,96,96,3", "the input '%s' is of any size",
                        shown(m->mem, name));
            return false;
        }
    if (asked->input) {
        if (asked->sizes != rank) {
            refuse_file(m, NULL, "--input %s has %d sizes, the input '%s' has %d", shown(m->mem, asked->input),
                        asked->sizes, shown(m->mem, name), rank);
            return false;
        }
        m->resized = !same_sizes(rank, asked->size, rank, shape);
        memcpy(shape, asked->size, sizeof shape);
    }
    if (rank < 0)
        rank = 0;
    struct value *v = value_new(m, name, rank, shape);
    m->type = "input";
    if (!model_input(m, v) || !set_quantum(r, t, v))
        return false;
    r->value[index] = v;
    return true;
}

static bool damaged(struct tflite_reading *r)
{
    if (r->flat.bad)
        refuse_file(r->m, "the file is cut short or damaged, or not a TFLite file; copy it again",
                    "not a usable TFLite file: it points outside of itself");
    return r->flat.bad;
}

/* Looks at every table and text of the graph once, so that a damaged file is known as one. */
static bool walk(struct tflite_reading *r)
{
    struct flat *f = &r->flat;
    for (uint32_t i = 0; i < r->codes.count && !f->bad; i++)
        flat_string(f, flat_element(f, r->codes, i), CODE_CUSTOM);
    for (uint32_t i = 0; i < r->buffers.count && !f->bad; i++)
        flat_vector(f, flat_element(f, r->buffers, i), BUFFER_DATA, 1);
    for (uint32_t i = 0; i < r->tensors.count && !f->bad; i++) {
        position t = flat_element(f, r->tensors, i);
        flat_string(f, t, TENSOR_NAME);
        flat_vector(f, t, TENSOR_SHAPE, 4);
        flat_table(f, t, TENSOR_QUANTIZATION);
    }
    for (uint32_t i = 0; i < r->operators.count && !f->bad; i++) {
        position p = flat_element(f, r->operators, i);
        uint32_t in = flat_vector(f, p, OPERATOR_INPUT, 4).count, out = flat_vector(f, p, OPERATOR_OUTPUT, 4).count;
        flat_table(f, p, OPERATOR_OPTIONS);
        f->bad = f->bad || in > MOST_TENSORS || out > MOST_TENSORS; /* thousands may share one long list */
    }
    return !damaged(r);
}

/* True if the file names this builtin operator. */
static bool names_operator(struct tflite_reading *r, int code)
{
    for (uint32_t i = 0; i < r->codes.count; i++) {
        position c = flat_element(&r->flat, r->codes, i);
        if (flat_int(&r->flat, c, CODE_NEW, 4, 0) == code)
            return true;
    }
    return false;
}

bool tflite_parse(struct model *m, const unsigned char *bytes, size_t size)
{
    struct tflite_reading r = {.m = m, .flat = {bytes, size, false}};
    struct flat *f = &r.flat;
    position model = flat_root(f);
    r.codes = flat_vector(f, model, MODEL_CODES, 4);
    r.buffers = flat_vector(f, model, MODEL_BUFFERS, 4);
    struct vector graphs = flat_vector(f, model, MODEL_SUBGRAPHS, 4);
    m->form = "TFLite";
    m->producer = flat_string(f, model, MODEL_DESCRIPTION);
    m->channels_last = true;
    if (damaged(&r))
        return false;
    if (graphs.count != 1) {
        bool streams = names_operator(&r, VAR_HANDLE);
        refuse_file(m,
                    streams ? "convert the network that reads a whole window (not the streaming one)"
                            : "convert a function without branches and loops",
                    "has %u subgraphs; exactly one is supported%s", (unsigned)graphs.count,
                    streams ? ": it streams, VAR_HANDLE and READ_VARIABLE keep state from call to call" : "");
        return false;
    }
    position graph = flat_element(f, graphs, 0);
    r.tensors = flat_vector(f, graph, GRAPH_TENSORS, 4);
    r.inputs = flat_vector(f, graph, GRAPH_INPUTS, 4);
    r.outputs = flat_vector(f, graph, GRAPH_OUTPUTS, 4);
    r.operators = flat_vector(f, graph, GRAPH_OPERATORS, 4);
    if (!walk(&r))
        return false;
    r.value = NEW_ARRAY(m->mem, struct value *, r.tensors.count + 1);
    r.needed = NEW_ARRAY(m->mem, bool, r.tensors.count + 1);
    int before = m->diag->errors;
    int32_t output = output_tensor(&r);
    mark_needed(&r, output);
    if (!read_input(&r) && r.inputs.count == 1 && tensor_exists(&r, flat_int32(f, r.inputs, 0)))
        r.value[flat_int32(f, r.inputs, 0)] = value_lost(m, "");
    for (uint32_t i = 0; i < r.operators.count && !f->bad; i++)
        read_operator(&r, i);
    if (damaged(&r) || m->diag->errors > before)
        return false;
    m->output = r.value[output];
    return true;
}
