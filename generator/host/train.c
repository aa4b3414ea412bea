/* SPDX-License-Identifier: MIT */
/* train: the emitted code, compiled here, on a data set. */
#include "base/screen.h"
#include "data/data.h"
#include "host/host.h"
#include "host/library.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct session {
    struct arena *mem;
    const struct host_options *options;
    const struct train_options *how;
    const struct product *product;
    struct worker *worker;
    void *image;
    int *order;
    double rate, seconds;
    int64_t samples, total; /* seen, and to be seen */
    double *curve;          /* mean loss of each epoch */
    bool bar;
};

static void load_image(const struct session *s, const struct dataset *data, int n)
{
    sample_put(&s->product->spec->input, &data->x, n, s->image);
}

static int classes_of(const struct product *p)
{
    return p->graph->scores->h * p->graph->scores->w * p->graph->scores->c;
}

static double accuracy(struct session *s, const struct dataset *data)
{
    int classes = classes_of(s->product), right = 0;
    float *scores = NEW_ARRAY(s->mem, float, classes);
    for (int n = 0; n < data->x.count; n++) {
        int best = 0;
        load_image(s, data, n);
        worker_predict(s->worker, s->image, scores);
        for (int i = 1; i < classes; i++)
            if (scores[i] > scores[best])
                best = i;
        right += best == data->labels[n];
    }
    return (double)right / data->x.count;
}

/* ---- progress ---- */

static void show_bar(const struct session *s, double loss)
{
    enum { MOST = 30, WORDS = 32 };
    if (!s->bar)
        return;
    int width = screen_width(stderr) - WORDS;
    width = width > MOST ? MOST : width;
    int filled = (int)(s->samples * width / s->total);
    fprintf(stderr, "\r  [%.*s%*s] %3d %%  loss %.3g ", filled, "##############################", width - filled, "",
            (int)(100 * s->samples / s->total), loss);
    if (s->samples == s->total)
        fputs("\r\033[K", stderr);
    fflush(stderr);
}

/* ---- training ---- */

static void shuffle(int *order, int count, uint64_t *seed)
{
    for (int i = count - 1; i > 0; i--) {
        *seed = *seed * 6364136223846793005u + 1442695040888963407u;
        int k = (int)((*seed >> 33) % (uint64_t)(i + 1)), t = order[i];
        order[i] = order[k];
        order[k] = t;
    }
}

static void set_rate(struct session *s)
{
    double progress = (double)s->samples / (double)s->total;
    bool cosine = !strcmp(s->how->schedule, "cosine");
    s->worker->step[0].rate = (float)(cosine ? s->rate * 0.5 * (1 + cos(3.14159265358979 * progress)) : s->rate);
}

static bool train_epoch(struct session *s, const struct dataset *data, int epoch, uint64_t *seed)
{
    double sum = 0;
    clock_t start = clock();
    int batch = s->product->spec->train.batch;
    shuffle(s->order, data->x.count, seed);
    for (int i = 0; i < data->x.count; i++) {
        float loss = 0;
        if (s->samples % batch == 0)
            set_rate(s);
        load_image(s, data, s->order[i]);
        if (worker_train(s->worker, s->image, data->labels[s->order[i]], NULL, &loss)) {
            fputs(s->bar ? "\n" : "", stderr);
            wrap_put(stderr, 4,
                     "tinytl-gen: the loss or a gradient is not finite at sample %lld: try a smaller rate than %g",
                     (long long)s->samples, s->rate);
            return false;
        }
        sum += (double)loss;
        s->samples++;
        if (i % 50 == 0 || s->samples == s->total)
            show_bar(s, sum / (i + 1));
    }
    s->seconds += (double)(clock() - start) / CLOCKS_PER_SEC;
    s->curve[epoch] = sum / data->x.count;
    return true;
}

/* ---- report ---- */

