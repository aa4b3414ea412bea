/* SPDX-License-Identifier: MIT */
/* choose: the search, the test of what it found, and the spec that says so. */
#include "base/screen.h"
#include "choose/outcome.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEST_SEEDS = 3 };

#ifdef __x86_64__
enum { HOST_IS_X86_64 = 1 };
#else
enum { HOST_IS_X86_64 = 0 };
#endif

/* ---- preparation ---- */

/* The network with everything learning: its parameters, and the user's mistakes. */
static struct product *look(struct arena *mem, struct diag *d, const struct host_options *o)
{
    static struct update all = {.glob = "*", .inputs = 1, .outputs = 1};
    int code;
    struct request request = o->request;
    request.fastest = true;
    struct product *p = generate(
        mem, d, &request,
        &(struct variant){.update = &all, .nupdate = 1, .any_size = true, .plan_only = true, .norms_later = true},
        &code);
    if (!p)
        return NULL;
    if (!p->plan->train)
        diag_error(d, (struct loc){request.spec, 0}, NULL, "for example: train { update = \"*.bias\" }",
                   "choose needs a spec with train { ... }");
    else if (p->spec->train.loss == LOSS_MSE)
        diag_error(d, p->spec->train.loc, NULL,
                   "train --validate 0.25 says the loss of one way to learn; what-fits orders them without data",
                   "choose compares how often the right class is found: with the loss \"mse\" there is none");
    return d->errors ? NULL : p;
}

static bool make_state(struct diag *d, const char *state)
{
    if (!mkdir(state, 0777) || errno == EEXIST)
        return true;
    diag_error(d, (struct loc){state, 0}, NULL, "--state names another folder", "cannot make the folder: %s",
               file_error(errno));
    return false;
}

static char *absolute(struct arena *mem, const char *path)
{
    char folder[4096];
    if (*path == '/' || !getcwd(folder, sizeof folder))
        return arena_string(mem, path);
    return arena_format(mem, "%s/%s", folder, path);
}

static char *without_lua(struct arena *mem, const char *path)
{
    size_t length = strlen(path);
    bool lua = length > 4 && !strcmp(path + length - 4, ".lua");
    return arena_format(mem, "%.*s", (int)(lua ? length - 4 : length), path);
}

/* Where results are kept: signs.chosen.lua -> signs.chosen.state */
static const char *state_of(struct arena *mem, const struct choose_options *c)
{
    return c->state ? c->state : arena_format(mem, "%s.state", without_lua(mem, c->output));
}

/* For one level of x86-64, wherever a program is made: then all machines give the same bits. */
static const char *level_words(struct arena *mem, const struct train_options *t)
{
    const char *level = t->level ? t->level : HOST_IS_X86_64 ? "x86-64-v3" : NULL;
    return level ? arena_format(mem, " --level %s", shell_word(mem, level)) : "";
}

/* Options that all runs share: the data, and how their programs are made, for one level of x86-64 wherever they run. */
static const char *data_words(struct arena *mem, const struct host_options *o, const struct train_options *t,
                              const char *state)
{
    struct text w = text_new(mem);
    text_put(&w, "--train %s", shell_word(mem, t->train));
    if (t->group)
        text_put(&w, " --group %s", shell_word(mem, t->group));
    if (o->hop)
        text_put(&w, " --hop %d", o->hop);
    if (t->augment)
        text_put(&w, " --augment %s", shell_word(mem, t->augment));
    text_put(&w, " --any-size --schedule cosine --cc %s --patience %d --cache %s%s", shell_word(mem, o->cc),
             t->patience, shell_word(mem, state), level_words(mem, t));
    return w.at;
}

/* How sub-networks are calibrated: on what is learnt from, labels aside. */
static const char *sample_words(struct arena *mem, const struct host_options *o, const struct train_options *t)
{
    const char *arrays = strstr(t->train, ".npy,");
    int length = (int)(arrays ? (size_t)(arrays - t->train) + strlen(".npy") : strlen(t->train));
    struct text w = text_new(mem);
    text_put(&w, "--data %s --cc %s%s", shell_word(mem, arena_format(mem, "%.*s", length, t->train)),
             shell_word(mem, o->cc), level_words(mem, t));
    if (o->hop)
        text_put(&w, " --hop %d", o->hop);
    return w.at;
}

/* What the command line defines, as the lines of a spec. */
static const char *set_lines(struct arena *mem, const struct request *r)
{
    struct text t = text_new(mem);
    text_put(&t, "%s", "");
    for (int i = 0; i < r->ndefine; i++) {
        const struct option *o = &r->define[i];
        text_put(&t, o->kind == CHOICE_TEXT ? "set(\"%s\", \"%s\")\n" : "set(\"%s\", %s)\n", o->name, o->value);
    }
    return t.at;
}

