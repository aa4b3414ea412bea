/* SPDX-License-Identifier: MIT */
/* The plan as one picture: https://www.w3.org/TR/SVG2, no script, no fonts, nothing from elsewhere.
 *
 *      name, totals, legend
 *      | forward          |loss|      backward          |
 *      +------------------------------------------------+       +---------+  +-+
 *      |  addresses up, time across: the training step  | lines | predict |  |n|  to the same scale
 *      +------------------------------------------------+       +---------+  +-+
 *        names of layers
 *      +------------------------------------------------+
 *      |  bytes alive, by kind                          |
 *      +------------------------------------------------+                                          */
#include "report/picture.h"

#include <stdlib.h>
#include <string.h>

enum {
    WIDTH = 12800,
    LEFT = 760,
    MAIN = 8340,
    SIDE = 1200, /* predict, beside the training step */
    SIDE_LEFT = 10360,
    NET_LEFT = 11960,
    NET_WIDTH = 340,
    PASSES = 220,
    TOP = 1500,
    HEIGHT = 4400,
    CURVE = 900,
    MOST_BYTES = 290000, /* of the file */
};

/* ---- words ---- */

#define BETWEEN "\xE2\x80\x83\xC2\xB7\xE2\x80\x83" /* a dot between em spaces, which XML keeps */

static void put_title(struct text *t, const struct product *p)
{
    const struct plan *q = p->plan;
    const struct val *out = p->graph->scores;
    struct shape in = image_shape(p->graph);
    const struct program *w = q->train ? q->train : q->predict;
    int64_t scratch = q->scratch_train > q->scratch_infer ? q->scratch_train : q->scratch_infer;
    struct arena *m = t->mem;
    text_put(t, "<text x=\"76\" y=\"42\" class=\"h\">%s <tspan>%s in %s of RAM</tspan></text>\n",
             draw_escape(m, p->spec->name), q->train ? "learns" : "predicts", draw_size(m, q->total));
    struct text s = text_new(m);
    text_put(&s, "scratch %s + net %s + stack %s", draw_size(m, scratch), draw_size(m, q->net), draw_size(m, q->stack));
    text_put(&s, BETWEEN "%d \xC3\x97 %d \xC3\x97 %d \xE2\x86\x92 %d", in.h, in.w, in.c, out->h * out->w * out->c);
    if (q->train)
        text_put(&s, BETWEEN "%lld values learn", (long long)trained_values(p->graph));
    text_put(&s, BETWEEN "MACs: %s forward", count_text(m, plan_forward(q)));
    if (q->train)
        text_put(&s, " + %s backward", count_text(m, w->macs[1]));
    if (w->macs[2])
        text_put(&s, " + %s recomputed (+%lld %%)", count_text(m, w->macs[2]),
                 (long long)(100 * w->macs[2] / (w->macs[0] + w->macs[1])));
    draw_text(t, LEFT, 680, "", s.at);
}

static int put_swatch(struct text *t, int x, int y, const char *class, const char *words)
{
    text_put(t, "<g transform=\"scale(.1)\" class=\"sh\"><path class=\"%s\" d=\"M%d %dh150v120h-150z\"/></g>\n", class,
             x, y - 100);
    draw_text(t, x + 210, y, "", words);
    return x + 210 + draw_width(words, 130) + 230;
}

static void put_legend(struct text *t, const struct product *p)
{
    bool present[KINDS] = {false}, ring = false;
    const struct program *both[2] = {p->plan->train, p->plan->predict};
    int x = LEFT;
    for (int i = 0; i < 2; i++)
        for (int k = 0; both[i] && k < both[i]->nbuffer; k++) {
            present[buffer_kind(both[i], both[i]->buffer[k])] = true;
            ring = ring || buffer_is_ring(both[i]->buffer[k]);
        }
    for (int k = 0; k < KINDS; k++)
        if (present[k])
            x = put_swatch(t, x, 960, kind_class[k], kind_name((enum buffer_kind)k));
    if (ring)
        x = put_swatch(t, x, 960, "kmr", "hatched: a ring of a few rows");
    put_swatch(t, x, 960, "floor pk", "alive at the peak");
}

/* ---- lines across the panel, labelled on its right ---- */

struct mark {
    int64_t bytes;
    const char *class, *text_class, *words;
    int y; /* of the label */
};

static int by_bytes(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;
    return x->bytes < y->bytes ? -1 : x->bytes > y->bytes;
}

