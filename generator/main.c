/* SPDX-License-Identifier: MIT */
/* tinytl-gen: spec.lua -> one C file that trains the network on a device.  Read this first.
 *
 *     spec      what the user wrote              spec/
 *     weights   named tensors                    import/    (also: a model of another program -> a spec)
 *     graph     operators over tensors           graph/ ops/
 *     backward  gradients and updates            backward/
 *     schedule  which row is made when           schedule/
 *     plan      which byte it lies at            plan/
 *     emit      C from templates                 emit/
 *     report    the plan for people and tools    report/
 *     host      the output, run here; quantize   host/                                            */
#include "backward/backward.h"
#include "base/screen.h"
#include "host/host.h"
#include "ops/ops.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --dump=STAGE, where the pipeline passes that stage. */
static bool wants_dump(const struct cli *cli, const char *stage)
{
    return cli->dump && !strcmp(cli->dump, stage);
}

/* What the command line and the variant change about a spec. */
static void override(struct spec *s, const struct cli *cli, const struct variant *v)
{
    s->seed = cli->seed;
    s->keep_layers = v->keep_layers;
    if (v->frozen) {
        s->train.given = false;
        s->train.nupdate = 0;
    }
    if (cli->command == COMMAND_QUANTIZE) /* of a spec that is ready for what comes out, too */
        s->precision = (struct precision){.loc = s->precision.loc};
    if (v->int8) {
        s->weights = v->int8;
        s->precision.forward = FORWARD_INT8;
    }
    if (v->optimizer) {
        s->train.optimizer = *v->optimizer;
        s->train.clip = 0;
    }
    if (v->batch)
        s->train.batch = v->batch;
    if (v->only_predict) {
        s->train.given = false;
        s->train.nupdate = 0;
    }
    if (v->update) {
        s->train.update = v->update;
        s->train.nupdate = v->nupdate;
    }
    if (cli->ram)
        s->budget.ram = cli->ram;
    if (cli->scratch)
        s->budget.scratch = cli->scratch;
    if (cli->flash)
        s->budget.flash = cli->flash;
}

static enum goal goal_of(const struct cli *cli, const struct variant *v)
{
    if (cli->fastest || v->keep_layers)
        return GOAL_FASTEST;
    if (cli->shuffle)
        return GOAL_RANDOM;
    if (cli->smallest)
        return GOAL_SMALLEST;
    return v->on_host ? GOAL_FASTEST : GOAL_FRUGAL;
}

/* Where the fastest plan was asked for, and only another fits: that.  Else NULL. */
static const char *hint_of(const struct product *p, const struct cli *cli)
{
    const struct budget *b = &p->spec->budget;
    if (!cli->fastest || plan_within(p->plan, b))
        return NULL;
    const struct plan *other = plan_choose(p->candidates, GOAL_FRUGAL, 0);
    if (!plan_within(other, b))
        return NULL;
    return arena_format(p->graph->mem, "leave --fastest out: another plan fits, in %lld bytes",
                        (long long)(b->ram ? other->total : other->scratch_train));
}

/* What the spec names and is not there is a mistake of that line. */
static struct tensor_file *read_weights(struct arena *mem, struct diag *d, const struct spec *s,
                                        const struct variant *v)
{
    if (!access(s->weights, R_OK) || v->int8)
        return safetensors_read(mem, d, s->weights);
    diag_error(d, s->weights_loc, "weights", "a name is relative to the spec; without the line, values are random",
               "cannot open the weights '%s': %s", s->weights, strerror(errno));
    return NULL;
}

/* The pipeline. */
static struct product *generate(struct arena *mem, struct diag *d, struct cli *cli, const struct variant *v, int *code)
{
    static const struct updates updates = {&op_sgd, &op_sgd_momentum, &op_adam, &op_record};
    struct product *p = NEW(mem, struct product);
    struct tensor_file *weights = NULL;
    *code = EXIT_BAD_INPUT;
    p->target = cli->target;

