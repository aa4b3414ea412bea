/* SPDX-License-Identifier: MIT */
#include "base/screen.h"
#include "cli/options.h"
#include "emit/emit.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- parsing ---- */

struct parsing {
    struct arena *mem;
    struct cli *cli;
    int error;
};

static void usage_error(struct parsing *p, const char *format, ...) PRINTF_LIKE(2, 3);
static void usage_error(struct parsing *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *words = arena_format_list(p->mem, format, args);
    va_end(args);
    wrap_put(stderr, 4, "tinytl-gen: %s", words);
    fputs("  try: tinytl-gen --help\n", stderr);
    p->error = EXIT_USAGE;
}

/* "96K", "1.5M", "65536", "64 KiB" */
static bool parse_size(const char *text, int64_t *value)
{
    char *end;
    double v = strtod(text, &end), unit = 1;
    bool number = end != text && (isdigit((unsigned char)text[0]) || text[0] == '.') && !strpbrk(text, "xX");
    while (*end == ' ')
        end++;
    if (*end == 'K' || *end == 'k')
        unit = 1024, end++;
    else if (*end == 'M' || *end == 'm')
        unit = 1024 * 1024, end++;
    if (!strcmp(end, "iB") || !strcmp(end, "B"))
        end += strlen(end);
    if (!number || *end || !(v * unit >= 1 && v * unit < 1e15) || (unit == 1 && v != floor(v)))
        return false;
    *value = (int64_t)(v * unit);
    return true;
}

/* A number that is still one in float32, where all of them are used. */
static bool parse_real(const char *text, double *value)
{
    char *end;
    *value = strtod(text, &end);
    return end != text && !*end && *value >= 0 && *value <= (double)FLT_MAX && (*value == 0 || (float)*value > 0);
}

static void set_define(struct parsing *p, const char *value)
{
    struct request *r = &p->cli->host.request;
    const char *equals = strchr(value, '=');
    if (!equals || equals == value) {
        usage_error(p, "-D %s: must be NAME=VALUE", value);
        return;
    }
    struct option given = {.name = arena_format(p->mem, "%.*s", (int)(equals - value), value),
                           .value = arena_string(p->mem, equals + 1)};
    for (int i = 0; i < r->ndefine; i++)
        if (!strcmp(r->define[i].name, given.name)) { /* as everywhere: the last one counts */
            r->define[i] = given;
            return;
        }
    GROW(p->mem, r->define, r->ndefine, p->cli->define_capacity);
    r->define[r->ndefine++] = given;
}

static void set_report(struct parsing *p, const char *value)
{
    static const char *const forms[] = {"text", "json", "svg", "html"};
    const char *before = p->cli->host.report.file;
    if (before) { /* the last one counts, but no file is left out without a word */
        usage_error(p, "--report=%s: a run writes one report, and '%s' came before", value, before);
        return;
    }
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        size_t n = strlen(forms[i]);
        if (!strcmp(value + (strncmp(value, forms[i], n) ? 0 : n), ":")) {
            usage_error(p, "--report=%s names no file behind the colon", value);
            return;
        }
        if (!strncmp(value, forms[i], n) && (!value[n] || value[n] == ':')) {
            p->cli->host.report.form = forms[i];
            p->cli->host.report.file = value[n] ? value + n + 1 : NULL;
            return;
        }
    }
    usage_error(p, "--report=%s: must be text, json, svg or html, perhaps with :FILE behind it", value);
}

static void set_option(struct parsing *p, const struct option_row *o, const char *value)
{
    void *field = (char *)p->cli + o->field;
    char *end = NULL;
    switch (o->kind) {
    case FLAG:
        *(bool *)field = true;
        break;
    case TEXT:
        if (!value[0])
            usage_error(p, "--%s has an empty value: --%s %s", o->name, o->name, o->value);
        *(const char **)field = value;
        break;
    case SIZE:
        if (!parse_size(value, field))
            usage_error(p, "--%s '%s': must be %s", o->name, value,
                        strcmp(o->value, "SIZE") ? "a whole number of multiply-adds, such as 200000"
                                                 : "a size such as 65536, 96K or 1M");
        break;
    case WHOLE:
    case COUNT: {
        errno = 0;
        long v = strtol(value, &end, 10);
        if (end == value || *end || v < (o->kind == COUNT) || v > 1000000000 || errno)
            usage_error(p, "--%s '%s': must be a whole number%s", o->name, value,
                        o->kind == COUNT ? " of at least 1" : "");
        *(int *)field = (int)v;
        break;
    }
    case RATE:
        if (!strcmp(value, "auto"))
            *(double *)field = RATE_AUTO;
        else if (!parse_real(value, field))
            usage_error(p, "--%s '%s': must be auto, or a number from 0 to 3.4e38", o->name, value);
        break;
    case REAL:
        if (!parse_real(value, field))
            usage_error(p, "--%s '%s': must be a number from 0 to 3.4e38, and 0 or at least 1e-45", o->name, value);
        break;
    case DEFINE:
        set_define(p, value);
        break;
    case REPORT:
        set_report(p, value);
        break;
    }
}

