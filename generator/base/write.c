/* SPDX-License-Identifier: MIT */
/* Files for the user.  gen, import and quantize replace only what they wrote themselves; other files are a user's work.
 * A depfile or report is replaced whatever it is: its user named it. */
#include "base/write.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* ---- what may be replaced ---- */

enum { MARK_LENGTH = 256 }; /* more than any mark */

/* Nothing is lost: there is no such file, it is empty, or `ours` knows it by its beginning. */
static bool may_replace(const char *path, bool (*ours)(const char *start, size_t length))
{
    struct stat s;
    char start[MARK_LENGTH + 1] = {0};
    if (stat(path, &s) || !S_ISREG(s.st_mode))
        return true;
    FILE *f = fopen(path, "rb");
    size_t length = f ? fread(start, 1, MARK_LENGTH, f) : 1;
    if (f)
        fclose(f);
    return length == 0 || ours(start, length);
}

bool write_allowed(struct diag *d, bool force, const char *path, bool (*ours)(const char *start, size_t length))
{
    if (force || may_replace(path, ours))
        return true;
    diag_error(d, (struct loc){path, 0}, NULL, "give another name, or replace it with --force",
               "exists, and was not written by tinytl-gen");
    return false;
}

/* ---- opening and closing, with messages ---- */

static bool cannot_write(struct diag *d, const char *path, int why)
{
    struct stat s;
    const char *folder = folder_of(d->mem, path), *hint = NULL;
    if (why == ENOENT || why == ENOTDIR)
        hint = !stat(folder, &s) && S_ISDIR(s.st_mode) ? "no file can be made in that folder"
               : !stat(folder, &s)                     ? arena_format(d->mem, "%s is a file, not a folder", folder)
               : ends_with(folder, ".c") || ends_with(folder, ".h")
                   ? arena_format(d->mem,
                                  "-o names the folder; the spec's name makes the files': make the folder %s, or -o .",
                                  folder)
                   : arena_format(d->mem, "make the folder %s first", folder);
    diag_error(d, (struct loc){path, 0}, NULL, hint, "cannot be written: %s", file_error(why));
    return false;
}

/* NULL after a message.  What was read is not written: --report=json:signs.lua is a slip of the fingers. */
static struct output *open_output(struct diag *d, const char *path)
{
    struct output *o = NULL;
    if (path && input_was_read(path))
        diag_error(d, (struct loc){path, 0}, NULL, "give the output a name of its own",
                   "was read just now, and is not written over");
    else if (path && output_was_written(d->mem, path))
        diag_error(d, (struct loc){path, 0}, NULL, "give each output a name of its own",
                   "is another output's name, too: one would replace the other");
    else if (!(o = output_open(d->mem, path)))
        cannot_write(d, path, errno);
    return o;
}

FILE *write_also(struct writing *w, const char *path)
{
    struct output *o = open_output(w->d, path);
    if (!o)
        return NULL;
    w->path[w->count] = path;
    w->output[w->count++] = o;
    return output_stream(o);
}

bool write_end(struct writing *w)
{
    if (outputs_close(w->output, w->count))
        return true;
    int why = errno, which = 0;
    for (int i = w->count - 1; i >= 0; i--)
        which = output_failed(w->output[i]) ? i : which;
    return cannot_write(w->d, w->path[which], why);
}

void write_abandon(struct writing *w)
{
    for (int i = 0; i < w->count; i++)
        output_abandon(w->output[i]);
}

/* ---- reports ---- */

bool report_is(const struct reporting *r, const char *form)
{
    return r->form && !strcmp(r->form, form);
}

struct output *report_open(struct diag *d, const struct reporting *r)
{
    return open_output(d, r->file);
}

bool report_close(struct diag *d, const struct reporting *r, struct output *o)
{
    return output_close(o) || cannot_write(d, r->file ? r->file : "standard output", errno);
}