static int64_t scratch_limit(const struct product *p)
{
    const struct budget *b = &p->spec->budget;
    int64_t ram = b->ram ? b->ram - p->plan->net - p->plan->stack : 0;
    if (ram < 0)
        ram = 0;
    return !b->scratch ? ram : !ram || b->scratch < ram ? b->scratch : ram;
}

static int list_marks(struct arena *mem, const struct product *p, const struct panel *panel, struct mark *list)
{
    const struct program *w = panel->program;
    const struct placement *placed = p->plan->train ? &p->plan->placed_train : &p->plan->placed_predict;
    int64_t limit = scratch_limit(p);
    int n = 0;
    if (placed->bound < w->arena)
        list[n++] = (struct mark){placed->bound, "low", "s", "lower bound", 0};
    list[n++] = (struct mark){w->arena, "top", "b", placed->bound < w->arena ? "scratch" : "scratch = bound", 0};
    if (limit)
        list[n++] = (struct mark){limit, "budget", "red",
                                  p->spec->budget.scratch == limit
                                      ? "scratch budget"
                                      : arena_format(mem, "RAM budget %s", draw_size(mem, p->spec->budget.ram)),
                                  0};
    qsort(list, (size_t)n, sizeof *list, by_bytes);
    return n;
}

static void put_marks(struct text *t, const struct product *p, const struct panel *panel)
{
    struct mark list[3];
    int n = list_marks(t->mem, p, panel, list), right = panel->left + panel->width, above = WIDTH;
    for (int i = 0; i < n; i++) { /* from below; two lines of text each */
        struct mark *k = &list[i];
        bool inside = k->bytes <= panel->bytes;
        int y = inside ? panel_y(panel, k->bytes) : panel->top;
        bool ram = !strncmp(k->words, "RAM", 3); /* a line more */
        int lines = ram ? 470 : 330;
        k->y = y + 30 < above - lines ? y + 30 : above - lines;
        above = k->y;
        if (inside)
            draw_line(t, panel->left, y, right + 40, y, k->class);
        if (inside)
            text_put(t, "<path class=\"lead\" d=\"M%d.0 %d.%dL%d %d\"/>\n", right / 10 + 4, y / 10, y % 10,
                     right / 10 + 10, k->y / 10 - 3);
        draw_text(t, right + 130, k->y, k->text_class, k->words);
        if (ram)
            draw_text(t, right + 130, k->y + 140, "s red", "less net + stack:");
        draw_text(t, right + 130, k->y + (ram ? 280 : 140), strcmp(k->text_class, "red") ? "s" : "s red",
                  arena_format(t->mem, "%s%s", draw_size(t->mem, k->bytes), inside ? "" : " \xE2\x86\x91"));
    }
}

/* ---- the peak ---- */

static void put_peak(struct text *t, const struct panel *p)
{
    const struct program *w = p->program;
    int x = (p->x[w->peak] + p->x[w->peak + 1]) / 2;
    draw_line(t, x, p->top, x, p->top + p->height, "peak");
    text_put(t, "<path class=\"flag\" d=\"M%d.%d %dl-5 -7h10z\"/>\n", x / 10, x % 10, p->top / 10);
}

/* ---- bytes alive ---- */

static int64_t total_at(const int64_t *alive, int step)
{
    int64_t sum = 0;
    for (int k = 0; k < KINDS; k++)
        sum += alive[step * KINDS + k];
    return sum;
}

enum { COLUMN = 15 }; /* width of what is drawn of the curve */

/* For every column the step in it at which most is alive. */
static int *fullest_steps(struct arena *mem, const struct panel *p, const int64_t *alive, int *columns)
{
    int *step = NEW_ARRAY(mem, int, p->width / COLUMN + 2), s = 0;
    *columns = p->width / COLUMN;
    for (int i = 0; i < *columns; i++) {
        int right = p->left + (i + 1) * COLUMN;
        step[i] = s;
        for (; s < p->program->steps && p->x[s] < right; s++)
            if (total_at(alive, s) > total_at(alive, step[i]))
                step[i] = s;
        s -= s > 0; /* it may reach into the next column */
    }
    return step;
}

