/* SPDX-License-Identifier: MIT */
/* new: a first project, from three questions or a model. */
#include "scaffold/pages.h"
#include "host/compile.h"
#include "import/import.h"
#include "spec/spec.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a project is made of. */
struct wishes {
    const char *name, *folder;
    struct shape input;
    int classes;
    int64_t ram;
};

enum { LARGEST_SIDE = 4096, MOST_CLASSES = 10000 };

/* ---- what the user says ---- */

/* The answer to a question, or NULL: an empty line, or nobody to ask. */
static const char *ask(struct arena *mem, const char *question, const char *otherwise)
{
    char line[128];
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return NULL;
    fprintf(stderr, "%s [%s] ", question, otherwise);
    if (!fgets(line, sizeof line, stdin))
        return NULL;
    line[strcspn(line, "\n")] = 0;
    return line[0] ? arena_string(mem, line) : NULL;
}

/* "96x96x1", "128x1x3", "64x3" (a signal: steps and channels), "16" (values).  */
static bool read_shape(const char *text, struct shape *s)
{
    int side[3], count = 0;
    for (const char *c = text;; c++) {
        char *end;
        long v = strtol(c, &end, 10);
        if (!isdigit((unsigned char)*c) || count == 3 || v < 1 || v > LARGEST_SIDE)
            return false;
        side[count++] = (int)v;
        c = end;
        if (!*c)
            break;
        if (*c != 'x' && *c != 'X' && *c != ',')
            return false;
    }
    *s = count == 3   ? (struct shape){side[0], side[1], side[2]}
         : count == 2 ? (struct shape){side[0], 1, side[1]}
                      : (struct shape){1, 1, side[0]};
    return true;
}

static bool wrong(struct diag *d, const char *option, const char *hint, const char *what, const char *value)
{
    diag_error(d, (struct loc){option, 0}, NULL, hint, "%s '%s'", what, value);
    return false;
}

static bool read_answers(struct arena *mem, struct diag *d, const struct project_options *p, int64_t ram,
                         struct wishes *w)
{
    const char *input = p->input ? p->input : ask(mem, "input, height x width x channels?", "96x96x1");
    const char *classes = p->classes ? NULL : ask(mem, "classes?", "3");
    const char *size = ram ? NULL : ask(mem, "RAM in KiB?", "128");
    char *end = NULL;
    input = input ? input : "96x96x1";
    w->classes = p->classes ? p->classes : classes ? (int)strtol(classes, &end, 10) : 3;
    if (w->classes < 2 || w->classes > MOST_CLASSES || (end && *end))
        return wrong(d, "--classes", "a whole number from 2 to 10000", "cannot be",
                     classes ? classes : arena_format(mem, "%d", w->classes));
    w->ram = ram ? ram : size ? strtol(size, &end, 10) * 1024 : 128 * 1024;
    if (size && (w->ram < 1024 || w->ram > (int64_t)1 << 40 || *end))
        return wrong(d, "--ram", "a number of KiB", "cannot be", size);
    return read_shape(input, &w->input) ||
           wrong(d, "--input", "height x width x channels (96x96x1), steps x channels (128x3), or a number of values",
                 "no shape:", input);
}

/* The name of the network from that of the folder: "wake-word" is wake_word. */
static const char *network_name(struct arena *mem, struct diag *d, const char *word)
{
    const char *slash = strrchr(word, '/');
    char *name = arena_string(mem, slash ? slash + 1 : word);
    bool fine = (isalpha((unsigned char)name[0]) || name[0] == '_') && strlen(name) <= 40;
    for (char *c = name; *c; c++) {
        *c = *c == '-' ? '_' : *c;
        fine = fine && (*c == '_' || (isalnum((unsigned char)*c) && (unsigned char)*c < 128));
    }
    if (fine && !name_of_header(name) && strcmp(name, "main") != 0)
        return name;
    wrong(d, "new", "letters, digits and _, for example: tinytl-gen new signs", "no name for a network:", word);
    return NULL;
}

/* ---- a network of our own ---- */

static void bind_wishes(struct bindings *b, const struct wishes *w, int width)
{
    bool photo = w->input.h > 1 && w->input.w > 1;
    values_of_shape(b, w->name, w->input, photo ? INPUT_UINT8 : INPUT_FLOAT32, w->classes);
    bind_flag(b, "trains", true);
    bind_flag(b, "mse", false);
    bind_flag(b, "in_scratch", false);
    bind_int(b, "width", width);
    bind_int(b, "ram", (long)w->ram);
    bind_text(b, "flags", "");
}