    p->spec = spec_read(mem, d, cli->file[0], ops_constructors(mem), cli->define, cli->ndefine);
    if (!p->spec)
        return NULL;
    override(p->spec, cli, v);
    if (wants_dump(cli, "spec"))
        spec_dump(p->spec, stdout);

    if (p->spec->weights && !(weights = read_weights(mem, d, p->spec, v)))
        return NULL;

    p->graph = graph_build(mem, d, p->spec, weights);
    if (!p->graph)
        return NULL;
    if (wants_dump(cli, "graph"))
        graph_dump(p->graph, stdout);

    backward(p->graph, &updates);
    if (d->errors)
        return NULL;
    if (wants_dump(cli, "backward"))
        graph_dump(p->graph, stdout);

    p->candidates = candidates_new(mem, p->graph, price_anyhow(cli->target));
    p->plan = plan_choose(p->candidates, goal_of(cli, v), (unsigned)cli->shuffle);
    p->device = p->plan;
    if (v->on_host && !v->any_size)
        p->device = plan_choose(p->candidates, goal_of(cli, &(struct variant){0}), (unsigned)cli->shuffle);
    if (wants_dump(cli, "schedule"))
        schedule_dump(p->plan->train ? p->plan->train : p->plan->predict, stdout);
    if (wants_dump(cli, "plan"))
        plan_dump(p->plan, stdout);
    if (!v->any_size && !plan_fits(p->device, p->graph, hint_of(p, cli))) {
        *code = EXIT_NO_FIT;
        return NULL;
    }

    if (cli->command != COMMAND_PLAN && cli->command != COMMAND_CHECK)
        p->emitted = emit(mem, p->graph, p->plan,
                          (struct emission){.templates = cli->templates,
                                            .poison = cli->poison,
                                            .bin = cli->command == COMMAND_GEN && !strcmp(cli->weights_form, "bin")});
    if (d->errors)
        return NULL;
    *code = EXIT_DONE;
    return p;
}

/* ---- what becomes of it ---- */

static bool write_report(struct diag *d, const struct cli *cli, struct product *p)
{
    const char *form = cli->report ? cli->report : "text";
    struct output *o = report_open(d, cli);
    if (!o)
        return false;
    FILE *out = output_stream(o);
    p->offers = plan_offers(p->candidates, p->plan);
    if (cli->paper_accounting)
        report_paper(p, out);
    else if (!strcmp(form, "json"))
        report_json(p, out);
    else if (!strcmp(form, "svg"))
        report_svg(p, out);
    else
        report_text(p, out, cli->verbose);
    return report_close(d, cli, o);
}

/* ---- models of other programs ---- */

/* "networks/kws.lua" -> "kws" */
static const char *name_of(struct arena *mem, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
    return dot && dot > name ? arena_format(mem, "%.*s", (int)(dot - name), name) : name;
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat at, bt;
    return !stat(a, &at) && !stat(b, &bt) && at.st_dev == bt.st_dev && at.st_ino == bt.st_ino;
}

/* A spec belongs to its user once it is written: true if there is none, or just the one that would be written. */
static bool may_write(struct arena *mem, struct diag *d, const struct cli *cli, const struct text *spec)
{
    size_t length;
    const char *there = cli->force ? NULL : file_read(mem, cli->output, &length);
    if (!there || (length == spec->length && !memcmp(there, spec->at, length)))
        return true;
    diag_error(d, (struct loc){cli->output, 0}, NULL, "import to another name, or replace it with --force",
               "exists, and differs from what would be written: it may have been edited");
    return false;
}

