/* SPDX-License-Identifier: MIT */
/* Training of the real networks, step by step, against PyTorch in float64.
 *
 *     trajectory REPOSITORY [part of a run's name [compiler]]
 *
 * reads REPOSITORY/../shared/trajectory: runs of up to 30 steps.  Each says which network, what learns and
 * how, and holds the images, the initial values and what came of them.  The emitted code must follow it:
 *
 *     loss       every step within three times the largest difference that float32 PyTorch has from float64
 *     scores, gradients of the first step, final values: relative to the largest of the tensor; final values of a run in
 *     which a gate flips for float32 PyTorch, too, have as much more room, ten times at most
 *
 * Where the folder is absent there is nothing to compare with: the test says so and is skipped. */
#include "host/worker.h"
#include "products.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <math.h>
#include <string.h>

enum { SKIPPED = 77, STEPS = 64, CHANCES = 8 };

/* PyTorch's float32 run has the same order of difference in its losses, relative to their size. */
static const double SCORES = 1e-4, GRADIENT = 1e-3, FINAL = 1e-3;

/* Rounding alone moves a loss by less; where PyTorch's float32 moves further, a gate has flipped for it. */
static const double ROUNDING = 1e-5;

struct run {
    struct arena *mem;
    const char *name;
    const cJSON *about;
    const struct tensor_file *tensors;
    const struct tensor *input, *label;
    int steps, batch;
    bool each_step;                                /* printed */
    const char *compiler, *programs, *options[15]; /* programs: the folder where they are found again */
    unsigned chance;                               /* 0: initial values as they are; else which way each is moved */
    int failures;
};

static const char *word(const struct run *r, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItem(r->about, key));
}

static double number(const struct run *r, const char *key)
{
    return cJSON_GetNumberValue(cJSON_GetObjectItem(r->about, key));
}

static void verdict(struct run *r, bool ok, const char *what, double ours, double limit)
{
    printf("  %-44s %10.3g  limit %10.3g  %s\n", what, ours, limit, ok ? "ok" : "DIFFERS");
    r->failures += !ok;
}

/* ---- values in the net ---- */

static struct param *find_param(const struct graph *g, const char *name)
{
    for (int i = 0; i < g->nparam; i++)
        if (!strcmp(g->param[i]->name, name))
            return g->param[i];
    return NULL;
}

static float *unpacked(struct run *r, const struct worker *l, const struct graph *g, const struct val *v)
{
    float *packed = NEW_ARRAY(r->mem, float, v->c), *natural = NEW_ARRAY(r->mem, float, v->param->count);
    memcpy(packed, l->net + net_offset(g, v), sizeof *packed * (size_t)v->c);
    param_unpack(v, packed, natural);
    return natural;
}

/* A value, or the next float32 above or below it. */
static float moved(struct run *r, float x)
{
    if (!r->chance)
        return x;
    r->chance = r->chance * 1664525U + 1013904223U;
    return nextafterf(x, r->chance >> 31 ? INFINITY : -INFINITY);
}

/* init.<parameter> into the net; what does not learn must have that value already. */
static void set_initial(struct run *r, struct worker *l, const struct graph *g)
{
    worker_init(l);
    for (int i = 0; i < r->tensors->count; i++) {
        const struct tensor *t = &r->tensors->tensor[i];
        if (strncmp(t->name, "init.", 5))
            continue;
        struct param *p = find_param(g, t->name + 5);
        bool same = p && p->count == t->count;
        for (int64_t k = 0; same && k < p->count; k++)
            same = p->trained || p->value[k] == (float)tensor_at(t, k);
        if (!same) {
            verdict(r, false, t->name, NAN, 0);
            continue;
        }
        if (!p->trained)
            continue;
        for (int64_t k = 0; k < p->count; k++)
            p->value[k] = moved(r, (float)tensor_at(t, k));
        float *packed = NEW_ARRAY(r->mem, float, p->val->c);
        param_pack(r->mem, p->val, packed, NULL, NULL);
        memcpy(l->net + net_offset(g, p->val), packed, sizeof *packed * (size_t)p->val->c);
    }
}

