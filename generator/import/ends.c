/* SPDX-License-Identifier: MIT */
/* What of a refused file can be imported. */
#include "base/screen.h"
#include "import/import.h"
#include "import/ends.h"
#include "import/writer/writer.h"

#include <string.h>

enum { MOST_ENDS = 8, LONG_NAME = 40 }; /* longer ones are said by the number of their operator */

/* True if the network that `end` makes can be imported, and has something to learn. */
static bool can_end_at(const struct model *m, const struct operation *end)
{
    struct arena *mem = arena_new();
    struct diag silent = {.mem = mem};
    struct model part = model_copy(m, mem, end);
    part.diag = &silent;
    bool learns = false, there = model_fold(&part);
    for (int i = 0; i < part.nop && there; i++)
        learns = learns || part.op[i]->w || has_vectors(part.op[i]);
    arena_free(mem);
    return there && learns;
}

static bool is_output(const struct model *m, const char *name)
{
    for (int i = 0; i < m->nend; i++)
        if (!strcmp(m->end[i], name))
            return true;
    return false;
}

/* What folding refused, and all behind it, cannot be an end; what that read can. */
static void leave_refused(struct model *folded)
{
    for (int i = 0; i < folded->nop; i++) {
        struct operation *o = folded->op[i];
        for (int k = 0; k < o->nin && !o->dead; k++)
            o->refused = o->refused || (o->in[k]->def && o->in[k]->def->refused);
        for (int k = 0; k < o->nin && o->refused && !o->dead; k++)
            o->in[k]->readers -= o->in[k]->readers > 0;
    }
}

void name_ends(const struct model *m, struct model *folded)
{
    int tried = 0;
    leave_refused(folded);
    for (int i = folded->nop; i-- > 0 && tried < MOST_ENDS;) {
        const struct operation *e = folded->op[i];
        const struct shape *s = &e->out->map;
        const char *name = e->out->t.name ? e->out->t.name : "";
        const char *how = strlen(name) > LONG_NAME ? arena_format(m->mem, "%d", e->index) : name;
        bool end = !e->dead && !e->refused && !e->out->readers;
        if (end && e->kind == OP_PAD) { /* belongs to what was refused: the end is before it */
            e->in[0]->readers--;
            continue;
        }
        if (!name[0] || e->refused || (!end && !is_output(m, name)))
            continue;
        tried++;
        if (can_end_at(m, e->read))
            wrap_put(m->diag->out, 4, "%s: can be imported up to operator %d, %dx%dx%d: --output \"%s\"", m->path,
                     e->index, s->h, s->w, s->c, shown(m->mem, how));
    }
}