static void put_level(struct text *t, const struct panel *p, const int64_t *level, const int *step, int columns,
                      bool back)
{
    int last = -1;
    for (int k = 0; k < columns; k++) {
        int i = back ? columns - 1 - k : k;
        int y = panel_y(p, level[step[i]]);
        int x = p->left + (back ? i + 1 : i) * COLUMN;
        if (k == 0)
            text_put(t, "%s%d %d", back ? "L" : "M", x, y);
        else if (y != last)
            text_put(t, "H%dV%d", x, y);
        last = y;
    }
    text_put(t, "H%d", back ? p->left : p->left + columns * COLUMN);
}

static void put_curve(struct text *t, const struct panel *p)
{
    const struct program *w = p->program;
    int64_t *alive = alive_by_kind(t->mem, w);
    int64_t *low = NEW_ARRAY(t->mem, int64_t, w->steps), *high = NEW_ARRAY(t->mem, int64_t, w->steps);
    int columns, *step = fullest_steps(t->mem, p, alive, &columns);
    text_put(t, "<g transform=\"scale(.1)\">\n");
    for (int k = 0; k < KINDS; k++) {
        for (int s = 0; s < w->steps; s++) {
            low[s] = high[s];
            high[s] += alive[s * KINDS + k];
        }
        text_put(t, "<path class=\"%s\" d=\"", kind_class[k]);
        put_level(t, p, high, step, columns, false);
        put_level(t, p, low, step, columns, true);
        text_put(t, "z\"><title>%s</title></path>\n", kind_name((enum buffer_kind)k));
    }
    text_put(t, "</g>\n");
}

static void put_alive(struct text *t, const struct panel *p, const struct panel *main)
{
    const struct program *w = p->program;
    struct arena *m = t->mem;
    int x = (p->x[w->peak] + p->x[w->peak + 1]) / 2, y = panel_y(p, w->bound);
    draw_rect(t, p->left, p->top, p->width, p->height, "floor", NULL);
    put_curve(t, p);
    draw_line(t, p->left, y, p->left + p->width, y, "low");
    draw_line(t, x, p->top - 60, x, p->top + p->height, "peak");
    text_put(t, "<circle cx=\"%d.%d\" cy=\"%d.%d\" r=\"3.5\" class=\"flag\"/>\n", x / 10, x % 10, y / 10, y % 10);
    const struct node *n = node_at(w, w->peak);
    const char *words =
        arena_format(m, "peak: %s alive at step %d, %s of %s", draw_size(m, w->bound), w->peak, n->op->name, n->name);
    bool left = x > main->left + main->width / 2;
    draw_text(t, left ? x - 90 : x + 90, p->top - 50, left ? "e b" : "b", words);
    draw_text(t, p->left - 70, y + 38, "s e", draw_size(m, w->bound));
    draw_text(t, p->left - 70, p->top + p->height + 20, "s e", "0");
}

/* ---- what stays: net and stack ---- */

static void put_net(struct text *t, const struct product *p, const struct panel *main)
{
    int64_t trained = net_bytes(p->graph, ROLE_TRAINED), state = net_bytes(p->graph, ROLE_STATE);
    struct arena *m = t->mem;
    int64_t part[3] = {trained, p->plan->net - trained, p->plan->stack}, at = 0;
    const char *name[3] = {"what learns", state ? "optimiser state" : "counters", "stack"};
    const char *class[3] = {"kt", "ko", "ks"};
    int middle = NET_LEFT + NET_WIDTH / 2, bottom = main->top + main->height;
    for (int i = 0; i < 3; i++) {
        int low = panel_y(main, at < main->bytes ? at : main->bytes);
        at += part[i];
        int high = panel_y(main, at < main->bytes ? at : main->bytes);
        const char *size = draw_size(m, part[i]);
        draw_rect(t, NET_LEFT, high, NET_WIDTH, low - high, class[i], arena_format(m, "%s: %s", name[i], size));
        if (low - high > draw_width(name[i], 120) + 60)
            draw_turned(t, middle + 40, (low + high) / 2, -90, "n m", name[i]);
    }
    if (at > main->bytes) /* torn off */
        for (int i = 0; i < 2; i++)
            text_put(t, "<path class=\"bg\" d=\"M%d %dl9 -6l9 6l9 -6l9 6v4l-9 -6l-9 6l-9 -6l-9 6z\"/>\n",
                     NET_LEFT / 10 - 1, main->top / 10 + 22 + 9 * i);
    draw_text(t, middle, bottom + 150, "m s", "net + stack");
    draw_text(t, middle, bottom + 290, "m s", draw_size(m, p->plan->net + p->plan->stack));
}

