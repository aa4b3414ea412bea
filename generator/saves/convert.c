/* SPDX-License-Identifier: MIT */
/* In a safetensors file values stand as in weights files, so that whoever averages them there sees the network's tensors:
 *
 *     save                                       safetensors
 *     rank 1   [output]                          [o]
 *     rank 3   [row][column][channel]            [o, 1, kh, kw]
 *     rank 5   [group][row][column][in][out]     [o, i, kh, kw]; behind a flattened map o, kh, kw, i */
#include "saves/convert.h"
#include "base/write.h"

#include <math.h>
#include <string.h>

/* ---- to ---- */

static unsigned char *bytes_new(struct arena *mem, size_t count, size_t each)
{
    return arena_alloc(mem, count * each + 1);
}

static void set_shape(struct tensor *t, const struct param *p)
{
    const int order[] = {0, p->hwc ? 2 : 1, p->hwc ? 3 : 2, p->hwc ? 1 : 3};
    t->rank = t->rank > 1 ? 4 : 1;
    for (int i = 0; i < t->rank; i++)
        t->shape[i] = p->shape[order[i]];
}

static void put_bits(unsigned char *at, uint64_t bits, int count)
{
    for (int i = 0; i < count; i++)
        at[i] = (unsigned char)(bits >> 8 * i);
}

/* Floats in the file's order. */
static float *natural_values(struct arena *mem, const struct save *s, const struct save_tensor *t, const struct val *v)
{
    float *packed = NEW_ARRAY(mem, float, t->count), *natural = NEW_ARRAY(mem, float, t->count);
    for (int64_t i = 0; i < t->count; i++)
        packed[i] = (float)save_at(s, t, i);
    if (!v || !v->param)
        return packed;
    param_unpack(v, packed, natural);
    return natural;
}

static struct tensor tensor_of(struct arena *mem, const struct save *s, const struct save_tensor *t,
                               const struct val *v)
{
    struct tensor x = {.name = t->name, .type = TENSOR_F32, .rank = t->rank, .count = t->count};
    unsigned char *data = bytes_new(mem, (size_t)t->count, 4);
    for (int i = 0; i < t->rank; i++)
        x.shape[i] = t->size[i];
    if (t->type == SAVED_INT32) {
        x.type = TENSOR_I32;
        for (int64_t i = 0; i < t->count; i++)
            put_bits(data + 4 * i, (uint32_t)(int32_t)save_at(s, t, i), 4);
    } else {
        const float *value = natural_values(mem, s, t, v);
        if (v && v->param)
            set_shape(&x, v->param);
        for (int64_t i = 0; i < t->count; i++) {
            uint32_t bits;
            memcpy(&bits, &value[i], sizeof bits);
            put_bits(data + 4 * i, bits, 4);
        }
    }
    x.data = data;
    return x;
}

static struct tensor whole_number(struct arena *mem, const char *name, uint32_t value)
{
    unsigned char *data = bytes_new(mem, 1, 8);
    put_bits(data, value, 8);
    return (struct tensor){.name = name, .type = TENSOR_I64, .rank = 1, .shape = {1}, .count = 1, .data = data};
}

bool save_to_tensors(struct arena *mem, struct diag *d, const struct spec_net *k, const struct save *s,
                     const char *path, bool force)
{
    struct writing w = {.d = d};
    struct tensor *tensor = NEW_ARRAY(mem, struct tensor, s->count + 3);
    int count = 0;
    tensor[count++] = whole_number(mem, "base", s->base); /* eight bytes come first: then all are aligned */
    tensor[count++] = whole_number(mem, "steps", s->step);
    tensor[count++] = whole_number(mem, "samples", s->samples);
    for (int i = 0; i < s->count; i++)
        tensor[count++] = tensor_of(mem, s, &s->tensor[i], k->val[i]);
    FILE *out = write_allowed(d, force, path, safetensors_is_ours) ? write_also(&w, path) : NULL;
    if (!out)
        return false;
    safetensors_put(mem, out, tensor, count);
    return write_end(&w);
}

/* ---- from ---- */

struct taking {
    struct arena *mem;
    struct diag *d;
    const struct spec_net *k;
    const struct tensor_file *file;
    struct loc at;
    struct save *save;
};