/* The largest difference of all tensors `prefix`<parameter>, each relative to its largest magnitude. */
static void compare(struct run *r, const struct worker *l, const struct graph *g, const char *prefix, bool gradient,
                    double limit)
{
    double worst = 0;
    const char *where = "";
    size_t n = strlen(prefix);
    for (int i = 0; i < r->tensors->count; i++) {
        const struct tensor *t = &r->tensors->tensor[i];
        if (strncmp(t->name, prefix, n))
            continue;
        const struct param *p = find_param(g, t->name + n);
        const struct val *v = p && p->trained ? p->val : NULL;
        for (int k = 0; v && gradient && k < g->nval; k++)
            if (g->val[k]->role == ROLE_STATE && g->val[k]->param == p && strstr(g->val[k]->name, ".gradient"))
                v = g->val[k];
        if (!v || p->count != t->count) {
            verdict(r, false, t->name, NAN, 0);
            continue;
        }
        const float *ours = unpacked(r, l, g, v);
        double gap = 0, size = 0;
        for (int64_t k = 0; k < t->count; k++) {
            gap = fmax(gap, fabs((double)ours[k] - tensor_at(t, k)));
            size = fmax(size, fabs(tensor_at(t, k)));
        }
        double relative = size > 0 ? gap / size : gap;
        if (!(relative <= worst)) {
            worst = relative;
            where = t->name;
        }
    }
    verdict(r, worst <= limit, arena_format(r->mem, "%s* (worst: %s)", prefix, where + n), worst, limit);
}

/* ---- running ---- */

static struct worker *generated(struct run *r, const struct variant *v, const char *compiler, const char *spec,
                                struct product **p)
{
    struct diag d = {.mem = r->mem, .out = stdout};
    *p = run_pipeline(r->mem, &d, spec, r->options, v);
    struct worker *l = *p ? worker_of(r->mem, &d, *p, (struct compiling){.cc = compiler, .folder = r->programs}) : NULL;
    if (l)
        set_initial(r, l, (*p)->graph);
    return l;
}

static const uint8_t *image(const struct run *r, const struct product *p, int sample)
{
    const struct shape *s = &p->spec->input.shape;
    int area = s->h * s->w;
    uint8_t *pixel = arena_alloc(r->mem, (size_t)area * (size_t)s->c);
    for (int i = 0; i < area * s->c; i++)
        pixel[i] = r->input->data[(int64_t)sample * area * s->c + i % s->c * area + i / s->c];
    return pixel;
}

/* Mean loss of the samples of one step; NaN where a call failed. */
static double train_step(struct run *r, const struct product *p, struct worker *l, int step)
{
    double sum = 0;
    for (int i = 0; i < r->batch; i++) {
        int sample = (step * r->batch + i) % (int)r->input->shape[0];
        float loss = 0;
        int status = worker_train(l, image(r, p, sample), (int)tensor_at(r->label, sample), NULL, &loss);
        sum += status == 0 ? (double)loss : NAN;
    }
    return sum / r->batch;
}

/* One step is sooner done than optimised. */
static void check_first_step(struct run *r, const char *spec)
{
    const struct optimizer record = {.kind = OPTIMIZER_RECORD};
    struct product *p;
    struct worker *l =
        generated(r, &(struct variant){.optimizer = &record}, arena_format(r->mem, "%s -O0", r->compiler), spec, &p);
    const struct tensor *logits = tensor_find(r->tensors, "logits_step0");
    if (!l || !logits) {
        verdict(r, false, "first step", NAN, 0);
        return;
    }
    int classes = (int)logits->shape[1];
    float *scores = NEW_ARRAY(r->mem, float, classes);
    double gap = 0, size = 0;
    for (int n = 0; n < r->batch; n++) {
        worker_predict(l, image(r, p, n), scores);
        for (int i = 0; i < classes; i++) {
            gap = fmax(gap, fabs((double)scores[i] - tensor_at(logits, n * classes + i)));
            size = fmax(size, fabs(tensor_at(logits, n * classes + i)));
        }
    }
    verdict(r, gap / size <= SCORES, "logits_step0", gap / size, SCORES);
    train_step(r, p, l, 0);
    compare(r, l, p->graph, "grad_step0.", true, GRADIENT);
    worker_close(l);
}

static void check_losses(struct run *r, const char *spec)
{
    const cJSON *f64 = cJSON_GetObjectItem(r->about, "loss_f64"), *f32 = cJSON_GetObjectItem(r->about, "loss_f32");
    struct product *p;
    struct worker *l = generated(r, &(struct variant){0}, r->compiler, spec, &p);
    if (!l) {
        verdict(r, false, "training", NAN, 0);
        return;
    }
    double worst = 0, recorded = 0;
    int close = 0;
    for (int i = 0; i < r->steps; i++) {
        double exact = cJSON_GetNumberValue(cJSON_GetArrayItem(f64, i));
        double theirs = fabs(cJSON_GetNumberValue(cJSON_GetArrayItem(f32, i)) - exact);
        double ours = fabs(train_step(r, p, l, i) - exact);
        close += ours <= 3 * theirs;
        if (r->each_step)
            printf("  step %2d  loss %10.7f  ours %9.2e  float32 %9.2e\n", i, exact, ours, theirs);
        recorded = fmax(recorded, theirs);
        worst = ours <= worst ? worst : ours;
    }
    verdict(r, worst <= 3 * recorded,
            arena_format(r->mem, "loss (%d of %d steps within 3x of their own)", close, r->steps), worst, 3 * recorded);
    compare(r, l, p->graph, "final.", false, FINAL * fmin(10, fmax(1, recorded / ROUNDING)));
    worker_close(l);
}