static const struct option_row *find_option(struct parsing *p, const char *name, size_t length)
{
    const char **names = NEW_ARRAY(p->mem, const char *, option_count + 2);
    names[option_count] = "help";
    names[option_count + 1] = "version";
    for (int i = 0; i < option_count; i++) {
        names[i] = options[i].name;
        if (strlen(names[i]) == length && !strncmp(names[i], name, length))
            return &options[i];
    }
    const char *near = nearest_name(arena_format(p->mem, "%.*s", (int)length, name), names, option_count + 2);
    usage_error(p, "unknown option --%.*s%s%s", (int)length, name, near ? "; did you mean --" : "", near ? near : "");
    return NULL;
}

/* The value of an option: behind '=', in the same word (-Dx=1), or the next word. */
static const char *value_of(struct parsing *p, const struct option_row *o, const char *inside, int argc, char **argv,
                            int *i)
{
    if (!o->value) {
        if (inside)
            usage_error(p, "--%s takes no value", o->name);
        return "";
    }
    if (inside)
        return inside;
    if (*i + 1 < argc)
        return argv[++*i];
    usage_error(p, "--%s needs a value: --%s %s", o->name, o->name, o->value);
    return "";
}

/* A word that is no option, behind `before`, where there are as many files as the command takes. */
static void refuse_file(struct parsing *p, const char *word, const char *before)
{
    static const char *const units[] = {"K", "k", "KB", "KiB", "kB", "M", "m", "MB", "MiB", "B"};
    const char *command = commands[p->cli->command].name, *args = commands[p->cli->command].args;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (!strcmp(word, units[i]) && before[0] && isdigit((unsigned char)before[strlen(before) - 1])) {
            usage_error(p, "'%s' stands by itself: a size is one word, %s%s", word, before, word);
            return;
        }
    for (int k = 0; k < COMMANDS; k++)
        for (int i = 0; i < p->cli->nfile; i++)
            if (!strcmp(p->cli->file[i], commands[k].name)) {
                usage_error(p, "the command comes first: tinytl-gen %s %s", commands[k].name, commands[k].args);
                return;
            }
    usage_error(p, "one file too many: '%s'; usage: tinytl-gen %s %s", word, command, args);
}

static void parse_word(struct parsing *p, int argc, char **argv, int *i)
{
    char *word = argv[*i];
    const struct option_row *o = NULL;
    const char *inside = NULL;
    if (word[0] == '-' && word[1] == '-' && word[2]) {
        size_t n = strcspn(word + 2, "=");
        o = find_option(p, word + 2, n);
        inside = word[2 + n] ? word + 2 + n + 1 : NULL;
    } else if (word[0] == '-' && word[1]) {
        for (int k = 0; k < option_count && !o; k++)
            if (options[k].letter && options[k].letter[0] == word[1])
                o = &options[k];
        if (!o)
            usage_error(p, "unknown option -%c", word[1]);
        else
            inside = word[2] ? word + 2 : NULL;
    } else if (!word[0]) {
        usage_error(p, "a file's name is empty; usage: tinytl-gen %s %s", commands[p->cli->command].name,
                    commands[p->cli->command].args);
    } else if (p->cli->nfile < commands[p->cli->command].most) {
        GROW(p->mem, p->cli->file, p->cli->nfile, p->cli->file_capacity);
        p->cli->file[p->cli->nfile++] = word;
        return;
    } else {
        refuse_file(p, word, *i > 1 ? argv[*i - 1] : "");
    }
    if (o) {
        const char *value = value_of(p, o, inside, argc, argv, i);
        if (!p->error)
            set_option(p, o, value);
    }
}

static bool one_of(const char *value, const char *list)
{
    size_t n = strlen(value);
    for (const char *at = list; n && (at = strstr(at, value)); at += n)
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
            return true;
    return false;
}

