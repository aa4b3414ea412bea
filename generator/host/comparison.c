/* SPDX-License-Identifier: MIT */
#include "host/comparison.h"
#include "data/data.h"
#include "host/vectors.h"

#include <math.h>
#include <string.h>

/* ---- comparing ---- */

void compare_number(struct difference *d, double ours, double theirs)
{
    double gap = fabs(ours - theirs), size = fabs(theirs);
    d->count++;
    d->finite = d->finite && isfinite(ours);
    if (gap > d->largest)
        d->largest = gap;
    if (size > d->scale)
        d->scale = size;
}

void compare_verdict(struct check *c, const char *name, const struct difference *d)
{
    double relative = d->scale > 0 ? d->largest / d->scale : d->largest;
    bool ok = d->finite && relative <= (d->exact ? 0 : c->tolerance);
    verdicts_add(&c->verdicts, name, d->count, d->largest, relative, ok);
}

void compare_skip(struct check *c, const char *name, const char *why)
{
    verdicts_skip(&c->verdicts, name, why);
}

/* ---- running ---- */

void compare_input(const struct check *c, const struct product *p, int n, void *out)
{
    const struct input *in = &p->spec->input;
    const struct shape *s = &in->shape;
    bool last = vectors_channels_last(c->input, s);
    for (int y = 0; y < s->h; y++)
        for (int x = 0; x < s->w; x++)
            for (int ch = 0; ch < s->c; ch++) {
                int64_t to = ((int64_t)y * s->w + x) * s->c + ch;
                int64_t from =
                    last ? (int64_t)n * s->h * s->w * s->c + to : (((int64_t)n * s->c + ch) * s->h + y) * s->w + x;
                double v = tensor_at(c->input, from);
                if (!c->elements && in->type != INPUT_FLOAT32)
                    v = input_element(in, to, v);
                sample_element_put(in, out, to, v);
            }
}

int compare_classes(const struct product *p)
{
    return p->graph->scores->h * p->graph->scores->w * p->graph->scores->c;
}

int compare_train(struct check *c, const struct product *p, struct worker *l, int n, void *image, float *loss)
{
    int classes = compare_classes(p);
    compare_input(c, p, n, image);
    if (p->spec->train.loss != LOSS_MSE)
        return worker_train(l, image, (int)tensor_at(c->label, n), NULL, loss);
    if (!c->wanted)
        c->wanted = NEW_ARRAY(c->mem, float, classes);
    for (int i = 0; i < classes; i++)
        c->wanted[i] = (float)tensor_at(c->target, (int64_t)n * classes + i);
    return worker_train(l, image, 0, c->wanted, loss);
}

struct product *compare_variant(struct check *c, const struct variant *v, struct worker **l, int *code)
{
    struct product *p = generate(c->mem, c->diag, &c->options->request, v, code);
    *l = p ? worker_of(c->mem, c->diag, p, (struct compiling){.cc = c->options->cc}) : NULL;
    if (p && !*l)
        *code = EXIT_IO;
    if (*l)
        worker_init(*l);
    return *l ? p : NULL;
}

void *compare_image(struct check *c, const struct product *p)
{
    return arena_alloc(c->mem, (size_t)val_bytes(p->graph->input) + 16);
}

/* ---- maps ---- */

/* HWC values of a layer against an N,C,H,W tensor (or N,D). */
void compare_map(const struct tensor *t, int sample, const struct val *v, int rows, const float *ours,
                 struct difference *d)
{
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < v->w; x++)
            for (int ch = 0; ch < v->c; ch++) {
                int64_t at = (((int64_t)sample * v->c + ch) * v->h + y) * v->w + x;
                compare_number(d, (double)ours[((int64_t)y * v->w + x) * v->c + ch], tensor_at(t, at));
            }
}

bool vectors_have(const struct check *c, const char *prefix)
{
    for (int i = 0; i < c->vectors->count; i++)
        if (!strncmp(c->vectors->tensor[i].name, prefix, strlen(prefix)))
            return true;
    return false;
}
