/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "base/screen.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* ---- the tables ---- */

static const struct {
    const char *name, *args, *help;
    int least, most;     /* files */
    const char *reports; /* forms of --report */
} commands[] = {
    [COMMAND_GEN] = {"gen", "spec.lua", "write NAME.c and NAME.h; NAME is the spec's (the default command)", 1, 1,
                     "text json svg"},
    [COMMAND_PLAN] = {"plan", "spec.lua", "the memory report only; nothing is written", 1, 1, "text json svg"},
    [COMMAND_WHAT_FITS] = {"what-fits", "spec.lua", "ways to learn within a budget, the best first", 1, 1, "text json"},
    [COMMAND_VERIFY] = {"verify", "spec.lua vectors.safetensors",
                        "compile the output here and compare it with reference vectors", 2, 2, "text json"},
    [COMMAND_TRAIN] = {"train", "spec.lua --train DIR --test DIR",
                       "run the output here on a data set: accuracy before and after", 1, 1, "text json"},
    [COMMAND_QUANTIZE] = {"quantize", "spec.lua --data DIR -o FILE",
                          "write int8 weights for a network of floats, with scales fitted to images", 1, 1,
                          "text json"},
    [COMMAND_PACK] = {"pack", "buffers.csv", "the memory planner alone, on id,lower,upper,size rows", 1, 1, ""},
    [COMMAND_IMPORT] = {"import", "model.onnx|.tflite -o spec.lua",
                        "write a spec and its weights from a network of PyTorch or TensorFlow", 1, 1, ""},
    [COMMAND_CHECK] = {"check", "spec.lua|model", "everything that is wrong or not supported, all of it at once", 1, 1,
                       ""},
};

enum kind { FLAG, TEXT, SIZE, WHOLE, COUNT, REAL, DEFINE, REPORT }; /* COUNT: WHOLE and not 0 */

