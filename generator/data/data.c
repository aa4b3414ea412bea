/* SPDX-License-Identifier: MIT */
/* Data sets: which reader reads a source, and what all samples have in common. */
#include "data/reading.h"

#include <assert.h>
#include <string.h>

static bool is_array_name(const char *source)
{
    size_t length = strlen(source);
    return length > 4 && !strcmp(source + length - 4, ".npy");
}

const char *comma_in(const char *source)
{
    const char *first = strstr(source, ".npy,");
    return first && !is_folder(source) ? first + 4 : NULL;
}

enum decoded_task data_task(const struct spec *s, const char *source)
{
    if (s->train.loss != LOSS_MSE)
        return DECODED_CLASSES;
    return comma_in(source) ? DECODED_VALUES : DECODED_ANOMALY;
}

void dataset_count(struct dataset *data)
{
    data->of_class = NEW_ARRAY(data->mem, int, data->classes + 1);
    for (int i = 0; data->labels && i < data->x.count; i++)
        data->of_class[data->labels[i]]++;
}

bool dataset_match(struct diag *d, const struct dataset *train, struct dataset *test, const char *source)
{
    int *as = NEW_ARRAY(d->mem, int, test->classes + 1), wrong = 0;
    if (!train->named || !test->named || train->task != DECODED_CLASSES)
        return true; /* numbers speak for themselves, and so does "normal" */
    for (int i = 0; i < test->classes; i++) {
        as[i] = -1;
        for (int k = 0; k < train->classes; k++)
            if (!strcmp(test->class_name[i], train->class_name[k]))
                as[i] = k;
        if (as[i] >= 0 || test->of_class[i] == 0)
            continue;
        diag_error(d, (struct loc){source, 0}, NULL, "folders of --train and --test are called by the same classes",
                   "class \"%s\" is not among those of the training data", test->class_name[i]);
        wrong++;
    }
    if (wrong)
        return false;
    for (int i = 0; i < test->x.count; i++)
        test->labels[i] = as[test->labels[i]];
    test->classes = train->classes;
    test->class_name = train->class_name;
    dataset_count(test);
    return true;
}

/* An autoencoder gives what it is shown. */
static bool task_fits(struct reading *r)
{
    const struct shape *in = &r->ask->in->shape, *out = &r->ask->outputs;
    int64_t given = (int64_t)out->h * out->w * out->c;
    if (r->ask->task != DECODED_ANOMALY || r->data->x.each == given)
        return true;
    REFUSE(r, r->ask->source, "for regression name the targets, too: samples.npy,targets.npy",
           "an autoencoder gives what it is shown: %dx%dx%d numbers, but the network gives %dx%dx%d", in->h, in->w,
           in->c, out->h, out->w, out->c);
    return false;
}

static bool read_source(struct reading *r)
{
    const char *source = r->ask->source, *comma = comma_in(source);
    if (!task_fits(r))
        return false;
    if (comma || (is_array_name(source) && !is_folder(source))) {
        bool alone = r->most || (r->ask->task == DECODED_ANOMALY && r->ask->learnt);
        if (comma || alone)
            return arrays_read(r, comma);
        REFUSE(r, source, "name both: samples.npy,labels.npy", "an array of samples needs %s",
               r->ask->task == DECODED_VALUES ? "targets" : "labels");
        return false;
    }
    if (r->ask->task == DECODED_VALUES) {
        REFUSE(r, source, "name arrays: samples.npy,targets.npy", "for regression each sample needs numbers to reach");
        return false;
    }
    return folder_read(r);
}

static void begin(struct reading *r, struct dataset *data)
{
    const struct shape *in = &r->ask->in->shape;
    assert(in->h > 0 && in->w > 0);
    *data = (struct dataset){.mem = r->mem, .task = r->ask->task, .normal = -1};
    data->x.each = (int64_t)in->h * in->w * in->c;
    r->data = data;
}

struct dataset *dataset_read(struct arena *mem, struct diag *d, const struct data_request *ask)
{
    struct reading r = {.mem = mem, .d = d, .ask = ask};
    struct dataset *data = NEW(mem, struct dataset);
    begin(&r, data);
    if (!read_source(&r))
        return NULL;
    dataset_count(data);
    return ask->group && !groups_read(&r) ? NULL : data;
}

struct samples *samples_read(struct arena *mem, struct diag *d, const struct data_request *ask, int most)
{
    assert(most > 0);
    struct data_request plain = *ask;
    plain.task = DECODED_CLASSES;
    struct reading r = {.mem = mem, .d = d, .ask = &plain, .most = most};
    struct dataset *data = NEW(mem, struct dataset);
    begin(&r, data);
    return read_source(&r) ? &data->x : NULL;
}
