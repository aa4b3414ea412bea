/* SPDX-License-Identifier: MIT */
/* What runs gave, put together. */
#include "learn/trial.h"

#include <math.h>
#include <stdlib.h>

struct figures figures_of(const struct trial *t)
{
    int epochs = t->how->epochs, seeds = t->how->seeds;
    struct figures f = {.part = t->test.data ? t->test : t->validation, .classes = t->result[0]->outputs, .first = -1};
    f.accuracy = NEW_ARRAY(t->mem, double, seeds);
    f.validated = NEW_ARRAY(t->mem, double, seeds);
    f.certain = NEW_ARRAY(t->mem, double, seeds);
    f.epoch = NEW_ARRAY(t->mem, struct run_epoch, epochs + 1);
    f.confusion = NEW_ARRAY(t->mem, int, (int64_t)f.classes *f.classes);
    double samples = 0;
    for (int i = 0; i < seeds; i++) {
        const struct run_result *r = t->result[i];
        if (!t->well[i])
            continue;
        f.first = f.first < 0 ? i : f.first;
        f.accuracy[f.runs] = r->after.accuracy;
        f.certain[f.runs] = r->validation.certainty;
        f.validated[f.runs++] = r->validation.accuracy;
        f.before += r->before.accuracy;
        f.seconds += r->seconds;
        samples += (double)r->samples;
        f.rate += r->rate;
        for (int e = 0; e < epochs; e++) {
            f.epoch[e].loss += r->epoch[e].loss;
            f.epoch[e].accuracy += r->epoch[e].accuracy;
        }
        if (f.part.data->task == DECODED_CLASSES)
            confusion_add(f.confusion, f.part, r->scores, r->outputs, f.classes);
    }
    for (int e = 0; e < epochs && f.runs; e++) {
        f.epoch[e].loss /= f.runs;
        f.epoch[e].accuracy /= f.runs;
    }
    f.before /= f.runs ? f.runs : 1;
    f.rate /= f.runs ? f.runs : 1;
    f.seconds /= samples > 0 ? samples : 1;
    return f;
}

int kept_run(const struct trial *t)
{
    int best = -1;
    for (int i = 0; i < t->how->seeds; i++) {
        const struct quality *a = &t->result[best < 0 ? i : best]->validation, *b = &t->result[i]->validation;
        bool better = t->data->task == DECODED_CLASSES ? b->accuracy > a->accuracy : b->loss < a->loss;
        if (t->well[i] && (best < 0 || better))
            best = i;
    }
    return best;
}

static int by_cost(const void *a, const void *b)
{
    const struct mistake *x = a, *y = b;
    return x->cost < y->cost ? 1 : x->cost > y->cost ? -1 : x->sample - y->sample;
}

int mistakes_of(const struct trial *t, const struct figures *f, struct mistake *list)
{
    struct mistake *all = NEW_ARRAY(t->mem, struct mistake, f->part.count + 1);
    float *mean = NEW_ARRAY(t->mem, float, f->classes);
    int count = 0;
    for (int i = 0; i < f->part.count && f->part.data->labels; i++) {
        struct mistake *m = &all[count];
        *m = (struct mistake){.sample = f->part.sample[i], .label = f->part.data->labels[f->part.sample[i]]};
        for (int c = 0; c < f->classes; c++)
            mean[c] = 0;
        for (int k = 0; k < t->how->seeds; k++) {
            const float *scores = t->result[k]->scores + (int64_t)i * f->classes;
            if (!t->well[k])
                continue;
            m->cost += cross_entropy(scores, f->classes, m->label) / f->runs;
            for (int c = 0; c < f->classes; c++)
                mean[c] += scores[c];
        }
        m->said = best_class(mean, f->classes);
        count += m->said != m->label;
    }
    qsort(all, (size_t)count, sizeof *all, by_cost);
    count = count > MISTAKES ? MISTAKES : count;
    for (int i = 0; i < count; i++)
        list[i] = all[i];
    return count;
}

const char *sample_name(struct arena *mem, const struct dataset *data, int n)
{
    if (!data->file || !data->file[n])
        return arena_format(mem, "sample %d", data->position ? data->position[n] : n);
    return data->position && data->position[n] ? arena_format(mem, "%s from %d", data->file[n], data->position[n])
                                               : data->file[n];
}

const char *trouble_text(struct arena *mem, const struct run_result *r, const struct dataset *data)
{
    const struct run_trouble *x = &r->trouble[0];
    const char *tensor = x->tensor[0] ? arena_format(mem, "; the largest values are those of %s", x->tensor) : "";
    return arena_format(
        mem, "%s not finite in epoch %d at %s, with rate %.3g%s: the epoch is begun again with half the rate",
        x->loss ? "the loss is" : "a gradient is", x->epoch + 1, sample_name(mem, data, x->sample), x->rate, tensor);
}
