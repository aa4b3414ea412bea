/* SPDX-License-Identifier: MIT */
/* check: does every step of a program find the rows that it reads?
 *
 * Needs a program whose steps are known; leaves it as it is.  Replays the steps on the buffers alone and shares nothing
 * with the dry run that sized them: a slot of a buffer remembers which row of which copy was written there last.
 *
 *     slots of a ring of 3      [ row 6 of relu | row 4 of relu | row 5 of relu ]
 *     a step that reads row 3 of relu finds row 6 in its place                                                  */
#include "schedule/schedule.h"

struct slot {
    const struct copy *copy; /* NULL: nothing was ever written here */
    int row;
};

struct replay {
    struct arena *mem;
    struct slot **slot; /* by buffer id, then by row modulo the rows of the buffer */
};

static struct slot *slot_of(const struct replay *r, const struct copy *c, int row)
{
    return &r->slot[c->buffer->id][row % c->buffer->rows];
}

static void write_rows(const struct replay *r, const struct copy *c, int y0, int y1)
{
    for (int y = y0; y < y1; y++)
        *slot_of(r, c, y) = (struct slot){c, y};
}

/* What is wrong if a step reads this row of this input: NULL, if it lies there. */
static const char *miss(const struct replay *r, const struct task *t, int input, int row)
{
    const struct copy *c = t->in[input];
    const struct slot *s = slot_of(r, c, row);
    if (s->copy == c && s->row == row)
        return NULL;
    const char *there = s->copy ? arena_format(r->mem, "row %d of %s", s->row, s->copy->val->name) : "nothing";
    return arena_format(r->mem, "%s of %s reads row %d of %s, where %s lies (%s of %d rows)", t->node->op->name,
                        t->node->name, row, c->val->name, there, c->buffer->full ? "map" : "ring", c->buffer->rows);
}

static const char *read_rows(const struct replay *r, const struct task *t, const struct step *step)
{
    const char *wrong = NULL;
    for (int input = 0; input < t->node->nin; input++)
        for (int y = step->y0; t->in[input] && y < step->y1 && !wrong; y++) {
            int lo, hi;
            node_rows(t->node, input, y, &lo, &hi);
            for (int row = lo; row <= hi && !wrong; row++)
                wrong = miss(r, t, input, row);
        }
    return wrong;
}

const char *program_check(struct arena *mem, const struct program *p)
{
    struct replay r = {mem, NEW_ARRAY(mem, struct slot *, p->nbuffer)};
    for (int i = 0; i < p->nbuffer; i++)
        r.slot[i] = NEW_ARRAY(mem, struct slot, p->buffer[i]->rows);
    for (int i = 0; i < p->ncopy; i++)
        if (!p->copy[i]->maker && p->copy[i]->buffer) /* it was there from the start */
            write_rows(&r, p->copy[i], 0, p->copy[i]->val->h);
    for (int s = 0; s < p->nsweep; s++)
        for (int i = 0; i < p->sweep[s].nstep; i++) {
            const struct step *step = &p->sweep[s].step[i];
            const struct task *t = &p->sweep[s].task[step->task];
            const char *wrong = read_rows(&r, t, step);
            if (wrong)
                return arena_format(mem, "%s, step %d (%s): %s", p->name, p->sweep[s].first + i, p->sweep[s].title,
                                    wrong);
            bool rows = t->node->op->stepping == STEP_ROWS;
            for (int k = 0; k < NODE_OUT; k++)
                if (t->out[k])
                    write_rows(&r, t->out[k], rows ? step->y0 : 0, rows ? step->y1 : t->out[k]->val->h);
        }
    return NULL;
}
