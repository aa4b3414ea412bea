/* SPDX-License-Identifier: MIT */
/* Names and numbers for the templates of packages and projects. */
#include "scaffold/pages.h"

#include <ctype.h>
#include <string.h>

/* "wake_word" -> "WakeWordNet": the C++ class, and the header and library of its name.  The header must differ from that
 * of the C also where files' names have no case. */
static const char *class_name(struct arena *mem, const char *name)
{
    struct text t = text_new(mem);
    bool first = true;
    for (const char *c = name; *c; c++) {
        if (*c != '_')
            text_put(&t, "%c", first ? toupper((unsigned char)*c) : *c);
        first = *c == '_';
    }
    bool is_net = t.length > 3 && ends_with(t.at, "Net") && t.length != strlen(name);
    return arena_format(mem, "%s%s", t.length ? t.at : "", is_net ? "" : "Net");
}

static const char *upper(struct arena *mem, const char *name)
{
    char *s = arena_string(mem, name);
    for (char *c = s; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return s;
}

void values_of_shape(struct bindings *b, const char *name, struct shape input, enum input_type type, int classes)
{
    bind_text(b, "name", name);
    bind_text(b, "NAME", upper(b->mem, name));
    bind_text(b, "class", class_name(b->mem, name));
    bind_text(b, "tool", TINYTL_VERSION);
    bind_text(b, "type", input_c_type(type));
    bind_int(b, "h", input.h);
    bind_int(b, "w", input.w);
    bind_int(b, "c", input.c);
    bind_int(b, "elements", (long)input.h * input.w * (type == INPUT_RGB565 ? 2 : input.c));
    bind_int(b, "classes", classes);
}

void values_of_product(struct bindings *b, const struct product *p)
{
    const struct spec *s = p->spec;
    const struct val *scores = p->graph->scores;
    const char *slash = strrchr(s->path, '/');
    values_of_shape(b, s->name, s->input.shape, s->input.type, scores->h * scores->w * scores->c);
    bind_text(b, "spec", slash ? slash + 1 : s->path);
    bind_flag(b, "trains", p->plan->train != NULL);
    bind_flag(b, "mse", s->train.loss == LOSS_MSE);
    bind_flag(b, "in_scratch", s->input.in_scratch);
    bind_text(b, "pixels", input_pixels(b->mem, &s->input, "`"));
    bind_int(b, "ram", (long)p->plan->total);
    bind_int(b, "net_bytes", (long)p->plan->net);
    bind_int(b, "scratch_bytes", (long)p->plan->scratch_train);
    bind_int(b, "stack_bytes", (long)p->plan->stack);
    bind_int(b, "flash_bytes", (long)plan_flash(p->plan, p->graph));
}