static const struct option_row {
    const char *name, *letter, *value, *help;
    enum kind kind;
    size_t field;
} options[] = {
#define AT(field) offsetof(struct cli, field)
    {"out", "o", "PATH",
     "gen: the folder to write to, which must exist (default: the present one); import: the spec; "
     "quantize: the weights",
     TEXT, AT(output)},
    {"input", NULL, "SHAPE", "import, check: the input's shape, for example 1,3,96,96", TEXT, AT(import.input)},
    {"output", NULL, "NAME", "import, check: the tensor or node to end at (else: as --out)", TEXT,
     AT(import.output_name)},
    {"force", NULL, NULL, "gen, import, quantize: replace files that tinytl-gen did not write", FLAG, AT(force)},
    {"ram", NULL, "SIZE", "bound on net + scratch + stack, for example 96K", SIZE, AT(host.request.budget.ram)},
    {"scratch", NULL, "SIZE", "bound on the scratch memory alone", SIZE, AT(host.request.budget.scratch)},
    {"flash", NULL, "SIZE", "bound on the weights in flash", SIZE, AT(host.request.budget.flash)},
    {"smallest", NULL, NULL, "the plan with the least scratch, whatever it costs", FLAG, AT(host.request.smallest)},
    {"fastest", NULL, NULL, "the plan with the fewest operations", FLAG, AT(host.request.fastest)},
    {"define", "D", "NAME=VALUE", "set what option(\"NAME\", ...) in the spec gives", DEFINE, AT(host.request.define)},
    {"report", NULL, "FORM[:FILE]", "text, json or (gen, plan) svg, to FILE, also with -q, or to standard output",
     REPORT, AT(host.report.form)},
    {"dump", NULL, "STAGE", "print a stage: spec, graph, backward, schedule or plan", TEXT, AT(host.request.dump)},
    {"depfile", NULL, "FILE", "write a Makefile rule that names every file read", TEXT, AT(generate.to.depfile)},
    {"target", NULL, "NAME",
     "cortex-m0plus, cortex-m4 or cortex-m7: gen writes no text for other machines, the report estimates instructions",
     TEXT, AT(host.request.target)},
    {"weights", NULL, "FORM", "inline (in the C file) or bin (a file beside it, for .incbin)", TEXT,
     AT(host.request.weights_form)},
    {"cc", NULL, "COMMAND", "the C compiler of this machine, for verify, train and quantize (default: cc)", TEXT,
     AT(host.cc)},
    {"seed", NULL, "N", "for random initial values, and the order of samples in train (default 1)", WHOLE,
     AT(host.request.seed)},
    {"tolerance", NULL, "X", "verify: largest difference, relative to a tensor's largest magnitude (default 1e-4)",
     REAL, AT(verify.tolerance)},
    {"sgd-rate", NULL, "X", "verify: the rate of sgd1.* (default 0.05)", REAL, AT(verify.sgd_rate)},
    {"adam-rate", NULL, "X", "verify: the rate of adam1.* and adam2.* (default 0.001)", REAL, AT(verify.adam_rate)},
    {"train", NULL, "DATA", "train: a folder with one sub-folder a class, or samples.npy,labels.npy", TEXT,
     AT(train.train)},
    {"test", NULL, "DATA", "train: likewise, for measuring accuracy", TEXT, AT(train.test)},
    {"epochs", NULL, "N", "train: passes over the data (default 1)", COUNT, AT(train.epochs)},
    {"rate", NULL, "X", "train: learning rate (default: the spec's)", REAL, AT(train.rate)},
    {"schedule", NULL, "WORD", "train: constant or cosine", TEXT, AT(train.schedule)},
    {"batch", NULL, "N", "train: samples a step (default: the spec's)", COUNT, AT(train.batch)},
    {"data", NULL, "DATA", "quantize: a folder of images, with or without sub-folders, or samples.npy", TEXT,
     AT(quantize.data)},
    {"images", NULL, "N", "quantize: look at so many of them (default 200)", COUNT, AT(quantize.images)},
    {"capacity", NULL, "SIZE", "pack: stop once everything fits", SIZE, AT(capacity)},
    {"paper-accounting", NULL, NULL, "plan: training memory as the TinyTL paper counts it", FLAG,
     AT(generate.paper_accounting)},
    {"poison", NULL, NULL, "the output overwrites dead memory with NaN: for tests", FLAG, AT(host.request.poison)},
    {"shuffle", NULL, "N", "a schedule drawn at random, the N-th: for tests (all give the same bits)", WHOLE,
     AT(host.request.shuffle)},
    {"templates", NULL, "DIR", "templates that replace the built-in ones", TEXT, AT(host.request.templates)},
    {"color", NULL, "WHEN", "auto, always or never; NO_COLOR in the environment is heeded", TEXT, AT(color)},
    {"quiet", "q", NULL, "no report, no progress bar", FLAG, AT(host.report.quiet)},
    {"verbose", "v", NULL, "more: a map of the scratch memory (plan), every offset (pack)", FLAG,
     AT(host.report.verbose)},
#undef AT
};

enum { OPTIONS = sizeof options / sizeof *options, COMMANDS = sizeof commands / sizeof *commands };

/* ---- help, from the tables ---- */

static const char about[] =
    "tinytl-gen reads a network, what of it may learn, and a memory budget, and writes one C file "
    "that trains it on a microcontroller.";

static const char *const exits[] = {"done",
                                    "bad input: spec, model, weights or data are wrong, or missing",
                                    "usage: the command line is wrong",
                                    "the network does not fit the budget",
                                    "verify found a difference",
                                    "the output cannot be written, or the C compiler fails"};

enum { EXITS = sizeof exits / sizeof *exits };

/* What is explained, and behind it or below it the explanation. */
static void put_entry(FILE *out, const char *left, const char *help)
{
    enum { LEFT = 30 };
    int at = 2 + (int)strlen(left);
    fprintf(out, "  %s", left);
    if (at > LEFT - 2)
        fprintf(out, "\n%*s", LEFT, "");
    else
        fprintf(out, "%*s", LEFT - at, "");
    wrap_words(out, LEFT, LEFT, help);
}

static void print_commands(struct arena *mem, FILE *out)
{
    for (int i = 0; i < COMMANDS; i++)
        put_entry(out, arena_format(mem, "tinytl-gen %s %s", commands[i].name, commands[i].args), commands[i].help);
}

