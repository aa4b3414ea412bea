/* train: the emitted code, compiled here, on a data set. */
#include "base/screen.h"
#include "host/data.h"
#include "host/host.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct session {
    struct arena *mem;
    const struct cli *cli;
    const struct product *product;
    struct library *lib;
    void *image;
    int *order;
    double rate, seconds;
    int64_t samples, total; /* seen, and to be seen */
    double *curve;          /* mean loss of each epoch */
    bool bar;
};

static void load_image(const struct session *s, const struct dataset *data, int n)
{
    const struct input *in = &s->product->spec->input;
    int64_t each = (int64_t)data->h * data->w * data->c;
    const uint8_t *pixel = data->images + n * each;
    for (int64_t i = 0; i < each; i++)
        if (in->type == INPUT_FLOAT32)
            ((float *)s->image)[i] = (float)((pixel[i] - in->zero_point) * in->scale);
        else if (in->type == INPUT_INT8)
            ((int8_t *)s->image)[i] = (int8_t)(pixel[i] - 128);
        else
            ((uint8_t *)s->image)[i] = pixel[i];
}

static int classes_of(const struct product *p)
{
    return p->graph->scores->h * p->graph->scores->w * p->graph->scores->c;
}

static double accuracy(struct session *s, const struct dataset *data)
{
    int classes = classes_of(s->product), right = 0;
    float *scores = NEW_ARRAY(s->mem, float, classes);
    for (int n = 0; n < data->count; n++) {
        int best = 0;
        load_image(s, data, n);
        s->lib->predict(s->lib->net, s->lib->scratch, s->image, scores);
        for (int i = 1; i < classes; i++)
            if (scores[i] > scores[best])
                best = i;
        right += best == data->labels[n];
    }
    return (double)right / data->count;
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
    bool cosine = !strcmp(s->cli->schedule, "cosine");
    s->lib->set_rate(s->lib->net, (float)(cosine ? s->rate * 0.5 * (1 + cos(3.14159265358979 * progress)) : s->rate));
}

static bool train_epoch(struct session *s, const struct dataset *data, int epoch, uint64_t *seed)
{
    double sum = 0;
    clock_t start = clock();
    int batch = s->product->spec->train.batch;
    shuffle(s->order, data->count, seed);
    for (int i = 0; i < data->count; i++) {
        float loss = 0;
        if (s->samples % batch == 0)
            set_rate(s);
        load_image(s, data, s->order[i]);
        if (s->lib->train(s->lib->net, s->lib->scratch, s->image, data->labels[s->order[i]], &loss)) {
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
    s->curve[epoch] = sum / data->count;
    return true;
}

/* ---- report ---- */

static void report(const struct session *s, double before, double after, FILE *out)
{
    const struct plan *q = s->product->plan;
    double each = s->seconds / (double)(s->samples ? s->samples : 1);
    if (s->cli->report && !strcmp(s->cli->report, "json")) {
        cJSON *root = cJSON_CreateObject();
        cJSON_AddNumberToObject(root, "accuracy_before", before);
        cJSON_AddNumberToObject(root, "accuracy_after", after);
        cJSON_AddNumberToObject(root, "seconds_per_sample", each);
        cJSON_AddItemToObject(root, "curve", cJSON_CreateDoubleArray(s->curve, s->cli->epochs));
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
    for (int i = 0; i < s->cli->epochs; i++)
        text_put(&curve, " %.4f", s->curve[i]);
    fprintf(out, "accuracy_before %.4f\naccuracy_after %.4f\nseconds_per_sample %.6f\n", before, after, each);
    wrap_put(out, 6, "curve%s", curve.at);
    wrap_put(out, 4, "ram net %lld scratch %lld stack %lld total %lld", (long long)q->net,
             (long long)q->scratch_train, (long long)q->stack, (long long)q->total);
}

static bool right_classes(struct diag *d, const struct product *p, const struct dataset *data, const char *source)
{
    if (data->classes <= classes_of(p))
        return true;
    diag_error(d, (struct loc){source, 0}, NULL, "give the last layer as many outputs as there are classes",
               "%d classes, but the network has %d scores", data->classes, classes_of(p));
    return false;
}

int host_train(struct arena *mem, struct diag *d, struct cli *cli, generate_function *generate)
{
    int code = EXIT_DONE;
    if (!cli->train_data || !cli->test_data) {
        fprintf(stderr, "tinytl-gen: train needs --train DATA and --test DATA\n");
        return EXIT_USAGE;
    }
    struct product *p = generate(mem, d, cli, &(struct variant){.batch = cli->batch}, &code);
    if (!p)
        return code;
    if (!p->spec->train.given) {
        diag_error(d, (struct loc){cli->file[0], 0}, NULL, "for example: train { update = \"*.bias\" }",
                   "train needs a spec with train { ... }");
        return EXIT_BAD_INPUT;
    }
    if (p->spec->train.loss != LOSS_SOFTMAX_CROSS_ENTROPY) {
        diag_error(d, p->spec->train.loc, "loss",
                   arena_format(mem,
                                "generate the C, and call %s_train(net, scratch, input, target, &loss) with data of "
                                "your own",
                                p->spec->name),
                   "train measures how many samples get the right class, and feeds labels: it needs the loss "
                   "softmax_cross_entropy");
        return EXIT_BAD_INPUT;
    }
    const struct shape *in = &p->spec->input.shape;
    struct dataset *train = dataset_read(mem, d, cli->train_data, in->h, in->w, in->c);
    struct dataset *test = dataset_read(mem, d, cli->test_data, in->h, in->w, in->c);
    if (!train || !test || !right_classes(d, p, train, cli->train_data) || !right_classes(d, p, test, cli->test_data))
        return EXIT_BAD_INPUT;
    struct output *o = report_open(d, cli);
    if (!o)
        return EXIT_IO;
    struct session s = {.mem = mem, .cli = cli, .product = p};
    s.lib = library_load(mem, d, p, cli->cc);
    if (!s.lib)
        return EXIT_IO;
    s.image = arena_alloc(mem, (size_t)val_bytes(p->graph->input) + 16);
    s.order = NEW_ARRAY(mem, int, train->count);
    s.curve = NEW_ARRAY(mem, double, cli->epochs + 1);
    s.total = (int64_t)train->count * cli->epochs;
    s.rate = cli->rate >= 0 ? cli->rate : p->spec->train.optimizer.rate;
    s.bar = isatty(STDERR_FILENO) && !cli->quiet;
    for (int i = 0; i < train->count; i++)
        s.order[i] = i;
    s.lib->init(s.lib->net);
    double before = accuracy(&s, test);
    uint64_t seed = cli->seed;
    for (int e = 0; e < cli->epochs; e++)
        if (!train_epoch(&s, train, e, &seed))
            return EXIT_BAD_INPUT;
    report(&s, before, accuracy(&s, test), output_stream(o));
    library_close(s.lib);
    return report_close(d, cli, o) ? EXIT_DONE : EXIT_IO;
}