/* ---- the page ---- */

static void put_panel(struct text *t, const struct panel *p)
{
    draw_rect(t, p->left, panel_y(p, p->program->arena), p->width, p->top + p->height - panel_y(p, p->program->arena),
              "floor", NULL);
    axis_borders(t, p);
    text_put(t, "<g transform=\"scale(.1)\" class=\"sh\">\n");
    panel_shapes(t, p);
    text_put(t, "</g>\n");
}

static int64_t top_address(const struct product *p, const struct program *w)
{
    int64_t top = w->arena, limit = scratch_limit(p);
    if (p->plan->predict->arena > top)
        top = p->plan->predict->arena;
    return limit > top && limit < top + top / 3 ? limit : top > 0 ? top : 1;
}

static void put_main(struct text *t, const struct product *p, const struct panel *main)
{
    axis_passes(t, main, PASSES);
    put_panel(t, main);
    put_peak(t, main);
    put_marks(t, p, main);
    panel_names(t, main);
    axis_bytes(t, main, 9);
    axis_title(t, main, "address in scratch");
}

/* Predict, to the same scale. */
static void put_side(struct text *t, const struct product *p, const struct panel *main)
{
    struct panel side = *main;
    int middle = SIDE_LEFT + SIDE / 2, bottom = TOP + HEIGHT;
    side.program = p->plan->predict;
    side.left = SIDE_LEFT;
    side.width = SIDE;
    side.outline_peak = false;
    panel_scale(t->mem, &side);
    put_panel(t, &side);
    panel_names(t, &side);
    draw_text(t, middle, bottom + 150, "m s", "predict, in the same scratch");
    draw_text(t, middle, bottom + 290, "m s", draw_size(t->mem, p->plan->scratch_infer));
}

/* Returns where it ends. */
static int put_below(struct text *t, const struct product *p, const struct panel *main, int top)
{
    struct panel curve = *main, frame = *main;
    const struct program *w = main->program;
    curve.top = frame.top = top;
    curve.height = frame.height = CURVE;
    curve.bytes = w->bound + w->bound / 12 + 1;
    put_alive(t, &curve, main);
    axis_title(t, &curve, "bytes alive");
    frame.left = SIDE_LEFT;
    frame.width = NET_LEFT + NET_WIDTH - SIDE_LEFT;
    if (p->plan->train)
        front_plot(t, p, &frame);
    draw_text(t, LEFT, top + CURVE + 220, "s",
              "Each shape is a buffer: as high as its bytes, from where its rows are made (left) to where "
              "they die (right).");
    draw_text(t, LEFT, top + CURVE + 380, "s",
              "Time runs in kernel calls; a sweep is as wide as the root of its calls times its layers, updates less.");
    return top + CURVE + 540;
}

static struct text draw(struct arena *mem, const struct product *p, int tolerance)
{
    struct text page = text_new(mem), body = text_new(mem);
    const struct program *w = p->plan->train ? p->plan->train : p->plan->predict;
    struct panel main = {.program = w,
                         .left = LEFT,
                         .top = TOP,
                         .width = MAIN,
                         .height = HEIGHT,
                         .bytes = top_address(p, w),
                         .tolerance = tolerance,
                         .outline_peak = true};
    panel_scale(mem, &main);
    put_title(&body, p);
    put_legend(&body, p);
    put_main(&body, p, &main);
    put_net(&body, p, &main);
    if (p->plan->train)
        put_side(&body, p, &main);
    int names = axis_names(&body, &main, p->graph);
    int height = put_below(&body, p, &main, TOP + HEIGHT + names + 260);
    text_put(&page, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"tm\" role=\"img\" viewBox=\"0 0 %d %d\">\n",
             WIDTH / 10, height / 10);
    text_put(&page, "<title>Memory of %s, byte by byte and step by step</title>\n", draw_escape(mem, p->spec->name));
    style_put(&page, p->spec->name);
    draw_rect(&page, 0, 0, WIDTH, height, "bg", NULL);
    text_bytes(&page, body.at, body.length);
    text_put(&page, "</svg>\n");
    return page;
}

void report_svg(const struct product *p, FILE *out)
{
    struct text t = draw(p->graph->mem, p, 4);
    for (int tolerance = 8; t.length > MOST_BYTES && tolerance < 100; tolerance *= 2)
        t = draw(p->graph->mem, p, tolerance);
    fwrite(t.at, 1, t.length, out);
}