/* import: model -> x.lua and x.safetensors.  check: its messages alone. */
static int import(struct arena *mem, struct diag *d, const struct cli *cli)
{
    bool writes = cli->command == COMMAND_IMPORT;
    if (writes && is_same_file(cli->file[0], cli->output)) {
        diag_error(d, (struct loc){cli->output, 0}, NULL, "-o names the spec that is written, for example: -o net.lua",
                   "is the model itself");
        return EXIT_USAGE;
    }
    const char *spec = writes ? cli->output : cli->file[0], *name = name_of(mem, spec);
    struct import_options o = {cli->input_shape, cli->output_name, name};
    struct imported *i = import_model(mem, d, cli->file[0], &o);
    if (!i)
        return EXIT_BAD_INPUT;
    if (!writes) {
        if (!cli->quiet)
            wrap_put(stdout, 4, "%s: can be imported", cli->file[0]);
        return EXIT_DONE;
    }
    if (!may_write(mem, d, cli, &i->spec))
        return EXIT_IO;
    const char *weights = path_beside(mem, spec, arena_format(mem, "%s.safetensors", name));
    if (!write_imported(d, cli, weights, i))
        return EXIT_IO;
    if (!cli->quiet)
        wrap_put(stdout, 4, "%s, %s\n  next: tinytl-gen plan %s", spec, weights, spec);
    return EXIT_DONE;
}

static int run(struct arena *mem, struct diag *d, struct cli *cli)
{
    int code;
    struct product *p = generate(mem, d, cli, &(struct variant){.any_size = true}, &code);
    if (!p)
        return code;
    bool fits = plan_fits(p->plan, p->graph, hint_of(p, cli));
    if (fits && (cli->command == COMMAND_GEN || cli->depfile) && !write_network(d, cli, p))
        return EXIT_IO;
    /* A plan that does not fit is the smallest there is: its report shows where the bytes go. */
    bool asked = cli->report || cli->command == COMMAND_PLAN || (fits && !cli->depfile && !cli->dump);
    if ((cli->report_file || (asked && !cli->quiet && cli->command != COMMAND_CHECK)) && !write_report(d, cli, p))
        return EXIT_IO;
    if (fits && cli->command == COMMAND_CHECK && !cli->quiet)
        wrap_put(stdout, 4, "%s: nothing wrong", cli->file[0]);
    return fits ? EXIT_DONE : EXIT_NO_FIT;
}

int main(int argc, char **argv)
{
    for (int fd; (fd = open("/dev/null", O_RDONLY)) >= 0;) /* files must not get the numbers of closed streams */
        if (fd > STDERR_FILENO) {
            close(fd);
            break;
        }
    struct arena *mem = arena_new();
    int code = EXIT_DONE;
    struct cli *cli = cli_parse(mem, argc, argv, &code);
    if (cli && cli->command != COMMAND_NONE) {
        bool color = !strcmp(cli->color, "always") ||
                     (!strcmp(cli->color, "auto") && isatty(STDERR_FILENO) && !getenv("NO_COLOR"));
        struct diag d = {.mem = mem, .out = stderr, .color = color};
        if (cli->command == COMMAND_IMPORT || (cli->command == COMMAND_CHECK && is_model(cli->file[0])))
            code = import(mem, &d, cli);
        else if (cli->command == COMMAND_VERIFY)
            code = host_verify(mem, &d, cli, generate);
        else if (cli->command == COMMAND_TRAIN)
            code = host_train(mem, &d, cli, generate);
        else if (cli->command == COMMAND_QUANTIZE)
            code = host_quantize(mem, &d, cli, generate);
        else if (cli->command == COMMAND_WHAT_FITS)
            code = host_what_fits(mem, &d, cli, generate);
        else if (cli->command == COMMAND_PACK)
            code = pack_csv(mem, &d, cli->file[0], cli->capacity, cli->verbose, stdout);
        else
            code = run(mem, &d, cli);
    }
    errno = 0;
    if ((fflush(stdout) || ferror(stdout)) && code == EXIT_DONE) {
        fprintf(stderr, "tinytl-gen: cannot write to the standard output%s%s\n", errno ? ": " : "",
                errno ? strerror(errno) : "");
        code = EXIT_IO;
    }
    outputs_abandon_all();
    arena_free(mem);
    return code;
}
