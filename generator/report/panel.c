/* SPDX-License-Identifier: MIT */
/* Buffers as shapes.  A whole buffer is a rectangle; a map whose rows come and go one by one has stairs
 * on its left (rows are made) and on its right (rows die).                                      */
#include "report/picture.h"

#include <stdlib.h>
#include <string.h>

/* ---- scales ---- */

/* The whole root of n. */
static int64_t root(int64_t n)
{
    int64_t r = 0;
    for (int64_t bit = (int64_t)1 << 30; bit; bit >>= 1)
        if ((r + bit) * (r + bit) <= n)
            r += bit;
    return r;
}

/* In tenths of a sweep of one step of one layer.  Gradients of parameters and updates, one after the
 * other, are many and small: they get less. */
int64_t panel_share(const struct sweep *s)
{
    const struct node *n = s->task[0].node;
    bool small =
        s->nstep == 1 && n->pass != PASS_FORWARD && (n->pass == PASS_UPDATE || n->op->stepping == STEP_ACCUMULATE);
    return small ? 4 : root(100 * (int64_t)s->nstep * s->ntask);
}

void panel_scale(struct arena *mem, struct panel *p)
{
    const struct program *w = p->program;
    int64_t all = 0, before = 0;
    p->x = NEW_ARRAY(mem, int, w->steps + 1);
    for (int s = 0; s < w->nsweep; s++)
        all += panel_share(&w->sweep[s]);
    for (int s = 0; s < w->nsweep; s++) {
        const struct sweep *at = &w->sweep[s];
        int64_t width = panel_share(at), left = p->left + p->width * before / all,
                right = p->left + p->width * (before + width) / all;
        for (int i = 0; i < at->nstep; i++)
            p->x[at->first + i] = (int)(left + (right - left) * i / at->nstep);
        before += width;
    }
    p->x[w->steps] = p->left + p->width;
}

int panel_y(const struct panel *p, int64_t address)
{
    return p->top + p->height - (int)(address * p->height / p->bytes);
}

/* ---- outlines ---- */

/* Rows with equal lives are one: strip i lies between y[i] (lower) and y[i + 1], from x0[i] to x1[i]. */
struct stairs {
    int n, *x0, *x1, *y;
};

static struct stairs stairs_of(struct arena *mem, const struct panel *p, const struct buffer *b)
{
    int parts = b->full ? b->rows : 1;
    struct stairs s = {0, NEW_ARRAY(mem, int, parts), NEW_ARRAY(mem, int, parts), NEW_ARRAY(mem, int, parts + 1)};
    s.y[0] = panel_y(p, b->offset);
    for (int i = 0; i < parts; i++) {
        int x0 = p->x[b->birth[i]], x1 = p->x[b->death[i]];
        if (x1 < x0 + 6)
            x1 = x0 + 6; /* nothing vanishes */
        if (!s.n || s.x0[s.n - 1] != x0 || s.x1[s.n - 1] != x1) {
            s.x0[s.n] = x0;
            s.x1[s.n++] = x1;
        }
        s.y[s.n] = panel_y(p, b->offset + b->bytes * (i + 1) / parts);
    }
    if (s.y[s.n] > s.y[0] - 4)
        s.y[s.n] = s.y[0] - 4;
    return s;
}

struct point {
    int x, y;
};

/* True if b lies no further than `most` from the line a c. */
static bool near_line(struct point a, struct point b, struct point c, int most)
{
    int64_t dx = c.x - a.x, dy = c.y - a.y;
    int64_t cross = dx * (b.y - a.y) - dy * (b.x - a.x), length = dx * dx + dy * dy;
    if (!length)
        return false;
    return cross * cross <= (int64_t)most * most * length;
}

/* Ramer, Douglas and Peucker: keeps the points that the line between first and last passes too far from.
 * Stairs of less than a pixel become a slope. */
