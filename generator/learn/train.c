/* SPDX-License-Identifier: MIT */
/* train: the emitted code, compiled here, on a data set; once for each seed. */
#include "base/screen.h"
#include "learn/team.h"
#include "learn/trial.h"
#include "learn/twins.h"
#include "saves/saves.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

static int classes_of(const struct product *p)
{
    return p->graph->scores->h * p->graph->scores->w * p->graph->scores->c;
}

/* ---- what is asked for ---- */

static int usage(const char *words)
{
    wrap_put(stderr, 4, "tinytl-gen: %s", words);
    return EXIT_USAGE;
}

static int read_options(struct trial *t)
{
    const struct train_options *how = t->how;
    if (!how->train || (!how->test && how->validate <= 0 && !how->nearest_mean))
        return usage("train needs --train DATA and --test DATA, or --validate 0.2");
    if (how->validate >= 1)
        return usage("--validate is the share of the training data that is held back: less than 1");
    if (how->false_alarms >= 1)
        return usage("--false-alarms is a share of the normal samples: less than 1");
    if (how->augment && !augmentation_read(how->augment, &t->augment))
        return usage("--augment: some of flip,shift,crop,light,noise");
    return EXIT_DONE;
}

static bool can_train(struct diag *d, const struct product *p)
{
    if (!p->spec->train.given)
        diag_error(d, (struct loc){p->spec->path, 0}, NULL, "for example: train { update = \"*.bias\" }",
                   "train needs a spec with train { ... }");
    return p->spec->train.given;
}

/* ---- data ---- */

static bool right_classes(struct diag *d, const struct product *p, const struct dataset *data, const char *source)
{
    int used = classes_of(p) - p->graph->classes.spare;
    if (data->task != DECODED_CLASSES || data->classes <= used)
        return true;
    bool from_one = !data->named && data->of_class[0] == 0 && data->classes == used + 1;
    diag_error(d, (struct loc){source, 0}, NULL,
               from_one ? "classes count from 0, and no sample is of class 0: save labels - 1"
                        : "give the last layer as many outputs as there are classes",
               "%d classes, but the network has %d scores", data->classes, used);
    return false;
}

/* A class so large that the accuracy says little of all others. */
static void warn_of_uneven(struct diag *d, const char *source, const struct dataset *data, int present)
{
    int most = 0;
    for (int i = 0; i < data->classes; i++)
        most = data->of_class[i] > data->of_class[most] ? i : most;
    double share = (double)data->of_class[most] / data->x.count;
    if (present > 1 && share > 0.8)
        diag_warn(d, (struct loc){source, 0}, NULL, "the table of classes shows the others",
                  "%.0f %% of the samples are of class \"%s\": who always says so has that accuracy", 100 * share,
                  data->class_name[most]);
}