/* run.json -> the spec of the zoo and its options */
static const char *choose(struct run *r, const char *repository)
{
    int n = 0;
    r->options[n++] =
        arena_format(r->mem, "-Dweights=%s/../shared/models/%s.safetensors", repository, word(r, "model"));
    r->options[n++] = arena_format(r->mem, "-Dscheme=%s", word(r, "method"));
    r->options[n++] = arena_format(r->mem, "-Dresolution=%g", number(r, "resolution"));
    r->options[n++] = arena_format(r->mem, "-Doptimizer=%s", word(r, "optimizer"));
    r->options[n++] = arena_format(r->mem, "-Drate=%.9g", number(r, "lr"));
    r->options[n++] = arena_format(r->mem, "-Dbatch=%d", r->batch);
    r->options[n++] = strcmp(word(r, "norm"), "gn") ? NULL : "-Dlite_norm=group";
    return arena_format(r->mem, "%s/specs/%s.lua", repository, word(r, "model"));
}

/* How a run is done. */
struct attempt {
    const char *programs, *compiler;
    unsigned chance;
    bool each_step;
};

static int run_one(const char *repository, const char *name, struct attempt how)
{
    struct arena *mem = arena_new();
    struct diag d = {.mem = mem, .out = stdout};
    struct run r = {.mem = mem,
                    .name = name,
                    .compiler = how.compiler,
                    .programs = how.programs,
                    .chance = how.chance,
                    .each_step = how.each_step};
    const char *folder = arena_format(mem, "%s/../shared/trajectory/%s", repository, name);
    const char *text = file_read(mem, arena_format(mem, "%s/run.json", folder), NULL);
    cJSON *about = text ? cJSON_Parse(text) : NULL;
    r.about = about;
    r.tensors = safetensors_read(mem, &d, arena_format(mem, "%s/tensors.safetensors", folder));
    r.input = r.tensors ? tensor_find(r.tensors, "input_u8") : NULL;
    r.label = r.tensors ? tensor_find(r.tensors, "label") : NULL;
    printf("%s\n", name);
    if (!about || !r.input || !r.label) {
        verdict(&r, false, "cannot be read", NAN, 0);
    } else {
        r.steps = (int)number(&r, "steps");
        r.batch = (int)number(&r, "batch");
        const char *spec = choose(&r, repository);
        if (!how.chance)
            check_first_step(&r, spec);
        check_losses(&r, spec);
    }
    cJSON_Delete(about);
    arena_free(mem);
    return r.failures;
}

static int is_run(const struct dirent *e)
{
    return e->d_name[0] != '.' && e->d_name[0] != 'R';
}

/* A run of millions of relu gates meets pre-activations that lie within rounding of zero; one gate that flips shows
 * in all losses after it.  A run that differs is done again with other roundings, products not contracted and each
 * initial value moved by one unit in its last place: by chance some of these leave the gate as it is in PyTorch; an
 * error is there every time. */
static int follow(const char *repository, const char *name, struct attempt how)
{
    int failures = run_one(repository, name, how);
    for (how.chance = 1; failures && how.chance <= CHANCES; how.chance++) {
        puts("  differs: again, with other roundings");
        how.compiler = how.chance % 2 ? "cc -ffp-contract=off" : "cc";
        failures = run_one(repository, name, how);
    }
    return failures;
}

int main(int argc, char **argv)
{
    char folder[4096];
    struct dirent **list;
    int failures = 0;
    snprintf(folder, sizeof folder, "%s/../shared/trajectory", argc > 1 ? argv[1] : ".");
    int count = scandir(folder, &list, is_run, alphasort);
    const char *repository = argc > 1 ? argv[1] : ".", *part = argc > 2 ? argv[2] : "";
    if (count <= 0) {
        printf("%s is not here: skipped\n", folder);
        return SKIPPED;
    }
    struct arena *mem = arena_new();
    struct diag d = {.mem = mem, .out = stdout};
    struct attempt how = {temporary_folder(mem, &d), argc > 3 ? argv[3] : "cc", 0, argc == 3};
    for (int i = 0; i < count && how.programs; i++)
        if (strstr(list[i]->d_name, part))
            failures += argc > 3 ? run_one(repository, list[i]->d_name, how) : follow(repository, list[i]->d_name, how);
    if (!how.programs || d.errors)
        return 1;
    folder_remove(mem, how.programs);
    arena_free(mem);
    printf("%d comparisons differ\n", failures);
    return failures > 0;
}
