/* SPDX-License-Identifier: MIT */
/* A template that is no C: a page with its style and its program, around data. */
#include "emit/names.h"

#include <stdlib.h>
#include <string.h>

/* In HTML nothing ends a script but "</", and JSON may write any character as its number. */
static const char *inside_script(struct arena *mem, const char *json)
{
    struct text t = text_new(mem);
    for (const char *at; (at = strchr(json, '<')); json = at + 1) {
        text_bytes(&t, json, (size_t)(at - json));
        text_put(&t, "\\u003c");
    }
    text_put(&t, "%s", json);
    return t.at;
}

const char *emit_page(struct arena *mem, const char *kind, const char *name, const char *json)
{
    struct diag d = {.mem = mem, .out = stderr};
    struct bindings b = {.mem = mem};
    bind_text(&b, "kind", kind);
    bind_text(&b, "name", name);
    bind_text(&b, "data", inside_script(mem, json));
    bind_text(&b, "version", TINYTL_VERSION);
    const char *text = emit_words(mem, &d, NULL, "page.html.tpl", &b);
    if (!text) /* a mistake in a template */
        abort();
    return text;
}
