/* SPDX-License-Identifier: MIT */
/* The plans that were worth having, as a small diagram beside the curve of bytes alive. */
#include "report/picture.h"

struct range {
    int64_t least, most, work; /* bytes from..to, the most work */
};

static struct range range_of(const struct product *p)
{
    const struct offers *f = &p->offers;
    struct range r = {f->list[0].ram, f->list[0].ram, f->least};
    for (int i = 0; i < f->count; i++) {
        r.least = f->list[i].ram < r.least ? f->list[i].ram : r.least;
        r.most = f->list[i].ram > r.most ? f->list[i].ram : r.most;
        r.work = f->list[i].work > r.work ? f->list[i].work : r.work;
    }
    return r;
}

static int at_x(const struct panel *f, const struct range *r, int64_t bytes)
{
    return f->left + (int)((bytes - r->least) * f->width / (r->most - r->least));
}

static int at_y(const struct panel *f, const struct range *r, const struct product *p, int64_t work)
{
    double above = (double)(work - p->offers.least) / (double)(r->work - p->offers.least);
    return f->top + f->height - (int)(above * f->height);
}

static void put_axes(struct text *t, const struct product *p, const struct panel *f, const struct range *r)
{
    struct arena *m = t->mem;
    int bottom = f->top + f->height, right = f->left + f->width;
    draw_rect(t, f->left - 40, f->top - 40, f->width + 80, f->height + 80, "floor", NULL);
    draw_text(t, f->left - 40, f->top - 90, "b", "the plans to choose from");
    draw_text(t, f->left - 40, bottom + 190, "s", draw_size(m, r->least));
    draw_text(t, right + 40, bottom + 190, "s e", draw_size(m, r->most));
    draw_text(t, f->left + f->width / 2, bottom + 190, "s m", "RAM");
    draw_text(t, f->left - 70, f->top + 38, "s e",
              arena_format(m, "+%lld %%", (long long)(100 * (r->work - p->offers.least) / p->offers.least)));
    draw_text(t, f->left - 70, bottom + 38, "s e", "+0 %");
    draw_turned(t, f->left - 480, f->top + f->height / 2, -90, "s m", "work");
}

void front_plot(struct text *t, const struct product *p, const struct panel *frame)
{
    const struct offers *f = &p->offers;
    struct range r = range_of(p);
    if (f->count < 2 || r.least == r.most || r.work == f->least)
        return;
    put_axes(t, p, frame, &r);
    text_put(t, "<g transform=\"scale(.1)\"><path class=\"line\" d=\"");
    for (int i = 0; i < f->count; i++)
        text_put(t, i ? "H%dV%d" : "M%d %d", at_x(frame, &r, f->list[i].ram), at_y(frame, &r, p, f->list[i].work));
    text_put(t, "\"/>\n");
    for (int i = 0; i < f->count; i++) {
        const struct offer *x = &f->list[i];
        text_put(t, "<circle cx=\"%d\" cy=\"%d\" r=\"22\" class=\"dot\"><title>%s, +%.1f %%</title></circle>\n",
                 at_x(frame, &r, x->ram), at_y(frame, &r, p, x->work), draw_size(t->mem, x->ram),
                 100.0 * (double)(x->work - f->least) / (double)f->least);
        if (x->taken)
            text_put(t, "<circle cx=\"%d\" cy=\"%d\" r=\"48\" class=\"flag\"><title>this one</title></circle>\n",
                     at_x(frame, &r, x->ram), at_y(frame, &r, p, x->work));
    }
    text_put(t, "</g>\n");
}