static void print_help(struct arena *mem, FILE *out)
{
    wrap_put(out, 0, "%s\n", about);
    print_commands(mem, out);
    fputs("\nOptions:\n", out);
    for (int i = 0; i < OPTIONS; i++) {
        const struct option_row *o = &options[i];
        put_entry(out,
                  arena_format(mem, "%s%s%s--%s%s%s", o->letter ? "-" : "    ", o->letter ? o->letter : "",
                               o->letter ? ", " : "", o->name, o->value ? " " : "", o->value ? o->value : ""),
                  o->help);
    }
    put_entry(out, "    --version", "print the version");
    put_entry(out, "    --help", "print this");
    put_entry(out, "    --man", "print the manual page");
    fputs("\nSizes: 65536, 96K, 1.5M. A value follows '=' or a space.\n\nExit code:\n", out);
    for (int i = 0; i < EXITS; i++)
        wrap_put(out, 5, "  %d  %s", i, exits[i]);
}

/* Text of a manual page: a '-' or '\' means itself. */
static void put_roff(FILE *out, const char *text)
{
    for (const char *c = text; *c; c++)
        fprintf(out, "%s%c", *c == '-' || *c == '\\' ? "\\" : "", *c == '\\' ? 'e' : *c);
}

static void put_roff_line(FILE *out, const char *macro, const char *text)
{
    fputs(macro, out);
    put_roff(out, text);
    fputc('\n', out);
}