static void thin_out(const struct point *q, bool *keep, int first, int last, int most)
{
    int64_t dx = q[last].x - q[first].x, dy = q[last].y - q[first].y, worst = -1;
    int at = first;
    for (int i = first + 1; i < last; i++) {
        int64_t cross = dx * (q[i].y - q[first].y) - dy * (q[i].x - q[first].x);
        if (cross < 0)
            cross = -cross;
        if (cross > worst) {
            worst = cross;
            at = i;
        }
    }
    if (at == first || near_line(q[first], q[at], q[last], most))
        return;
    keep[at] = true;
    thin_out(q, keep, first, at, most);
    thin_out(q, keep, at, last, most);
}

static void put_move(struct text *t, int dx, int dy)
{
    if (dx && dy)
        text_put(t, "l%d %d", dx, dy);
    else if (dx)
        text_put(t, "h%d", dx);
    else if (dy)
        text_put(t, "v%d", dy);
}

static void put_outline(struct text *t, const struct stairs *s, int tolerance)
{
    int n = 0, half = 2 * s->n;
    struct point *q = NEW_ARRAY(t->mem, struct point, 2 * half);
    bool *keep = NEW_ARRAY(t->mem, bool, 2 * half);
    for (int i = 0; i < s->n; i++) {
        q[n++] = (struct point){s->x0[i], s->y[i]};
        q[n++] = (struct point){s->x0[i], s->y[i + 1]};
    }
    for (int i = s->n - 1; i >= 0; i--) {
        q[n++] = (struct point){s->x1[i], s->y[i + 1]};
        q[n++] = (struct point){s->x1[i], s->y[i]};
    }
    keep[0] = keep[half - 1] = keep[half] = keep[n - 1] = true;
    thin_out(q, keep, 0, half - 1, tolerance);
    thin_out(q, keep, half, n - 1, tolerance);
    struct point at = q[0];
    text_put(t, "M%d %d", at.x, at.y);
    for (int i = 1; i < n; i++)
        if (keep[i]) {
            put_move(t, q[i].x - at.x, q[i].y - at.y);
            at = q[i];
        }
    text_put(t, "z");
}

/* ---- shapes ---- */

static const char *what_is(struct arena *mem, const struct program *w, const struct buffer *b)
{
    const char *kind = kind_name(buffer_kind(w, b));
    if (buffer_is_ring(b))
        return arena_format(mem, "%s, ring of %d of %d rows", kind, b->rows, b->val->h);
    return b->val->h > 1 ? arena_format(mem, "%s, %d rows", kind, b->val->h) : kind;
}

static void put_shape(struct text *t, const struct panel *p, const struct buffer *b)
{
    const struct program *w = p->program;
    struct stairs s = stairs_of(t->mem, p, b);
    bool slim = s.y[0] - s.y[s.n] < 25 || (s.n == 1 && s.x1[0] - s.x0[0] < 25);
    bool peak = p->outline_peak && b->first <= w->peak && w->peak < b->last;
    text_put(t, "<path class=\"%s%s%s%s\" d=\"", kind_class[buffer_kind(w, b)], buffer_is_ring(b) ? "r" : "",
             slim ? " z" : "", peak ? " pk" : "");
    put_outline(t, &s, p->tolerance);
    text_put(t, "\"><title>%s\n%s\n%s at %lld, steps %d to %d</title></path>\n", draw_escape(t->mem, b->name),
             what_is(t->mem, w, b), size_text(t->mem, b->bytes), (long long)b->offset, b->first, b->last - 1);
}

void panel_shapes(struct text *t, const struct panel *p)
{
    for (int i = 0; i < p->program->nbuffer; i++)
        put_shape(t, p, p->program->buffer[i]);
}

/* ---- names ---- */

struct box {
    int left, right, top, bottom;
};