static void check_target(struct parsing *p, const char *target)
{
    const char *names[TARGETS], *list = "";
    int count = target_names(names);
    for (int i = 0; i < count; i++) {
        if (!strcmp(target, names[i]))
            return;
        list = arena_format(p->mem, "%s%s%s", list, i ? " " : "", names[i]);
    }
    const char *near = nearest_name(target, names, count);
    usage_error(p, "--target %s: %s%s%smust be one of: %s", target, near ? "did you mean '" : "", near ? near : "",
                near ? "'? " : "", list);
}

static void check_saved(struct parsing *p)
{
    const struct saved_options *s = &p->cli->saved;
    int files = p->cli->nfile, does = s->average + !!s->to + !!s->from + !!s->diff + !!s->into;
    bool writes = s->average || s->from || s->into;
    if (does > 1)
        usage_error(p, "saved does one thing at a time: --to, --from, --diff, --average or --into");
    else if (s->by && !s->average)
        usage_error(p, "--by says what weighs in --average");
    else if (s->by && saves_weights_wrong(p->mem, s->by, files))
        usage_error(p, "--by '%s': %s", s->by, saves_weights_wrong(p->mem, s->by, files));
    else if ((s->to || s->from) && !s->spec)
        usage_error(p, "--%s needs the spec: --spec FILE", s->to ? "to" : "from");
    else if (writes && !p->cli->output && !(s->from && files == 1))
        usage_error(p, "saved: where to? -o net.bin");
    else if (!writes && p->cli->output)
        usage_error(p, "saved: -o goes with --from, --average or --into");
    else if (files > 1 && !s->average)
        usage_error(p, "%d saved nets are too many: --average takes as many as there are", files);
    else if (!files && !s->from)
        usage_error(p, "saved needs a saved net; usage: tinytl-gen saved %s", commands[COMMAND_SAVED].args);
}

static void check_words(struct parsing *p)
{
    const struct cli *c = p->cli;
    const struct request *r = &c->host.request;
    const char *form = c->host.report.form, *reports = commands[c->command].reports;
    const struct {
        const char *name, *value, *words;
    } rows[] = {{"dump", r->dump, "spec graph backward schedule plan"},
                {"color", c->color, "auto always never"},
                {"weights", r->weights_form, "inline bin file"},
                {"schedule", c->train.schedule, "constant cosine"},
                {"optimizer", c->train.optimizer, "auto sgd momentum adam"},
                {"as", c->package.as, package_kinds}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].value && !one_of(rows[i].value, rows[i].words))
            usage_error(p, "--%s %s: must be one of: %s", rows[i].name, rows[i].value, rows[i].words);
    check_target(p, r->target);
    if (form && !one_of(form, reports))
        usage_error(p, "--report=%s: %s %s%s", form, commands[c->command].name,
                    reports[0] ? "reports as: " : "makes no report", reports);
    if (c->command == COMMAND_SAVED)
        check_saved(p);
    if (c->command == COMMAND_IMPORT && !c->output)
        usage_error(p, "import: where to? -o spec.lua");
    if (c->command == COMMAND_PACKAGE && (!c->package.as || !c->output))
        usage_error(p, "package: %s", c->package.as ? "where to? -o DIR" : "for what? --as arduino, ... cmake");
    if (c->command == COMMAND_PACKAGE && strcmp(r->weights_form, "inline") != 0)
        usage_error(p, "package: weights are inline");
    if (r->smallest && r->fastest)
        usage_error(p, "--smallest and --fastest exclude each other");
}

static struct cli *defaults(struct arena *mem)
{
    struct cli *c = NEW(mem, struct cli);
    *c = (struct cli){
        .command = COMMAND_GEN,
        .file = NEW_ARRAY(mem, const char *, 2),
        .file_capacity = 2,
        .color = "auto",
        .host = {.request = {.seed = 1, .weights_form = "inline", .target = "generic", .runs = dry_runs_new(mem)},
                 .cc = "cc"},
        .verify = {.tolerance = 1e-4, .sgd_rate = 0.05, .adam_rate = 1e-3},
        .train = {.rate = RATE_OF_SPEC, .schedule = "constant", .seeds = 1, .patience = 300, .false_alarms = 0.01},
        .choose = {.runs = 80},
        .quantize = {.images = 200},
    };
    return c;
}

