/* SPDX-License-Identifier: MIT */
/* import: a model -> x.lua and x.safetensors, beside each other.  check: its messages alone. */
#include "base/screen.h"
#include "base/write.h"
#include "import/import.h"
#include "import/writer/writer.h"
#include "tensors/tensors.h"

#include <string.h>
#include <sys/stat.h>

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
static bool may_write(struct arena *mem, struct diag *d, const struct import_command *c, const struct text *spec)
{
    size_t length;
    const char *there = c->force ? NULL : file_read(mem, c->output, &length);
    if (!there || (length == spec->length && !memcmp(there, spec->at, length)))
        return true;
    diag_error(d, (struct loc){c->output, 0}, NULL, "import to another name, or replace it with --force",
               "exists, and differs from what would be written: it may have been edited");
    return false;
}

static bool write_imported(struct diag *d, const struct import_command *c, const char *weights,
                           const struct imported *i)
{
    struct writing w = {.d = d};
    FILE *out = write_allowed(d, c->force, weights, safetensors_is_ours) ? write_also(&w, weights) : NULL;
    if (!out)
        return false;
    safetensors_put(d->mem, out, i->tensor, i->ntensor);
    if (!(out = write_also(&w, c->output))) {
        write_abandon(&w);
        return false;
    }
    text_write(&i->spec, out);
    return write_end(&w);
}

static struct imported *import(struct arena *mem, struct diag *d, const struct import_command *c, const char *name)
{
    struct import_options o = {c->input, c->output_name, name};
    return import_model(mem, d, c->model, &o);
}

int import_check(struct arena *mem, struct diag *d, const struct import_command *c)
{
    if (!import(mem, d, c, name_of(mem, c->model)))
        return EXIT_BAD_INPUT;
    if (!c->quiet)
        wrap_put(stdout, 4, "%s: can be imported", c->model);
    return EXIT_DONE;
}

int import_write(struct arena *mem, struct diag *d, const struct import_command *c)
{
    if (is_same_file(c->model, c->output)) {
        diag_error(d, (struct loc){c->output, 0}, NULL, "-o names the spec that is written, for example: -o net.lua",
                   "is the model itself");
        return EXIT_USAGE;
    }
    const char *name = name_of(mem, c->output);
    struct imported *i = import(mem, d, c, name);
    if (!i)
        return EXIT_BAD_INPUT;
    if (!may_write(mem, d, c, &i->spec))
        return EXIT_IO;
    const char *weights = path_beside(mem, c->output, arena_format(mem, "%s.safetensors", name));
    if (!write_imported(d, c, weights, i))
        return EXIT_IO;
    if (!c->quiet)
        wrap_put(stdout, 4, "%s, %s\n  next: tinytl-gen plan %s", c->output, weights, c->output);
    return EXIT_DONE;
}