/* Sizes of 1 count as nothing: what has been through another program may have lost or got some. */
static bool same_shape(const struct tensor *a, const struct tensor *b)
{
    int i = 0, j = 0;
    for (;;) {
        while (i < a->rank && a->shape[i] == 1)
            i++;
        while (j < b->rank && b->shape[j] == 1)
            j++;
        if (i == a->rank || j == b->rank)
            return i == a->rank && j == b->rank;
        if (a->shape[i++] != b->shape[j++])
            return false;
    }
}

static void take_values(const struct taking *t, const struct save_tensor *to, const struct val *v,
                        const struct tensor *from)
{
    float *natural = NEW_ARRAY(t->mem, float, to->count), *packed = natural;
    const struct tensor wanted = tensor_of(t->mem, t->save, to, v);
    if (!same_shape(from, &wanted)) {
        diag_error(t->d, t->at, NULL, NULL, "tensor '%s' is of shape %s, %s has %s", from->name,
                   tensor_shape_text(t->mem, from), t->k->spec, tensor_shape_text(t->mem, &wanted));
        return;
    }
    for (int64_t i = 0; i < to->count; i++) {
        double value = tensor_at(from, i);
        if (!isfinite((float)value)) {
            diag_error(t->d, t->at, NULL, NULL, "value %lld of tensor '%s' is not finite", (long long)i, from->name);
            return;
        }
        natural[i] = (float)value;
        if (to->type == SAVED_INT32)
            save_set(t->save, to, i, round(value));
    }
    if (to->type == SAVED_INT32)
        return;
    if (v && v->param) {
        packed = NEW_ARRAY(t->mem, float, to->count);
        param_repack(v, natural, packed);
    }
    for (int64_t i = 0; i < to->count; i++)
        save_set(t->save, to, i, (double)packed[i]);
}

/* A whole number of 32 bits; `otherwise` where the file has none. */
static uint32_t number_in(const struct taking *t, const char *name, uint32_t otherwise)
{
    const struct tensor *x = tensor_find(t->file, name);
    double value = x && x->count == 1 ? tensor_at(x, 0) : otherwise;
    if (value >= 0 && value <= UINT32_MAX)
        return (uint32_t)round(value);
    diag_error(t->d, t->at, NULL, NULL, "'%s' is %g, and has to be a whole number of 32 bits", name, value);
    return 0;
}

static void take_tensors(struct taking *t, const struct save *rest)
{
    const struct save *form = t->save;
    for (int i = 0; i < form->count; i++) {
        const struct save_tensor *to = &form->tensor[i];
        const struct tensor *from = tensor_find(t->file, to->name);
        if (from)
            take_values(t, to, t->k->val[i], from);
        else if (!rest && save_role(form, to) == SAVE_LEARNT)
            diag_error(t->d, t->at, NULL, "name the saved net that has the rest: saved net.bin --from FILE -o new.bin",
                       "has no tensor '%s', which learns in %s", to->name, t->k->spec);
    }
    for (int i = 0; i < t->file->count; i++) {
        const char *name = t->file->tensor[i].name;
        if (!save_find(form, name) && strcmp(name, "base") && strcmp(name, "steps") && strcmp(name, "samples"))
            diag_warn(t->d, t->at, NULL, NULL, "tensor '%s' is nothing that a saved net of %s has", name, t->k->spec);
    }
}

struct save *save_from_tensors(struct arena *mem, struct diag *d, const struct spec_net *k, const struct save *rest,
                               const char *path)
{
    struct taking t = {mem, d, k, safetensors_read(mem, d, path), {path, 0}, save_copy(mem, rest ? rest : k->factory)};
    if (!t.file)
        return NULL;
    uint32_t base = number_in(&t, "base", t.save->base);
    if (base != t.save->base)
        diag_error(d, t.at, NULL, NULL, "of another base: it belongs to %08x, %s is %08x", (unsigned)base, k->spec,
                   (unsigned)t.save->base);
    t.save->step = number_in(&t, "steps", t.save->step);
    t.save->samples = number_in(&t, "samples", t.save->samples);
    take_tensors(&t, rest);
    return d->errors ? NULL : t.save;
}
