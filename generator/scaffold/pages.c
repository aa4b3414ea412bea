/* SPDX-License-Identifier: MIT */
#include "scaffold/pages.h"
#include "base/screen.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* ---- from a template ---- */

static const char head[] = "=== ";

static void add_page(struct arena *mem, struct pages *pages, const char *path, const struct text *text)
{
    check_passed("pages", pages->count < WRITTEN_TOGETHER ? NULL : "a template makes too many files");
    pages->list[pages->count++] = (struct sheet){arena_string(mem, path), text};
}

/* The next line that begins a page, or the end. */
static const char *next_head(const char *at)
{
    while (*at && strncmp(at, head, sizeof head - 1)) {
        const char *line = strchr(at, '\n');
        at = line ? line + 1 : at + strlen(at);
    }
    return at;
}

static const struct text *text_of(struct arena *mem, const char *from, size_t length, const struct emitted *e)
{
    if (e && length == 9 && !strncmp(from, "<source>\n", 9))
        return &e->source;
    if (e && length == 9 && !strncmp(from, "<header>\n", 9))
        return &e->header;
    while (length > 1 && from[length - 1] == '\n' && from[length - 2] == '\n')
        length--; /* what separates it from the next */
    struct text *t = NEW(mem, struct text);
    *t = text_new(mem);
    text_bytes(t, from, length);
    return t;
}

bool pages_make(struct arena *mem, struct diag *d, const char *templates, const char *name,
                const struct bindings *values, const struct emitted *e, struct pages *pages)
{
    const char *at = emit_words(mem, d, templates, name, values);
    if (!at)
        return false;
    for (at = next_head(at); *at;) {
        const char *path = at + sizeof head - 1, *end = path + strcspn(path, "\n"), *text = end + (*end == '\n');
        at = next_head(text);
        while (*text == '\n' && text < at)
            text++;
        size_t length = (size_t)(at - text);
        if (length > 9 && text[8] == '\n' && text[9] == '\n' && text[0] == '<' && text[7] == '>')
            length = 9;
        add_page(mem, pages, arena_format(mem, "%.*s", (int)(end - path), path), text_of(mem, text, length, e));
    }
    return true;
}

/* ---- to a folder ---- */

/* What our templates say in the first lines of each file: who wants to keep a file as it is takes these words out. */
static bool made_by_us(const char *start, size_t length)
{
    (void)length;
    return strstr(start, "enerated by tinytl-gen") != NULL;
}

static bool is_there(const char *path)
{
    struct stat s;
    return !stat(path, &s);
}

/* The folders above the file.  Where that fails, opening the file says why. */
static void make_folders(struct arena *mem, const char *path)
{
    char *part = arena_string(mem, path);
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(part, 0777);
        *slash = '/';
    }
}

static const char *page_path(struct arena *mem, const char *folder, const struct sheet *page)
{
    return arena_format(mem, "%s/%s", folder, page->path);
}

static bool may_write_page(struct diag *d, const char *path, bool again, bool force)
{
    if (again)
        return write_allowed(d, force, path, made_by_us);
    if (!is_there(path))
        return true;
    diag_error(d, (struct loc){path, 0}, NULL, "give another name, or another folder with -o",
               "exists: new replaces nothing");
    return false;
}

bool pages_write(struct arena *mem, struct diag *d, const struct pages *pages, const char *folder, bool again,
                 bool force)
{
    struct writing w = {.d = d};
    bool fine = true;
    for (int i = 0; i < pages->count; i++)
        fine = may_write_page(d, page_path(mem, folder, &pages->list[i]), again, force) && fine;
    for (int i = 0; i < pages->count && fine; i++) {
        const char *path = page_path(mem, folder, &pages->list[i]);
        make_folders(mem, path);
        FILE *out = write_also(&w, path);
        if (out)
            text_write(pages->list[i].text, out);
        fine = out != NULL;
    }
    if (!fine)
        write_abandon(&w);
    return fine && write_end(&w);
}

void pages_list(struct arena *mem, const struct pages *pages, const char *folder, bool quiet)
{
    for (int i = 0; i < pages->count && !quiet; i++)
        wrap_put(stdout, 2, "%s", page_path(mem, folder, &pages->list[i]));
}
