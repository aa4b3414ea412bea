/* SPDX-License-Identifier: MIT */
/* package: the text of each ecosystem stands in its template, templates/package_KIND.tpl. */
#include "scaffold/pages.h"

#include <string.h>

const char package_kinds[] = "arduino platformio zephyr esp-idf cmsis-pack cmake";

/* What metadata say of a package.  They are written into files of several kinds, so they are plain words. */
struct credits {
    const char *author, *email, *url, *release;
};

static bool plain(const char *text, const char *refused)
{
    bool ok = *text != 0;
    for (const char *c = text; *c && ok; c++)
        ok = (unsigned char)*c >= ' ' && *c != 127 && !strchr(refused, *c);
    return ok;
}

/* "1.0.0" */
static bool is_release(const char *text)
{
    int parts = 0;
    for (const char *c = text;; c++) {
        size_t digits = strspn(c, "0123456789");
        if (!digits || digits > 9 || (digits > 1 && *c == '0'))
            return false;
        parts++;
        c += digits;
        if (!*c)
            return parts == 3;
        if (*c != '.')
            return false;
    }
}

static void refuse(struct diag *d, const char *option, const char *hint, const char *value)
{
    diag_error(d, (struct loc){option, 0}, NULL, hint, "'%s' cannot stand in the metadata of a package", value);
}

/* "Ada Lovelace <ada@example.org>" into its parts.  False after messages. */
static bool read_credits(struct arena *mem, struct diag *d, const struct package_options *p, struct credits *c)
{
    *c = (struct credits){"unknown", "nobody@example.org", "https://example.org", "0.1.0"};
    const char *open = p->author ? strstr(p->author, " <") : NULL;
    size_t length = p->author ? strlen(p->author) : 0;
    if (open && p->author[length - 1] == '>') {
        c->author = arena_format(mem, "%.*s", (int)(open - p->author), p->author);
        c->email = arena_format(mem, "%.*s", (int)(length - (size_t)(open - p->author) - 3), open + 2);
    } else if (p->author) {
        c->author = p->author;
    }
    c->url = p->url ? p->url : c->url;
    c->release = p->release ? p->release : c->release;
    int before = d->errors;
    if (!plain(c->author, "\"\\<>&=:#$") || !plain(c->email, "\"\\<>&=:#$ "))
        refuse(d, "--author", "for example: --author \"Ada Lovelace <ada@example.org>\"", p->author);
    if (!plain(c->url, "\"\\<>&#$ "))
        refuse(d, "--url", "for example: --url https://example.org/signs", c->url);
    if (!is_release(c->release))
        refuse(d, "--release", "three numbers, for example: --release 1.0.0", c->release);
    return d->errors == before;
}

/* Letters and digits alone: a vendor's name in CMSIS. */
static const char *vendor_of(struct arena *mem, const char *author)
{
    struct text t = text_new(mem);
    for (const char *c = author; *c; c++)
        if ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9'))
            text_put(&t, "%c", *c);
    return t.length ? t.at : "unknown";
}

static void values_of_credits(struct bindings *b, const struct credits *c)
{
    bind_text(b, "author", c->author);
    bind_text(b, "email", c->email);
    bind_text(b, "vendor", vendor_of(b->mem, c->author));
    bind_text(b, "url", c->url);
    bind_text(b, "release", c->release);
}

/* What is around the output gives it whole samples. */
static bool takes_samples(struct diag *d, const struct spec *s)
{
    if (!s->input.streamed)
        return true;
    diag_error(d, s->input.loc, "place",
               "leave place out for the package, or take the C alone: tinytl-gen spec.lua -o FOLDER",
               "with place = \"stream\" the network takes rows, and a package gives it whole samples");
    return false;
}

int package_write(struct arena *mem, struct diag *d, const struct host_options *o, const struct package_options *p)
{
    struct credits credits;
    struct pages pages = {.count = 0};
    struct bindings b = {.mem = mem};
    int code;
    if (!read_credits(mem, d, p, &credits))
        return EXIT_USAGE;
    struct product *made = generate(mem, d, &o->request, &(struct variant){0}, &code);
    if (!made)
        return code;
    if (!takes_samples(d, made->spec))
        return EXIT_BAD_INPUT;
    values_of_product(&b, made);
    values_of_credits(&b, &credits);
    bind_text(&b, "kind", p->as);
    const char *name = arena_format(mem, "package_%s.tpl", p->as);
    if (!pages_make(mem, d, o->request.templates, name, &b, made->emitted, &pages))
        return EXIT_BAD_INPUT;
    if (!pages_write(mem, d, &pages, p->folder, true, p->force))
        return EXIT_IO;
    pages_list(mem, &pages, p->folder, o->report.quiet);
    return EXIT_DONE;
}