static void report(const struct session *s, double before, double after, FILE *out)
{
    const struct plan *q = s->product->device;
    double each = s->seconds / (double)(s->samples ? s->samples : 1);
    if (report_is(&s->options->report, "json")) {
        cJSON *root = cJSON_CreateObject();
        cJSON_AddNumberToObject(root, "accuracy_before", before);
        cJSON_AddNumberToObject(root, "accuracy_after", after);
        cJSON_AddNumberToObject(root, "seconds_per_sample", each);
        cJSON_AddItemToObject(root, "curve", cJSON_CreateDoubleArray(s->curve, s->how->epochs));
        cJSON *ram = cJSON_AddObjectToObject(root, "ram");
        cJSON_AddNumberToObject(ram, "net", (double)q->net);
        cJSON_AddNumberToObject(ram, "scratch_train", (double)q->scratch_train);
        cJSON_AddNumberToObject(ram, "stack", (double)q->stack);
        cJSON_AddNumberToObject(ram, "total", (double)q->total);
        char *text = cJSON_Print(root);
        fprintf(out, "%s\n", text);
        cJSON_free(text);
        cJSON_Delete(root);
        return;
    }
    struct text curve = text_new(s->mem);
    for (int i = 0; i < s->how->epochs; i++)
        text_put(&curve, s->curve[i] < 1e6 ? " %.4f" : " %.4g", s->curve[i]);
    fprintf(out, "accuracy_before %.4f\naccuracy_after %.4f\nseconds_per_sample %.6f\n", before, after, each);
    wrap_put(out, 6, "curve%s", curve.at);
    wrap_put(out, 4, "ram net %lld scratch %lld stack %lld total %lld", (long long)q->net, (long long)q->scratch_train,
             (long long)q->stack, (long long)q->total);
}

static bool right_classes(struct diag *d, const struct product *p, const struct dataset *data, const char *source)
{
    if (data->classes <= classes_of(p))
        return true;
    diag_error(d, (struct loc){source, 0}, NULL, "give the last layer as many outputs as there are classes",
               "%d classes, but the network has %d scores", data->classes, classes_of(p));
    return false;
}

/* Classes that cannot be learnt, or hardly. */
static void warn_of_classes(struct diag *d, const struct train_options *t, const struct dataset *train,
                            const struct dataset *test)
{
    struct loc at = {t->train, 0};
    int present = 0;
    for (int i = 0; i < train->classes; i++)
        present += train->of_class[i] > 0;
    if (present == 1)
        diag_warn(d, at, NULL, "add samples of what it is not, as another class",
                  "all samples are of one class: nothing can be told apart, and the accuracy says nothing");
    for (int i = 0; i < train->classes || i < test->classes; i++) {
        int learnt = i < train->classes ? train->of_class[i] : 0, tested = i < test->classes ? test->of_class[i] : 0;
        const char *name = i < train->classes ? train->class_name[i] : test->class_name[i];
        if (learnt == 1 && present > 1)
            diag_warn(d, at, NULL, "ten or more are usual", "class \"%s\" has one sample to learn from", name);
        else if (!learnt && tested)
            diag_warn(d, at, NULL, arena_format(d->mem, "%s has %d of them", t->test, tested),
                      "class \"%s\" has no sample to learn from", name);
    }
}

/* The share of the class that most samples are of: what is right by always saying so. */
static double commonest(const struct dataset *data)
{
    int most = 0;
    for (int i = 0; i < data->classes; i++)
        most = data->of_class[i] > most ? data->of_class[i] : most;
    return (double)most / data->x.count;
}

/* A loss that grew beyond that of guessing, or an accuracy that any guess has: with what to do.  Two standard errors
 * are within chance. */
static void warn_of_result(const struct session *s, struct diag *d, const struct dataset *test, double after)
{
    double chance = commonest(test), error = sqrt(chance * (1 - chance) / test->x.count);
    double last = s->curve[s->how->epochs - 1], guessing = log(fmax(2, classes_of(s->product)));
    struct loc at = {s->product->spec->path, 0};
    if (chance >= 1)
        return;
    if (last > 1.2 * guessing)
        diag_warn(d, at, NULL, arena_format(d->mem, "try a smaller rate: --rate %.2g", s->rate / 10),
                  "the loss ends at %.3g, worse than guessing (%.3g): with rate %g training does not settle", last,
                  guessing, s->rate);
    else if (after <= chance + 2 * error)
        diag_warn(d, at, NULL,
                  s->rate > 0
                      ? arena_format(d->mem, "more --epochs, --rate %.2g or %.2g, or more of the network in update",
                                     s->rate * 5, s->rate / 5)
                      : "the rate is 0: nothing is learnt",
                  "the accuracy after training, %.1f %%, is no better than always naming the commonest class, %.1f %%",
                  100 * after, 100 * chance);
}