/* ---- the test ---- */

/* A plan that is like the chosen one in all but what learns; one beyond the budget, too, may show what the budget costs. */
static struct candidate *control(struct race *r, const struct candidate *like, const char *what, struct way way)
{
    struct candidate *c = NEW(r->mem, struct candidate);
    *c = *like;
    c->what = what;
    c->floats = false;
    c->side = "";
    c->branch = NULL;
    c->runs = 0;
    c->way = way;
    return candidate_plan(r->d, r->base, c) ? c : NULL;
}

static struct way way_where(struct race *r, bool biases, bool all)
{
    const struct parts *p = r->plans.parts;
    double *part = NEW_ARRAY(r->mem, double, p->nparam + 1);
    for (int i = 0; i < p->nparam; i++)
        part[i] = all || p->kind[i] == PART_LAST || (biases && p->kind[i] == PART_BIAS);
    struct way w = {.part = part, .of_inputs = true};
    patterns_find(r->mem, &w, p);
    return w;
}

/* What what-fits would take: of the ways that fit the one with the greatest gain. */
static struct candidate *thumb(struct race *r, const struct candidate *like)
{
    struct ways ways = ways_find(r->mem, r->plans.parts);
    struct candidate *best = NULL;
    for (int i = 0; i < ways.count; i++) {
        if (best && ways.list[i].gain <= best->way.gain)
            continue;
        struct candidate *c = control(r, like, ways.list[i].what, ways.list[i]);
        best = c && c->fits ? c : best;
    }
    return best;
}

static bool test(struct race *r, struct outcome *c, const struct train_options *t)
{
    const struct candidate *like = c->chosen;
    c->control[CONTROL_CHOSEN] = NEW(r->mem, struct candidate);
    *c->control[CONTROL_CHOSEN] = *like;
    c->control[CONTROL_CHOSEN]->runs = 0;
    c->control[CONTROL_LAST] = control(r, like, "the last layer", way_where(r, false, false));
    c->control[CONTROL_BIAS] = control(r, like, "all biases", way_where(r, true, false));
    c->control[CONTROL_WHAT_FITS] = thumb(r, like);
    c->control[CONTROL_FULL] = control(r, like, "everything", way_where(r, true, true));
    const char *options = t->test ? arena_format(r->mem, "--test %s", shell_word(r->mem, t->test)) : NULL;
    for (int i = CONTROL_CHOSEN + 1; i < CONTROLS && options; i++)
        if (c->control[i] && !race_tune(r, c->control[i]))
            return false;
    for (int i = 0; i < CONTROLS && options; i++)
        if (c->control[i] && !race_test(r, c->control[i], options, TEST_SEEDS))
            return false;
    return true;
}

/* ---- the command ---- */

static bool ours(const char *start, size_t length)
{
    static const char mark[] = "-- Chosen by tinytl-gen";
    return length >= sizeof mark - 1 && !memcmp(start, mark, sizeof mark - 1);
}

/* The name by which a file of `output` calls the spec: both as the user wrote them, so that no folder of this machine gets
 * into what is written; only where they have no folder in common it is absolute. */
static const char *include_name(struct arena *mem, const char *spec, const char *output)
{
    const char *slash = strrchr(output, '/');
    if (*spec == '/' || !slash)
        return spec;
    size_t folder = (size_t)(slash - output) + 1;
    return strncmp(spec, output, folder) ? absolute(mem, spec) : spec + folder;
}

/* The chosen network's statistics of batch norms go beside its spec: signs.chosen.lua -> signs.chosen.norms.safetensors.  The
 * name by which the spec calls them; NULL after a message. */
static const char *write_norms(struct writing *w, struct arena *mem, const struct choose_options *o, const char *found)
{
    const char *path = arena_format(mem, "%s.norms.safetensors", without_lua(mem, o->output));
    const char *slash = strrchr(path, '/');
    size_t length = 0;
    const char *bytes = file_read(mem, found, &length);
    FILE *out = bytes && write_allowed(w->d, o->force, path, safetensors_is_ours) ? write_also(w, path) : NULL;
    if (!bytes)
        diag_error(w->d, (struct loc){found, 0}, NULL, "the same call goes on where this one ended", "cannot be read");
    if (!out)
        return NULL;
    fwrite(bytes, 1, length, out);
    return slash ? slash + 1 : path;
}

