/* SPDX-License-Identifier: MIT */
/* The command saved: reads saves, makes one of them, and says what it holds. */
#include "base/screen.h"
#include "saves/adopt.h"
#include "saves/average.h"
#include "saves/convert.h"
#include "saves/saves.h"
#include "saves/show_save.h"

#include <string.h>

struct saving {
    struct arena *mem;
    struct diag *d;
    const struct host_options *host;
    const struct saved_options *how;
    struct save **save;     /* those that were named */
    struct spec_net *known; /* of --spec, or NULL */
    int code;
};

static int wrong(struct saving *s)
{
    return s->code ? s->code : EXIT_BAD_INPUT;
}

/* ---- reports ---- */

static int report(struct saving *s, const struct save *save, const struct spec_net *k, const struct save *other)
{
    struct output *file = report_open(s->d, &s->host->report);
    if (!file)
        return EXIT_IO;
    (report_is(&s->host->report, "json") ? show_save_json : show_save_text)(s->mem, output_stream(file), save, k,
                                                                            other);
    return report_close(s->d, &s->host->report, file) ? EXIT_DONE : EXIT_IO;
}

/* What was made is written; it is shown where a report was asked for. */
static int keep(struct saving *s, struct save *made, const char *path, const struct spec_net *k)
{
    if (!save_write(s->d, made, path, s->how->force))
        return EXIT_IO;
    made->path = path;
    return s->host->report.form ? report(s, made, k, NULL) : EXIT_DONE;
}

/* ---- what it does ---- */

static int show(struct saving *s)
{
    bool asked = s->host->report.form != NULL;
    for (int i = 0; i < s->how->nfile && (asked || !s->host->report.quiet); i++) {
        if (i)
            puts("");
        int code = report(s, s->save[i], s->known, NULL);
        if (code)
            return code;
    }
    return EXIT_DONE;
}

static bool same_values(const struct save *a, const struct save *b)
{
    return a->length == b->length && !memcmp(a->bytes, b->bytes, a->length);
}

static int diff(struct saving *s)
{
    struct save *other = save_read(s->mem, s->d, s->how->diff), *save = s->save[0];
    if (!other)
        return EXIT_BAD_INPUT;
    const char *how = tables_differ(s->mem, save, other);
    if (save->base != other->base)
        diag_error(s->d, (struct loc){save->path, 0}, NULL, NULL, "of base %08x; %s is of another, %08x",
                   (unsigned)save->base, other->path, (unsigned)other->base);
    else if (how)
        diag_error(s->d, (struct loc){save->path, 0}, NULL, "--into one spec makes nets of one layout of them",
                   "of another layout than %s: %s", other->path, how);
    if (s->d->errors)
        return EXIT_BAD_INPUT;
    int code = s->host->report.quiet && !s->host->report.form ? EXIT_DONE : report(s, save, s->known, other);
    return code ? code : same_values(save, other) ? EXIT_DONE : EXIT_DIFFERENT;
}

static int average(struct saving *s)
{
    struct save *sum = saves_average(s->mem, s->d, s->save, s->how->nfile, s->how->by);
    return sum ? keep(s, sum, s->how->output, s->known) : EXIT_BAD_INPUT;
}

static int to_tensors(struct saving *s)
{
    if (!known_layout(s->d, s->known, s->save[0]))
        return EXIT_BAD_INPUT;
    if (!save_to_tensors(s->mem, s->d, s->known, s->save[0], s->how->to, s->how->force))
        return EXIT_IO;
    return s->host->report.form ? report(s, s->save[0], s->known, NULL) : EXIT_DONE;
}

static int from_tensors(struct saving *s)
{
    const struct save *rest = s->how->nfile ? s->save[0] : NULL;
    if (rest && !known_layout(s->d, s->known, rest))
        return EXIT_BAD_INPUT;
    struct save *made = save_from_tensors(s->mem, s->d, s->known, rest, s->how->from);
    return made ? keep(s, made, s->how->output, s->known) : EXIT_BAD_INPUT;
}

static void put_names(const char *what, const char *const *name, int count)
{
    enum { SHOWN = 6 };
    if (!count)
        return;
    printf("%s:\n", what);
    for (int i = 0; i < count && i < SHOWN; i++)
        wrap_put(stdout, 4, "  %s", name[i]);
    if (count > SHOWN)
        printf("  and %d more\n", count - SHOWN);
}

static int into(struct saving *s)
{
    struct spec_net *k = known_of(s->mem, s->d, &s->host->request, s->how->into, &s->code);
    struct adopted *a = k ? save_adopt(s->mem, s->d, k, s->save[0]) : NULL;
    if (!a)
        return wrong(s);
    int code = keep(s, a->save, s->how->output, k);
    if (code == EXIT_DONE && !s->host->report.quiet && !s->host->report.form) {
        printf("%d tensors taken", a->taken);
        printf(a->parts ? ", of %d more the outputs that both have\n" : "\n", a->parts);
        put_names("begin with factory values", a->fresh, a->nfresh);
        put_names("have no place in it", a->left, a->nleft);
    }
    return code;
}

/* ---- the command ---- */

static bool read_all(struct saving *s)
{
    s->save = NEW_ARRAY(s->mem, struct save *, s->how->nfile + 1);
    for (int i = 0; i < s->how->nfile; i++)
        s->save[i] = save_read(s->mem, s->d, s->how->file[i]);
    if (s->d->errors || !s->how->spec)
        return !s->d->errors;
    s->known = known_of(s->mem, s->d, &s->host->request, s->how->spec, &s->code);
    for (int i = 0; s->known && i < s->how->nfile; i++)
        known_base(s->d, s->known, s->save[i]);
    return s->known && !s->d->errors;
}

int saved(struct arena *mem, struct diag *d, const struct host_options *o, const struct saved_options *how)
{
    struct saving s = {.mem = mem, .d = d, .host = o, .how = how};
    if (!read_all(&s))
        return wrong(&s);
    s.code = EXIT_DONE;
    return how->average ? average(&s)
           : how->diff  ? diff(&s)
           : how->to    ? to_tensors(&s)
           : how->from  ? from_tensors(&s)
           : how->into  ? into(&s)
                        : show(&s);
}
