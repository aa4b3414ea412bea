/* SPDX-License-Identifier: MIT */
#include "learn/learn_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST_HALVINGS = 20 };

static int outputs_of(const struct product *p)
{
    return p->graph->scores->h * p->graph->scores->w * p->graph->scores->c;
}

/* What the final figures are of. */
static struct subset judged(const struct learn_run *run)
{
    return run->test.data ? run->test : run->validation;
}

/* ---- results ---- */

/* Memory that children of this process write for it. */
static void *shared_memory(struct arena *mem, struct diag *d, size_t bytes)
{
    const char *base = getenv("TMPDIR");
    char *path = arena_format(mem, "%s/tinytl-XXXXXX", base && *base ? base : "/tmp");
    int fd = mkstemp(path);
    void *memory = MAP_FAILED;
    if (fd >= 0) {
        unlink(path);
        if (!ftruncate(fd, (off_t)bytes))
            memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        close(fd);
    }
    if (memory != MAP_FAILED)
        return memory;
    diag_error(d, (struct loc){path, 0}, NULL, "set TMPDIR to a folder that has room", "cannot map %llu bytes",
               (unsigned long long)bytes);
    return NULL;
}

static size_t aligned(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

struct run_result *run_result_new(struct arena *mem, struct diag *d, const struct learn_run *run)
{
    size_t head = aligned(sizeof(struct run_result));
    size_t epochs = aligned(sizeof(struct run_epoch) * (size_t)run->epochs);
    size_t scores = aligned(sizeof(float) * (size_t)judged(run).count * (size_t)outputs_of(run->product));
    size_t net = run->keep_save ? aligned((size_t)run->product->plan->net) : 0, save = net ? net + (1 << 16) : 0;
    char *memory = shared_memory(mem, d, head + epochs + scores + save + net);
    if (!memory)
        return NULL;
    struct run_result *r = (void *)memory;
    *r = (struct run_result){.outputs = outputs_of(run->product), .rate = run->rate};
    r->before = r->after = r->validation = (struct quality){NAN, NAN, NAN};
    r->total = (int64_t)run->learn.count * run->epochs;
    r->epoch = (void *)(memory + head);
    r->scores = (void *)(memory + head + epochs);
    r->save = save ? (void *)(memory + head + epochs + scores) : NULL;
    r->net = save ? (void *)(memory + head + epochs + scores + save) : NULL;
    r->saved = save;
    return r;
}

/* ---- predicting ---- */

bool run_scores(struct worker *w, const struct product *p, struct subset part, float *scores)
{
    size_t outputs = (size_t)outputs_of(p);
    for (int at = 0; at < part.count; at += RUN_CHUNK) {
        int count = part.count - at < RUN_CHUNK ? part.count - at : RUN_CHUNK;
        for (int i = 0; i < count; i++)
            sample_put(&p->spec->input, &part.data->x, part.sample[at + i], worker_sample(w, i));
        if (worker_do(w, RUN_PREDICT, count, NULL) == WORKER_ENDED)
            return false;
        memcpy(scores + (size_t)at * outputs, w->scores, sizeof *scores * (size_t)count * outputs);
    }
    return true;
}

/* ---- training ---- */

struct session {
    struct arena *mem;
    const struct learn_run *run;
    struct run_result *result;
    struct worker *worker;
    int *order;
    unsigned char *good, *spare; /* the net before this epoch; room for a sample */
    int epoch, halvings;
    long parent; /* that waits for the result */
    float *scores;
};

static double rate_at(const struct session *s, int64_t sample)
{
    double rate = ldexp(s->run->rate, -s->halvings);
    return s->run->cosine ? rate * 0.5 * (1 + cos(3.14159265358979 * (double)sample / (double)s->result->total)) : rate;
}

static bool augments(const struct augmentation *a)
{
    return a->flip || a->shift || a->crop || a->light || a->noise;
}

/* Sample `at` of the epoch as number i of a chunk. */
static void put_sample(struct session *s, int at, int i)
{
    const struct learn_run *run = s->run;
    const struct dataset *data = run->learn.data;
    const struct train *train = &run->product->spec->train;
    int n = run->learn.sample[s->order[at]];
    int64_t seen = (int64_t)s->epoch * run->learn.count + at;
    void *sample = worker_sample(s->worker, i);
    struct run_step *step = &s->worker->step[i];
    sample_put(&run->product->spec->input, &data->x, n, sample);
    if (augments(&run->augment)) {
        uint64_t state = hash_word(hash_word(hash_word(HASH_START, run->seed), (uint32_t)s->epoch), (uint32_t)n);
        augment(&run->augment, &run->product->spec->input, sample, s->spare, &state);
    }
    step->label = data->labels ? data->labels[n] : 0;
    step->rate = seen % train->batch == 0 ? (float)rate_at(s, seen) : -1;
    step->loss = 0;
    if (train->loss == LOSS_MSE)
        target_put(data, &run->product->spec->input, n, sample,
                   s->worker->targets + (size_t)i * s->worker->sizes.classes, s->result->outputs);
}

/* The tensor whose largest value is the largest of all, or not finite. */
static void name_tensor(const struct session *s, char *name, size_t size)
{
    const struct graph *g = s->run->product->graph;
    double most = -1;
    for (int i = 0; i < g->nval; i++) {
        const struct val *v = g->val[i];
        if (v->role != ROLE_TRAINED || v->type != F32)
            continue;
        for (int64_t k = 0; k < v->c; k++) {
            float value;
            memcpy(&value, s->worker->net + net_offset(g, v) + 4 * k, sizeof value);
            double size_of_it = isfinite(value) ? fabs((double)value) : INFINITY;
            if (size_of_it > most) {
                most = size_of_it;
                snprintf(name, size, "%s", v->param->name);
            }
        }
    }
}

/* The step `at` of the epoch was not finite: where, and back to what was good, with half the rate. */
static bool turn_back(struct session *s, int at, double loss)
{
    struct run_result *r = s->result;
    if (r->troubles < RUN_TROUBLES) {
        struct run_trouble *t = &r->trouble[r->troubles];
        *t = (struct run_trouble){.epoch = s->epoch, .sample = s->run->learn.sample[s->order[at]]};
        t->rate = rate_at(s, (int64_t)s->epoch * s->run->learn.count + at);
        t->loss = !isfinite(loss);
        name_tensor(s, t->tensor, sizeof t->tensor);
    }
    r->troubles++;
    memcpy(s->worker->net, s->good, s->worker->sizes.net);
    return ++s->halvings < MOST_HALVINGS;
}

enum attempt { ATTEMPT_DONE, ATTEMPT_AGAIN, ATTEMPT_ENDED };

static enum attempt attempt_epoch(struct session *s)
{
    struct run_result *r = s->result;
    int count = s->run->learn.count;
    double sum = 0;
    memcpy(s->good, s->worker->net, s->worker->sizes.net);
    for (int at = 0; at < count; at += RUN_CHUNK) {
        int chunk = count - at < RUN_CHUNK ? count - at : RUN_CHUNK, done;
        if ((long)getppid() != s->parent)
            return ATTEMPT_ENDED; /* it was ended: nobody waits */
        for (int i = 0; i < chunk; i++)
            put_sample(s, at + i, i);
        double before = s->worker->seconds;
        int status = worker_do(s->worker, RUN_TRAIN, chunk, &done);
        r->seconds += s->worker->seconds - before;
        if (status == WORKER_ENDED)
            return ATTEMPT_ENDED;
        if (status)
            return turn_back(s, at + done - 1, (double)s->worker->step[done - 1].loss) ? ATTEMPT_AGAIN : ATTEMPT_ENDED;
        for (int i = 0; i < chunk; i++)
            sum += (double)s->worker->step[i].loss;
        r->samples = (int64_t)s->epoch * count + at + chunk;
        r->loss = sum / (at + chunk);
    }
    r->epoch[s->epoch].loss = sum / count;
    return ATTEMPT_DONE;
}

static struct quality measured(struct session *s, struct subset part)
{
    struct quality none = {NAN, NAN, NAN};
    if (!part.data || !run_scores(s->worker, s->run->product, part, s->scores))
        return none;
    return measure_scores(s->mem, part, &s->run->product->spec->input, s->scores, s->result->outputs);
}

/* False where the process ended, or where no rate is small enough.  An epoch with a step that was not finite is begun again:
 * what came shortly before such a step is seldom good. */
static bool train_epoch(struct session *s, uint64_t *seed)
{
    struct run_result *r = s->result;
    enum attempt attempt;
    shuffle(s->order, s->run->learn.count, seed);
    do
        attempt = attempt_epoch(s);
    while (attempt == ATTEMPT_AGAIN);
    if (attempt == ATTEMPT_ENDED)
        return false;
    r->epochs = s->epoch + 1;
    r->rate = ldexp(s->run->rate, -s->halvings);
    r->epoch[s->epoch].accuracy = measured(s, s->run->validation.data ? s->run->validation : s->run->test).accuracy;
    return !s->worker->why;
}

static void save(struct session *s)
{
    struct run_result *r = s->result;
    if (!r->save || worker_do(s->worker, RUN_SAVE, 0, NULL))
        return;
    r->saved = s->worker->sizes.save <= r->saved ? s->worker->sizes.save : 0;
    memcpy(r->save, s->worker->save, r->saved);
    memcpy(r->net, s->worker->net, (size_t)s->run->product->plan->net);
}

/* With factory values, or where a save has come to. */
static bool begin(struct session *s)
{
    worker_init(s->worker);
    if (!s->run->start)
        return true;
    memcpy(s->worker->save, s->run->start, s->worker->sizes.save);
    return !worker_do(s->worker, RUN_LOAD, 0, NULL);
}

static void work(struct session *s)
{
    const struct learn_run *run = s->run;
    struct run_result *r = s->result;
    uint64_t seed = run->seed;
    if (!begin(s))
        return;
    r->before = measured(s, judged(run));
    bool fine = !s->worker->why;
    for (s->epoch = 0; fine && s->epoch < run->epochs; s->epoch++)
        fine = train_epoch(s, &seed);
    if (s->worker->why)
        return;
    r->validation = measured(s, run->validation);
    r->after = measured(s, judged(run));
    memcpy(r->scores, s->scores, sizeof *r->scores * (size_t)judged(run).count * (size_t)r->outputs);
    save(s);
    r->end = fine && !s->worker->why ? RUN_FINISHED : RUN_FAILED;
}

bool run_do(struct arena *mem, struct diag *d, const struct learn_run *run, struct run_result *result)
{
    struct session s = {.mem = mem, .run = run, .result = result, .parent = (long)getppid()};
    int most = run->test.count > run->validation.count ? run->test.count : run->validation.count;
    s.worker = worker_start(mem, d, run->program, run->product);
    if (!s.worker) {
        result->end = RUN_FAILED;
        return false;
    }
    s.order = NEW_ARRAY(mem, int, run->learn.count + 1);
    for (int i = 0; i < run->learn.count; i++)
        s.order[i] = i;
    s.good = arena_alloc(mem, s.worker->sizes.net);
    s.spare = arena_alloc(mem, s.worker->sizes.input);
    s.scores = NEW_ARRAY(mem, float, (int64_t)most * result->outputs + 1);
    result->end = RUN_FAILED;
    work(&s);
    worker_close(s.worker);
    return result->end == RUN_FINISHED;
}
