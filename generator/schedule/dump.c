/* SPDX-License-Identifier: MIT */
#include "schedule/schedule.h"

void schedule_dump(const struct program *p, FILE *out)
{
    fprintf(out, "program %s: %d sweeps, %d steps, %lld bytes alive at step %d\n", p->name, p->nsweep, p->steps,
            (long long)p->bound, p->peak);
    for (int s = 0; s < p->nsweep; s++) {
        const struct sweep *w = &p->sweep[s];
        fprintf(out, "sweep %d %s, step %d\n", s, w->title, w->first);
        for (int i = 0; i < w->ntask; i++) {
            const struct task *t = &w->task[i];
            fprintf(out, "    %s %s strip=%d", t->node->op->name, t->node->name, t->strip);
            for (int k = 0; k < NODE_OUT; k++)
                if (t->out[k])
                    fprintf(out, "  %s: %s %d of %d", t->out[k]->val->name, t->out[k]->buffer->full ? "map" : "ring",
                            t->out[k]->buffer->rows, t->out[k]->val->h);
            fputc('\n', out);
        }
    }
}
