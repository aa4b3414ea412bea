/* The plans that were worth having, as a small diagram beside the curve of bytes alive. */
#include "report/picture.h"

static int64_t plain_macs(const struct program *w)
{
    return w->macs[0] + w->macs[1] ? w->macs[0] + w->macs[1] : 1;
}

struct range {
    int64_t least, most, macs; /* bytes from..to, the most additional MACs */
};

static struct range range_of(const struct product *p)
{
    const struct program *w = p->plan->train;
    struct range r = {w->arena, w->arena, w->macs[2]};
    for (int i = 0; i < p->front.count; i++) {
        const struct choice *c = &p->front.choice[i];
        r.least = c->bytes < r.least ? c->bytes : r.least;
        r.most = c->bytes > r.most ? c->bytes : r.most;
        r.macs = c->macs > r.macs ? c->macs : r.macs;
    }
    return r;
}

static int at_x(const struct panel *f, const struct range *r, int64_t bytes)
{
    return f->left + (int)((bytes - r->least) * f->width / (r->most - r->least));
}

static int at_y(const struct panel *f, const struct range *r, int64_t macs)
{
    return f->top + f->height - (int)(macs * f->height / r->macs);
}

static void put_axes(struct text *t, const struct product *p, const struct panel *f, const struct range *r)
{
    struct arena *m = t->mem;
    int bottom = f->top + f->height, right = f->left + f->width;
    draw_rect(t, f->left - 40, f->top - 40, f->width + 80, f->height + 80, "floor", NULL);
    draw_text(t, f->left - 40, f->top - 90, "b", "the plans to choose from");
    draw_text(t, f->left - 40, bottom + 190, "s", draw_size(m, r->least));
    draw_text(t, right + 40, bottom + 190, "s e", draw_size(m, r->most));
    draw_text(t, f->left + f->width / 2, bottom + 190, "s m", "scratch");
    draw_text(t, f->left - 70, f->top + 38, "s e",
              arena_format(m, "+%lld %%", (long long)(100 * r->macs / plain_macs(p->plan->train))));
    draw_text(t, f->left - 70, bottom + 38, "s e", "+0 %");
    draw_turned(t, f->left - 480, f->top + f->height / 2, -90, "s m", "MACs");
}

void front_plot(struct text *t, const struct product *p, const struct panel *frame)
{
    struct range r = range_of(p);
    const struct program *w = p->plan->train;
    if (p->front.count < 2 || r.least == r.most || !r.macs)
        return;
    put_axes(t, p, frame, &r);
    text_put(t, "<g transform=\"scale(.1)\"><path class=\"line\" d=\"");
    for (int i = 0; i < p->front.count; i++) {
        const struct choice *c = &p->front.choice[i];
        text_put(t, i ? "H%dV%d" : "M%d %d", at_x(frame, &r, c->bytes), at_y(frame, &r, c->macs));
    }
    text_put(t, "\"/>\n");
    for (int i = 0; i < p->front.count; i++) {
        const struct choice *c = &p->front.choice[i];
        text_put(t, "<circle cx=\"%d\" cy=\"%d\" r=\"22\" class=\"dot\"><title>%s, +%s MACs</title></circle>\n",
                 at_x(frame, &r, c->bytes), at_y(frame, &r, c->macs), draw_size(t->mem, c->bytes),
                 count_text(t->mem, c->macs));
    }
    text_put(t, "<circle cx=\"%d\" cy=\"%d\" r=\"48\" class=\"flag\"><title>this one</title></circle></g>\n",
             at_x(frame, &r, w->arena), at_y(frame, &r, w->macs[2]));
}
