/* SPDX-License-Identifier: MIT */
/* Activations of a model, their attributes, and what clamps. */
#include "import/model/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The shortest decimal that is this number as a float. */
static const char *single(struct model *m, double v)
{
    for (int digits = 1; digits < 9; digits++) {
        const char *text = arena_format(m->mem, "%.*g", digits, v);
        if ((float)strtod(text, NULL) == (float)v)
            return text;
    }
    return arena_format(m->mem, "%.9g", v);
}

/* Attribute `a` of an activation as text; NULL: what it is by default. */
static const char *setting_of(struct model *m, const struct attribute *a, double v)
{
    if (!a->name)
        return NULL;
    if (a->kind != ATTRIBUTE_WORD)
        return (float)v != (float)a->value ? single(m, v) : NULL;
    const char *word = strchr(a->words, ' ');
    return v > 0 && word ? arena_format(m->mem, "\"%s\"", word + 1) : NULL;
}

void model_activate(struct model *m, struct operation *o, const struct op *f, const double setting[2])
{
    o->kind = OP_ACTIVATION;
    o->activation = f;
    for (int i = 0; i < 2; i++)
        o->setting[i] = setting_of(m, &f->make->attribute[i], setting ? setting[i] : f->make->attribute[i].value);
}

struct value *model_activation(struct model *m, const struct op *f, struct value *x, const double setting[2])
{
    for (int i = 0; i < 2; i++)
        if (!isfinite(setting[i]))
            return refuse(m, NULL, "its '%s' is not a finite number", i ? f->foreign.second : f->foreign.attribute);
    struct value *y = model_each(m, OP_ACTIVATION, x);
    model_activate(m, y->def, f, setting);
    return y;
}

struct value *model_prelu(struct model *m, struct value *x, const struct value *slope)
{
    float *factor = channel_vector(m, x, slope);
    if (!factor)
        return refuse(m, NULL, "its slope %s is not one number, or one for each channel of %s",
                      tensor_shape_text(m->mem, &slope->t), tensor_shape_text(m->mem, &x->t));
    struct value *y = model_each(m, OP_PRELU, x);
    y->def->factor = factor;
    y->def->step = slope->nscale == 1 ? (double)slope->scales[0] : 0;
    return y;
}

const struct op *model_clamp(double low, double high, double setting[2])
{
    setting[0] = setting[1] = 0;
    for (int i = 0; all_ops[i]; i++)
        if (all_ops[i]->clamp && low == all_ops[i]->least && fmin(high, 1e30) == fmin(all_ops[i]->most, 1e30))
            return all_ops[i];
    setting[0] = 1;
    return low == 0 && high == 1 ? &op_hard_sigmoid : NULL; /* of slope 1, which begins at 0 */
}

bool model_can_clip(struct model *m, double low, double high)
{
    double setting[2];
    if (low < -1e30 || high > 1e30 || model_clamp(low, high, setting))
        return true;
    refuse(m, "train the network with relu or relu6", "clamps to %g..%g; supported are 0..6, 0..1 and 0..", low, high);
    return false;
}

struct value *model_clip(struct model *m, struct value *x, double low, double high)
{
    double setting[2];
    if (low < -1e30 && high > 1e30)
        return model_each(m, OP_REORDER, x);
    if (!model_can_clip(m, low, high))
        return NULL;
    const struct op *f = model_clamp(low, high, setting);
    if (f)
        return model_activation(m, f, x, setting);
    struct value *y = model_each(m, OP_CLIP, x);
    y->def->number[0] = low;
    y->def->number[1] = high;
    return y;
}