static bool write_chosen(struct diag *d, const struct outcome *c, const struct choose_options *o,
                         const struct candidate_base *base)
{
    struct writing w = {.d = d};
    struct candidate chosen = *c->chosen;
    if (chosen.norms && !(chosen.norms = write_norms(&w, c->mem, o, chosen.norms)))
        return false;
    FILE *out = write_also(&w, o->output);
    if (!out)
        return false;
    fputs(candidate_text(c->mem, base, &chosen, include_name(c->mem, base->request.spec, o->output), outcome_head(c)),
          out);
    return write_end(&w);
}

/* This program by a name that holds anywhere: one without a slash is found by the shell. */
static struct race race_new(struct arena *mem, struct diag *d, const struct host_options *o,
                            const struct train_options *t, const struct choose_options *c, const char *state)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return (struct race){.mem = mem,
                         .d = d,
                         .program = shell_word(mem, strchr(c->program, '/') ? absolute(mem, c->program) : c->program),
                         .samples = sample_words(mem, o, t),
                         .data = data_words(mem, o, t, state),
                         .epochs = t->epochs,
                         .most = c->runs,
                         .queue = {.mem = mem,
                                   .d = d,
                                   .runner = c->runner,
                                   .jobs = c->jobs          ? c->jobs
                                           : processors > 0 ? (int)processors
                                                            : 1,
                                   .deadline = c->minutes > 0 ? queue_now() + 60 * c->minutes : 0,
                                   .bar = isatty(STDERR_FILENO) && !o->report.quiet}};
}

int choose(struct arena *mem, struct diag *d, const struct host_options *o, const struct train_options *t,
           const struct choose_options *c)
{
    double start = queue_now();
    if (!t->train || !c->output) {
        fprintf(stderr, "tinytl-gen: choose needs --train DATA and -o SPEC\n");
        return EXIT_USAGE;
    }
    struct product *p = look(mem, d, o);
    const char *state = state_of(mem, c);
    if (!p || !write_allowed(d, c->force, c->output, ours))
        return p ? EXIT_IO : EXIT_BAD_INPUT;
    if (!make_state(d, state))
        return EXIT_IO;
    struct train_options once = *t; /* mistakes are told before anything runs, and the runs find the data decoded */
    once.cache = state;
    once.validate = 0.25; /* as its runs do */
    if (!learn_reads(mem, d, o, &once, p))
        return EXIT_BAD_INPUT;
    struct parts parts = parts_find(mem, p->graph);
    struct candidate_base base = {.spec = absolute(mem, o->request.spec),
                                  .train = &p->spec->train,
                                  .precision = p->spec->precision,
                                  .macs = c->macs,
                                  .request = o->request,
                                  .state = absolute(mem, state)};
    if (o->request.budget.ram || o->request.budget.scratch || o->request.budget.flash)
        base.budget = p->spec->budget; /* as the command line changed it */
    base.request.ndefine = 0;          /* the candidates say it */
    struct race race = race_new(mem, d, o, t, c, base.state);
    race.base = &base;
    race.queue.state = base.state;
    race.plans = (struct plans){.mem = mem, .d = d, .base = &base, .parts = &parts};
    race.plans.like = (struct candidate){.floats = c->floats && p->spec->precision.forward == FORWARD_INT8,
                                         .side = "",
                                         .set = set_lines(mem, &o->request),
                                         .precision = p->spec->precision,
                                         .optimizer = p->spec->train.optimizer};
    struct output *file = report_open(d, &o->report);
    if (!file)
        return EXIT_IO;
    if (!race_choose_network(&race, p->spec) || !race_run(&race)) {
        if (!d->errors)
            diag_error(d, (struct loc){o->request.spec, 0}, NULL, "tinytl-gen what-fits says what would",
                       "nothing fits");
        return d->errors && race.plans.count ? EXIT_IO : EXIT_NO_FIT;
    }
    struct outcome found = {.mem = mem,
                            .name = p->spec->name,
                            .race = &race,
                            .chosen = race_chosen(&race),
                            .runs = race.taken,
                            .budget = p->spec->budget};
    if (!found.chosen) {
        diag_error(d, (struct loc){o->request.spec, 0}, NULL,
                   arena_format(mem, "the same call with --runs %d or more%s goes on from there", race.least,
                                c->minutes > 0 ? " (and more --minutes)" : ""),
                   "no whole plan was measured: it ended with %s, after %d runs", race.stage, race.taken);
        return EXIT_USAGE;
    }
    if (!test(&race, &found, t))
        return EXIT_IO;
    found.seconds = queue_now() - start;
    if (!write_chosen(d, &found, c, &base))
        return EXIT_IO;
    report_outcome(&found, &o->report, output_stream(file));
    return report_close(d, &o->report, file) ? EXIT_DONE : EXIT_IO;
}