/* man/tinytl-gen.1 */
static void print_man(FILE *out)
{
    fputs(".TH TINYTL\\-GEN 1 \"\" \"tinytl\\-gen " TINYTL_VERSION "\" \"User Commands\"\n"
          ".SH NAME\ntinytl\\-gen \\- generate C that trains a network on a microcontroller\n.SH SYNOPSIS\n",
          out);
    for (int i = 0; i < COMMANDS; i++) {
        fputs(i ? ".br\n.B tinytl\\-gen " : ".B tinytl\\-gen ", out);
        put_roff_line(out, "", commands[i].name);
        put_roff_line(out, "", commands[i].args);
        fputs("[options]\n", out);
    }
    put_roff_line(out, ".SH DESCRIPTION\n", about);
    put_roff_line(out, "", "What it writes needs no library and no heap, and belongs to its user.");
    fputs(".SH COMMANDS\n", out);
    for (int i = 0; i < COMMANDS; i++) {
        put_roff_line(out, ".TP\n.B ", commands[i].name);
        put_roff_line(out, "", commands[i].help);
    }
    fputs(".SH OPTIONS\nSizes are written 65536, 96K or 1.5M. A value follows '=' or a space.\n", out);
    for (int i = 0; i < OPTIONS; i++) {
        fputs(".TP\n.B ", out);
        if (options[i].letter)
            fprintf(out, "\\-%s, ", options[i].letter);
        fputs("\\-\\-", out);
        put_roff(out, options[i].name);
        put_roff_line(out, " ", options[i].value ? options[i].value : "");
        put_roff_line(out, "", options[i].help);
    }
    fputs(".SH EXIT STATUS\n", out);
    for (int i = 0; i < EXITS; i++) {
        fprintf(out, ".TP\n.B %d\n", i);
        put_roff_line(out, "", exits[i]);
    }
    fputs(".SH ENVIRONMENT\n.TP\n.B TMPDIR\nwhere verify, train and quantize compile (default /tmp)\n"
          ".TP\n.B NO_COLOR\nno colours in messages\n"
          ".SH EXAMPLE\n.nf\ntinytl\\-gen plan signs.lua \\-\\-ram 96K\n"
          "tinytl\\-gen signs.lua \\-o src \\-\\-depfile signs.d\n.fi\n",
          out);
}

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
    if (!number || *end || !(v * unit >= 1 && v * unit < 1e15))
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
    static const char *const forms[] = {"text", "json", "svg"};
    for (int i = 0; i < 3; i++) {
        size_t n = strlen(forms[i]);
        if (!strncmp(value, forms[i], n) && (!value[n] || value[n] == ':')) {
            p->cli->host.report.form = forms[i];
            p->cli->host.report.file = value[n] && value[n + 1] ? value + n + 1 : NULL;
            return;
        }
    }
    usage_error(p, "--report=%s: must be text, json or svg, perhaps with :FILE behind it", value);
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
        *(const char **)field = value;
        break;
    case SIZE:
        if (!parse_size(value, field))
            usage_error(p, "--%s '%s': must be a size such as 65536, 96K or 1M", o->name, value);
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
    const char *names[OPTIONS + 2] = {[OPTIONS] = "help", [OPTIONS + 1] = "version"};
    for (int i = 0; i < OPTIONS; i++) {
        names[i] = options[i].name;
        if (strlen(names[i]) == length && !strncmp(names[i], name, length))
            return &options[i];
    }
    const char *near = nearest_name(arena_format(p->mem, "%.*s", (int)length, name), names, OPTIONS + 2);
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
        for (int k = 0; k < OPTIONS && !o; k++)
            if (options[k].letter && options[k].letter[0] == word[1])
                o = &options[k];
        if (!o)
            usage_error(p, "unknown option -%c", word[1]);
        else
            inside = word[2] ? word + 2 : NULL;
    } else if (p->cli->nfile < commands[p->cli->command].most) {
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

static void check_words(struct parsing *p)
{
    const struct cli *c = p->cli;
    const struct request *r = &c->host.request;
    const char *form = c->host.report.form, *reports = commands[c->command].reports;
    const struct {
        const char *name, *value, *words;
    } rows[] = {{"dump", r->dump, "spec graph backward schedule plan"},
                {"color", c->color, "auto always never"},
                {"target", r->target, "generic cortex-m0plus cortex-m4 cortex-m7"},
                {"weights", r->weights_form, "inline bin"},
                {"schedule", c->train.schedule, "constant cosine"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].value && !one_of(rows[i].value, rows[i].words))
            usage_error(p, "--%s %s: must be one of: %s", rows[i].name, rows[i].value, rows[i].words);
    if (form && !one_of(form, reports))
        usage_error(p, "--report=%s: %s %s%s", form, commands[c->command].name,
                    reports[0] ? "reports as: " : "makes no report", reports);
    if (c->command == COMMAND_IMPORT && !c->output)
        usage_error(p, "import: where to? -o spec.lua");
    if (r->smallest && r->fastest)
        usage_error(p, "--smallest and --fastest exclude each other");
}

static struct cli *defaults(struct arena *mem)
{
    struct cli *c = NEW(mem, struct cli);
    *c = (struct cli){
        .command = COMMAND_GEN,
        .color = "auto",
        .host = {.request = {.seed = 1, .weights_form = "inline", .target = "generic"}, .cc = "cc"},
        .verify = {.tolerance = 1e-4, .sgd_rate = 0.05, .adam_rate = 1e-3},
        .train = {.epochs = 1, .rate = -1, .schedule = "constant"},
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

/* What several commands want in a place of their own. */
static void hand_on(struct cli *c)
{
    c->host.request.spec = c->file[0];
    c->generate.what = c->command == COMMAND_PLAN    ? GENERATE_PLAN
                       : c->command == COMMAND_CHECK ? GENERATE_NOTHING
                                                     : GENERATE_OUTPUT;
    c->generate.dumped = c->host.request.dump != NULL;
    c->generate.to.folder = c->output;
    c->generate.to.force = c->quantize.force = c->import.force = c->force;
    c->generate.to.bin = !strcmp(c->host.request.weights_form, "bin");
    c->verify.vectors = c->file[1];
    c->quantize.output = c->import.output = c->output;
    c->import.model = c->file[0];
    c->import.quiet = c->host.report.quiet;
}

struct cli *cli_parse(struct arena *mem, int argc, char **argv, int *exit_code)
{
    struct parsing p = {mem, defaults(mem), 0};
    int first = 1;
    for (int i = 1; i < argc; i++) {
        bool help = !strcmp(argv[i], "--help") || !strcmp(argv[i], "-h");
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
                    commands[k].most == 2 && p.cli->nfile ? "two files" : "a file", commands[k].name, commands[k].args);
    hand_on(p.cli);
    *exit_code = p.error;
    return p.error ? NULL : p.cli;
}