/* True if the network of this width fits: the spec is planned from a temporary file. */
static bool fits(struct arena *mem, const struct request *r, const char *folder, const struct sheet *spec,
                 struct diag *d)
{
    const char *path = arena_format(mem, "%s/new.lua", folder);
    struct request one = *r;
    struct product *p;
    int code;
    if (!file_write(path, spec->text))
        return false;
    one.spec = path;
    p = generate(mem, d, &one, &(struct variant){.plan_only = true, .any_size = true}, &code);
    return p && plan_fits(p->plan, p->graph);
}

/* The widest network that fits the RAM. */
static int make_network(struct arena *mem, struct diag *d, const struct request *r, const struct wishes *w,
                        struct pages *pages)
{
    static const int widths[] = {16, 12, 8, 4, 2};
    const char *folder = temporary_folder(mem, d);
    bool found = false;
    if (!folder)
        return EXIT_IO;
    for (size_t i = 0; i < sizeof widths / sizeof *widths && !found && !d->errors; i++) {
        struct bindings b = {.mem = mem};
        bind_wishes(&b, w, widths[i]);
        pages->count = 0;
        found = pages_make(mem, d, r->templates, "new_network.tpl", &b, NULL, pages) &&
                fits(mem, r, folder, &pages->list[0], d) &&
                pages_make(mem, d, r->templates, "new_project.tpl", &b, NULL, pages);
    }
    folder_remove(mem, folder);
    if (found || d->errors)
        return found ? EXIT_DONE : EXIT_BAD_INPUT;
    diag_error(d, (struct loc){"--ram", 0}, NULL, "a smaller input, or more RAM", "no network of ours fits %lld bytes",
               (long long)w->ram);
    return EXIT_NO_FIT;
}

static int write_own(struct arena *mem, struct diag *d, const struct host_options *o, const struct project_options *p,
                     struct wishes *w)
{
    struct pages pages = {.count = 0};
    if (!read_answers(mem, d, p, o->request.budget.ram, w))
        return EXIT_USAGE;
    struct request r = o->request;
    int code = make_network(mem, d, &r, w, &pages);
    if (code == EXIT_DONE && !pages_write(mem, d, &pages, w->folder, false, false))
        return EXIT_IO;
    if (code == EXIT_DONE)
        pages_list(mem, &pages, w->folder, o->report.quiet);
    return code;
}

/* ---- a network from elsewhere ---- */

static int write_imported_project(struct arena *mem, struct diag *d, const struct host_options *o,
                                  const struct project_options *p, const struct wishes *w)
{
    struct pages pages = {.count = 0};
    struct bindings b = {.mem = mem};
    const char *spec = arena_format(mem, "%s/%s.lua", w->folder, w->name);
    struct stat there;
    int code;
    if (!stat(spec, &there))
        return wrong(d, spec, "give another name, or another folder with -o", "exists: new replaces nothing:", spec),
               EXIT_IO;
    mkdir(w->folder, 0777);
    struct import_command import = {.model = p->model, .output = spec, .input = p->input, .quiet = true};
    if ((code = import_write(mem, d, &import)) != EXIT_DONE)
        return code;
    struct request r = o->request;
    r.spec = spec;
    struct product *made = generate(mem, d, &r, &(struct variant){.plan_only = true}, &code);
    if (!made)
        return code;
    values_of_product(&b, made);
    bind_text(&b, "flags", r.budget.ram ? arena_format(mem, " RAM %lld", (long long)r.budget.ram) : "");
    if (!pages_make(mem, d, r.templates, "new_project.tpl", &b, NULL, &pages) ||
        !pages_write(mem, d, &pages, w->folder, false, false))
        return EXIT_IO;
    pages_list(mem, &pages, w->folder, o->report.quiet);
    return EXIT_DONE;
}

int project_write(struct arena *mem, struct diag *d, const struct host_options *o, const struct project_options *p)
{
    struct wishes w = {.name = network_name(mem, d, p->name)};
    w.folder = p->folder ? p->folder : p->name;
    if (!w.name)
        return EXIT_USAGE;
    return p->model ? write_imported_project(mem, d, o, p, &w) : write_own(mem, d, o, p, &w);
}