/* Of the boxes inside a shape that are large enough, the one nearest to its middle; none at its edges. */
static bool find_box(const struct stairs *s, int width, int height, struct box *best)
{
    int middle = s->y[0] + s->y[s->n]; /* twice, as are distances from it */
    int most = (s->y[0] - s->y[s->n]) * 7 / 10 + 1, least = most;
    for (int i = 0; i < s->n; i++) {
        int left = s->x0[i], right = s->x1[i], k = i;
        while (k + 1 < s->n && s->y[i] - s->y[k + 1] < height) {
            k++;
            left = s->x0[k] > left ? s->x0[k] : left;
            right = s->x1[k] < right ? s->x1[k] : right;
        }
        int away = abs(s->y[i] + s->y[k + 1] - middle);
        if (s->y[i] - s->y[k + 1] < height || right - left < width || away >= least)
            continue;
        least = away;
        *best = (struct box){left, right, s->y[k + 1], s->y[i]};
    }
    return least < most;
}

/* The name of the layer says enough of its maps and masks: the colour tells them apart. */
static const char *plain_name(const struct buffer *b)
{
    const struct node *n = b->tail->val->def;
    size_t length = n ? strlen(n->name) : 0;
    bool forward = n && n->pass == PASS_FORWARD;
    return forward && !strncmp(b->name, n->name, length) && b->name[length] == '.' ? n->name : b->name;
}

static const struct {
    int size;
    const char *class;
} fonts[] = {{120, "n m"}, {100, "n8 m"}};

enum { FONTS = sizeof fonts / sizeof *fonts, MARGIN = 50 };

/* Letters in the colour of their shape surround names, so that lines end before them. */
static const char *name_class(struct arena *mem, const char *class, enum buffer_kind kind)
{
    return arena_format(mem, "%s h%s", class, kind_class[kind]);
}

static bool name_across(struct text *t, const struct stairs *s, enum buffer_kind kind, const char *name,
                        const char *bytes)
{
    for (int i = 0; i < FONTS; i++) {
        int size = fonts[i].size;
        struct box b;
        if (!find_box(s, draw_width(name, size) + MARGIN, size * 12 / 10, &b))
            continue;
        int x = (b.left + b.right) / 2, y = (b.top + b.bottom) / 2;
        bool two = b.bottom - b.top > 3 * size && b.right - b.left > draw_width(bytes, 100) + MARGIN;
        draw_text(t, x, y + size * (two ? -2 : 7) / 20, name_class(t->mem, fonts[i].class, kind), name);
        if (two)
            draw_text(t, x, y + size * 11 / 10, name_class(t->mem, "n8 m o", kind), bytes);
        return true;
    }
    return false;
}

static bool name_upwards(struct text *t, const struct stairs *s, enum buffer_kind kind, const char *name)
{
    for (int i = 0; i < FONTS; i++) {
        int size = fonts[i].size;
        struct box b;
        if (!find_box(s, size * 13 / 10, draw_width(name, size) + MARGIN, &b))
            continue;
        draw_turned(t, (b.left + b.right) / 2 + size * 7 / 20, (b.top + b.bottom) / 2, -90,
                    name_class(t->mem, fonts[i].class, kind), name);
        return true;
    }
    return false;
}

/* What is left of a name must tell something: "3.add", "depthwise", but not "add" or "weight". */
static const char *shorter(const char *name)
{
    const char *dot = strchr(name, '.');
    size_t least = dot && strchr(dot + 1, '.') ? 5 : 7;
    return dot && strlen(dot + 1) >= least ? dot + 1 : NULL;
}

void panel_names(struct text *t, const struct panel *p)
{
    for (int i = 0; i < p->program->nbuffer; i++) {
        const struct buffer *b = p->program->buffer[i];
        struct stairs s = stairs_of(t->mem, p, b);
        enum buffer_kind kind = buffer_kind(p->program, b);
        const char *bytes = draw_size(t->mem, b->bytes), *name = plain_name(b);
        if (s.y[0] - s.y[s.n] < 100)
            continue;
        while (name && !name_across(t, &s, kind, name, bytes) && !name_upwards(t, &s, kind, name))
            name = shorter(name);
    }
}