static bool can_train(struct arena *mem, struct diag *d, const struct product *p)
{
    if (!p->spec->train.given)
        diag_error(d, (struct loc){p->spec->path, 0}, NULL, "for example: train { update = \"*.bias\" }",
                   "train needs a spec with train { ... }");
    else if (p->spec->train.loss != LOSS_SOFTMAX_CROSS_ENTROPY)
        diag_error(d, p->spec->train.loc, "loss",
                   arena_format(mem,
                                "generate the C, and call %s_train(net, scratch, input, target, &loss) with data of "
                                "your own",
                                p->spec->name),
                   "train measures how many samples get the right class, and feeds labels: it needs the loss "
                   "softmax_cross_entropy");
    else
        return true;
    return false;
}

/* The data that are trained and tested on; false after messages. */
static bool read_data(struct diag *d, const struct host_options *o, const struct train_options *t,
                      const struct product *p, struct dataset **train, struct dataset **test)
{
    struct data_request ask = {
        .source = t->train, .in = &p->spec->input, .learnt = true, .hop = o->hop, .group = t->group};
    ask.task = data_task(p->spec, t->train);
    *train = dataset_read(d->mem, d, &ask);
    ask.source = t->test;
    ask.learnt = false;
    ask.group = NULL; /* groups keep apart what is learnt from and what is validated with */
    *test = dataset_read(d->mem, d, &ask);
    if (!*train || !*test || !dataset_match(d, *train, *test, t->test) || !right_classes(d, p, *train, t->train) ||
        !right_classes(d, p, *test, t->test) || !input_takes(d, p->spec, &(*train)->x, t->train) ||
        !input_takes(d, p->spec, &(*test)->x, t->test))
        return false;
    warn_of_classes(d, t, *train, *test);
    return true;
}

int host_train(struct arena *mem, struct diag *d, const struct host_options *o, const struct train_options *t)
{
    int code = EXIT_DONE;
    if (!t->train || !t->test) {
        fprintf(stderr, "tinytl-gen: train needs --train DATA and --test DATA\n");
        return EXIT_USAGE;
    }
    struct product *p = generate(mem, d, &o->request, &(struct variant){.batch = t->batch, .on_host = true}, &code);
    if (!p)
        return code;
    struct dataset *train, *test;
    if (!can_train(mem, d, p) || !read_data(d, o, t, p, &train, &test))
        return EXIT_BAD_INPUT;
    struct output *file = report_open(d, &o->report);
    if (!file)
        return EXIT_IO;
    struct session s = {.mem = mem, .options = o, .how = t, .product = p};
    s.worker = worker_of(mem, d, p, (struct compiling){.cc = o->cc});
    if (!s.worker)
        return EXIT_IO;
    s.image = arena_alloc(mem, (size_t)val_bytes(p->graph->input) + 16);
    s.order = NEW_ARRAY(mem, int, train->x.count);
    s.curve = NEW_ARRAY(mem, double, t->epochs + 1);
    s.total = (int64_t)train->x.count * t->epochs;
    s.rate = t->rate >= 0 ? t->rate : p->spec->train.optimizer.rate;
    s.bar = isatty(STDERR_FILENO) && !o->report.quiet;
    for (int i = 0; i < train->x.count; i++)
        s.order[i] = i;
    worker_init(s.worker);
    double before = accuracy(&s, test);
    uint64_t seed = o->request.seed;
    for (int e = 0; e < t->epochs; e++)
        if (!train_epoch(&s, train, e, &seed))
            return EXIT_BAD_INPUT;
    double after = accuracy(&s, test);
    report(&s, before, after, output_stream(file));
    fflush(stdout); /* what is said of the result comes behind it */
    warn_of_result(&s, d, test, after);
    worker_close(s.worker);
    return report_close(d, &o->report, file) ? EXIT_DONE : EXIT_IO;
}