/* Classes that cannot be learnt, or hardly. */
static void warn_of_classes(struct diag *d, const struct train_options *t, const struct dataset *train,
                            const struct dataset *test)
{
    struct loc at = {t->train, 0};
    int present = 0;
    if (train->task != DECODED_CLASSES)
        return;
    for (int i = 0; i < train->classes; i++)
        present += train->of_class[i] > 0;
    if (present == 1)
        diag_warn(d, at, NULL, "add samples of what it is not, as another class",
                  "all samples are of one class: nothing can be told apart, and the accuracy says nothing");
    warn_of_uneven(d, t->train, train, present);
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

static struct dataset *read_one(struct trial *t, const char *source, bool learnt)
{
    const struct val *scores = t->product->graph->scores;
    struct data_request ask = {.source = source,
                               .outputs = {scores->h, scores->w, scores->c},
                               .in = &t->product->spec->input,
                               .task = data_task(t->product->spec, t->how->train),
                               .learnt = learnt,
                               .hop = t->options->hop,
                               .group = learnt ? t->how->group : NULL}; /* groups part what is learnt from */
    struct dataset *data =
        t->how->cache ? dataset_cached(t->mem, t->d, &ask, t->how->cache) : dataset_read(t->mem, t->d, &ask);
    bool fits =
        data && right_classes(t->d, t->product, data, source) && input_takes(t->d, t->product->spec, &data->x, source);
    return fits ? data : NULL;
}

/* What is told apart is measured against what is normal. */
static bool has_normal(struct trial *t)
{
    const struct dataset *tested = t->tested;
    if (!tested || tested->task != DECODED_ANOMALY || (tested->normal >= 0 && tested->of_class[tested->normal]))
        return true;
    diag_error(t->d, (struct loc){t->how->test, 0}, NULL, "a sub-folder \"normal\", or labels of 0",
               "nothing of --test is normal");
    return false;
}

/* What the accuracy will not say, if so many samples are held back. */
static void warn_of_held(struct trial *t, int held)
{
    if (t->how->group && t->how->validate <= 0)
        diag_warn(t->d, (struct loc){t->how->group, 0}, NULL, "--validate 0.25 holds back whole groups",
                  "groups are for what is held back, and nothing is");
    if (t->data->task != DECODED_CLASSES || !held)
        return;
    if (!t->data->groups)
        warn_of_twins(t->d, t->how->train, &t->data->x);
    warn_of_few(t->d, t->how->train, held);
}

/* False after messages. */
static bool read_data(struct trial *t)
{
    const struct train_options *how = t->how;
    if (!(t->data = read_one(t, how->train, true)))
        return false;
    t->tested = how->test ? read_one(t, how->test, false) : NULL;
    if (how->test && (!t->tested || !has_normal(t) || !dataset_match(t->d, t->data, t->tested, how->test)))
        return false;
    warn_of_classes(t->d, how, t->data, t->tested ? t->tested : t->data);
    t->learn = subset_all(t->mem, t->data);
    if (t->tested)
        t->test = subset_all(t->mem, t->tested);
    if (t->tested && t->data->task == DECODED_CLASSES && strcmp(how->train, how->test) != 0) /* else it is meant so */
        warn_of_known(t->d, how->test, &t->data->x, &t->tested->x);
    if (how->validate > 0 &&
        !subset_split(t->d, t->data, how->validate, t->options->request.seed, &t->learn, &t->validation))
        return false;
    warn_of_held(t, t->validation.count);
    return true;
}

/* ---- results ---- */

/* The share of the class that most samples are of: what is right by always saying so. */
static double commonest(struct subset part)
{
    const struct dataset *data = part.data;
    int *of_class = NEW_ARRAY(data->mem, int, data->classes + 1), most = 0;
    for (int i = 0; i < part.count; i++)
        of_class[data->labels[part.sample[i]]]++;
    for (int i = 0; i < data->classes; i++)
        most = of_class[i] > most ? of_class[i] : most;
    return (double)most / part.count;
}

/* A loss that grew beyond that of guessing, or an accuracy that any guess has: with what to do.  Two standard errors
 * are within chance. */
static void warn_of_result(const struct trial *t, const struct figures *f)
{
    double chance = commonest(f->part), error = sqrt(chance * (1 - chance) / f->part.count);
    double last = f->epoch[t->how->epochs - 1].loss, guessing = log(fmax(2, classes_of(t->product)));
    double after = spread_of(f->accuracy, f->runs).mean;
    struct loc at = {t->product->spec->path, 0};
    if (chance >= 1)
        return;
    if (last > 1.2 * guessing && f->rate > 0)
        diag_warn(t->d, at, NULL, arena_format(t->mem, "try a smaller rate: --rate %.2g, or --rate auto", f->rate / 10),
                  "the loss ends at %.3g, worse than guessing (%.3g): with rate %g training does not settle", last,
                  guessing, f->rate);
    else if (after <= chance + 2 * error)
        diag_warn(t->d, at, NULL,
                  f->rate > 0
                      ? arena_format(t->mem,
                                     "more --epochs, --rate auto, %.2g or %.2g, or more of the network in update",
                                     f->rate * 5, f->rate / 5)
                      : "the rate is 0: nothing is learnt",
                  "the accuracy after training, %.1f %%, may be chance: always naming the commonest class gives %.1f "
                  "+- %.1f %%",
                  100 * after, 100 * chance, 100 * error);
}

/* What was not finite; and whether any run came to its end: else the exit code. */
static int judge_runs(struct trial *t)
{
    int well = 0, given_up = 0;
    for (int k = 0; k < t->how->seeds; k++) {
        const struct run_result *r = t->result[k];
        struct loc at = {t->product->spec->path, 0};
        well += t->well[k];
        if (r->troubles > 0)
            diag_warn(t->d, at, NULL, r->troubles > 1 ? arena_format(t->mem, "it was so %d times", r->troubles) : NULL,
                      "%s", trouble_text(t->mem, r, t->data));
        if (t->well[k] || !r->troubles || r->end != RUN_FAILED)
            continue;
        given_up++;
        diag_error(t->d, at, NULL, "--rate auto finds one",
                   "not finite at sample after sample: try a much smaller rate than %g", t->run[k].rate);
    }
    return well ? EXIT_DONE : given_up ? EXIT_BAD_INPUT : EXIT_IO;
}

/* ---- the command ---- */

/* The runs of all seeds; the first has the trial's product. */
static bool make_runs(struct trial *t, int *code)
{
    int seeds = t->how->seeds;
    t->run = NEW_ARRAY(t->mem, struct learn_run, seeds);
    t->result = NEW_ARRAY(t->mem, struct run_result *, seeds);
    t->well = NEW_ARRAY(t->mem, bool, seeds);
    for (int i = 0; i < seeds; i++) {
        unsigned seed = t->options->request.seed + (unsigned)i;
        struct product *p = t->product;
        struct executable *e = t->program;
        if (i > 0 && !trial_make(t, &t->optimizer, seed, &p, &e, code))
            return false;
        t->run[i] = trial_run(t, p, e, seed);
        if (t->how->from && !(t->run[i].start = saved_start(t->mem, t->d, p, t->how->from))) {
            *code = EXIT_BAD_INPUT;
            return false;
        }
        if (!(t->result[i] = run_result_new(t->mem, t->d, &t->run[i]))) {
            *code = EXIT_IO;
            return false;
        }
    }
    return true;
}

/* The optimiser and the rate, as they were said or are found. */
static bool settle_rate(struct trial *t, int *code)
{
    const struct train_options *how = t->how;
    const struct optimizer *spec = &t->product->spec->train.optimizer;
    bool every = how->optimizer && !strcmp(how->optimizer, "auto");
    t->optimizer = how->optimizer && !every ? optimizer_named(spec, how->optimizer) : *spec;
    bool other = strcmp(optimizer_word(&t->optimizer), optimizer_word(spec)) != 0; /* its rate is not the spec's */
    if (how->rate == RATE_AUTO || every || (other && how->rate < 0))
        return search(t, &t->optimizer.rate, code);
    if (how->rate >= 0)
        t->optimizer.rate = how->rate;
    return trial_make(t, &t->optimizer, t->options->request.seed, &t->product, &t->program, code);
}

static int run_and_report(struct trial *t)
{
    const struct reporting *report = &t->options->report;
    int code = EXIT_DONE;
    struct output *file = report_open(t->d, report);
    if (!file)
        return EXIT_IO;
    if (!settle_rate(t, &code) || !make_runs(t, &code))
        return code;
    if (t->chosen && !report->quiet)
        wrap_put(stderr, 4, "tinytl-gen: %s", t->chosen);
    runs_do(t->d, t->run, t->result, t->well, t->how->seeds, t->how->jobs, show_progress, t);
    if ((code = judge_runs(t)))
        return code;
    if (t->how->save && !keep_learnt(t))
        return EXIT_IO;
    struct figures f = figures_of(t);
    if (report->quiet && !report->file)
        ; /* nothing is wanted */
    else if (report_is(report, "json"))
        report_train_json(t, output_stream(file));
    else if (report_is(report, "svg"))
        report_train_svg(t, output_stream(file));
    else if (report_is(report, "html"))
        report_train_page(t, output_stream(file));
    else
        report_train_text(t, output_stream(file));
    fflush(stdout); /* what is said of the result comes behind it */
    if (t->data->task == DECODED_CLASSES)
        warn_of_result(t, &f);
    else
        warn_of_numbers(t);
    return report_close(t->d, report, file) ? EXIT_DONE : EXIT_IO;
}

bool learn_reads(struct arena *mem, struct diag *d, const struct host_options *o, const struct train_options *how,
                 struct product *p)
{
    struct trial t = {.mem = mem, .d = d, .options = o, .how = how, .product = p, .own = p->spec};
    return read_data(&t);
}

int learn_train(struct arena *mem, struct diag *d, const struct host_options *o, const struct train_options *how)
{
    struct trial t = {.mem = mem, .d = d, .options = o, .how = how};
    int code = read_options(&t);
    if (code)
        return code;
    if (!trial_make(&t, NULL, o->request.seed, &t.product, &t.program, &code))
        return code;
    t.own = t.product->spec;
    if (!can_train(d, t.product) || !read_data(&t))
        return EXIT_BAD_INPUT;
    if (how->nearest_mean)
        return nearest_mean(&t);
    if (!(t.folder = how->cache ? how->cache : temporary_folder(mem, d)))
        return EXIT_IO;
    t.bar = isatty(STDERR_FILENO) && !o->report.quiet;
    code = run_and_report(&t);
    if (!how->cache)
        folder_remove(mem, t.folder);
    return code;
}