/* True if the first word is a command.  A word that is like one, and surely not a file, is an error. */
static bool read_command(struct parsing *p, const char *word)
{
    const char *names[COMMANDS];
    for (int k = 0; k < COMMANDS; k++) {
        names[k] = commands[k].name;
        if (strcmp(word, names[k]))
            continue;
        p->cli->command = (enum command)k;
        return true;
    }
    const char *near = strpbrk(word, "./-") ? NULL : nearest_name(word, names, COMMANDS);
    if (near)
        usage_error(p, "unknown command '%s'; did you mean '%s'?", word, near);
    return false;
}

/* saved net.bin --from FILE makes net.bin, as saved net.bin --to FILE reads it; with -o it is where the rest comes from. */
static void hand_on_saved(struct cli *c)
{
    struct saved_options *s = &c->saved;
    bool made = s->from && !c->output && c->nfile == 1;
    c->train.from = s->from;
    s->file = c->file;
    s->nfile = made ? 0 : c->nfile;
    s->output = made ? c->file[0] : c->output;
    s->force = c->force;
}

/* What several commands want in a place of their own. */
static void hand_on(struct cli *c)
{
    c->host.request.spec = c->file[0];
    bool looks = c->host.request.dump && !c->output && !c->generate.to.depfile; /* a look at a stage leaves no files */
    c->generate.what = c->command == COMMAND_PLAN    ? GENERATE_PLAN
                       : c->command == COMMAND_CHECK ? GENERATE_NOTHING
                       : looks                       ? GENERATE_DUMP
                                                     : GENERATE_OUTPUT;
    c->generate.dumped = c->host.request.dump != NULL;
    c->generate.to.folder = c->output;
    c->generate.to.force = c->quantize.force = c->calibrate.force = c->import.force = c->train.force = c->force;
    c->generate.to.weights = weights_form(c->host.request.weights_form);
    c->verify.vectors = c->file[1];
    c->quantize.output = c->calibrate.output = c->import.output = c->choose.output = c->output;
    c->calibrate.data = c->quantize.data;
    c->calibrate.images = c->quantize.images;
    c->calibrate.level = c->train.level;
    c->choose.force = c->force;
    c->choose.jobs = c->train.jobs;
    c->train.jobs = c->train.jobs ? c->train.jobs : 1;
    if (!c->train.epochs)
        c->train.epochs = c->command == COMMAND_CHOOSE ? 8 : 1;
    c->import.model = c->file[0];
    c->package.folder = c->project.folder = c->output;
    c->package.force = c->force;
    c->project.name = c->file[0];
    c->project.model = c->file[1];
    c->project.input = c->import.input;
    c->import.quiet = c->host.report.quiet;
    hand_on_saved(c);
}

struct cli *cli_parse(struct arena *mem, int argc, char **argv, int *exit_code)
{
    struct parsing p = {mem, defaults(mem), 0};
    p.cli->choose.program = argv[0];
    int first = 1;
    for (int i = 1; i < argc; i++) {
        bool help = !strcmp(argv[i], "--help") || !strcmp(argv[i], "-h") || (i == 1 && !strcmp(argv[i], "help"));
        bool version = !strcmp(argv[i], "--version"), man = !strcmp(argv[i], "--man");
        if (help)
            print_help(mem, stdout);
        if (version)
            puts("tinytl-gen " TINYTL_VERSION);
        if (man)
            print_man(stdout);
        if (help || version || man) {
            p.cli->command = COMMAND_NONE;
            return p.cli;
        }
    }
    if (argc < 2) {
        wrap_put(stderr, 0, "%s\n", about);
        print_commands(mem, stderr);
        fputs("\n  more: tinytl-gen --help\n", stderr);
        *exit_code = EXIT_USAGE;
        return NULL;
    }
    if (read_command(&p, argv[1]))
        first = 2;
    for (int i = first; i < argc && !p.error; i++)
        parse_word(&p, argc, argv, &i);
    bool of_model = p.cli->command == COMMAND_IMPORT || p.cli->command == COMMAND_CHECK;
    if (!of_model && p.cli->import.output_name) /* elsewhere the longer name of -o */
        p.cli->output = p.cli->import.output_name;
    if (!p.error)
        check_words(&p);
    int k = (int)p.cli->command;
    if (!p.error && p.cli->nfile < commands[k].least)
        usage_error(&p, "%s needs %s; usage: tinytl-gen %s %s", commands[k].name,
                    commands[k].most == 2 && p.cli->nfile   ? "two files"
                    : !strncmp(commands[k].args, "NAME", 4) ? "a name"
                                                            : "a file",
                    commands[k].name, commands[k].args);
    hand_on(p.cli);
    *exit_code = p.error;
    return p.error ? NULL : p.cli;
}
