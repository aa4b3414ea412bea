/* SPDX-License-Identifier: MIT */
#include "learn/chart.h"
#include "report/picture.h"

#include <math.h>

static double share(double value, double low, double high, bool logarithmic)
{
    if (high <= low)
        return 0.5;
    return logarithmic ? log(value / low) / log(high / low) : (value - low) / (high - low);
}

int chart_x(const struct chart *c, double x)
{
    return c->left + (int)lround(c->width * share(x, c->x0, c->x1, c->logarithmic));
}

int chart_y(const struct chart *c, double y)
{
    double up = share(y, c->y0, c->y1, false);
    return c->top + c->height - (int)lround(c->height * fmax(-0.02, fmin(1.02, up)));
}

/* 1, 2 or 5 times a power of ten: at most `most` of them fit into the range. */
static double round_step(double range, int most)
{
    double step = pow(10, floor(log10(range / most)));
    return step * (range / step <= most ? 1 : range / (2 * step) <= most ? 2 : range / (5 * step) <= most ? 5 : 10);
}

static void put_heights(struct text *t, const struct chart *c)
{
    double step = round_step(c->y1 - c->y0, 6), first = ceil(c->y0 / step - 1e-9);
    for (int i = 0; (first + i) * step <= c->y1 + step * 1e-9; i++) {
        double y = (first + i) * step + 0.0; /* and not -0 */
        int at = chart_y(c, y);
        draw_line(t, c->left, at, c->left + c->width, at, "hair");
        draw_text(t, c->left - 60, at + 38, "s e",
                  c->percent ? arena_format(t->mem, "%g %%", 100 * y) : arena_format(t->mem, "%.3g", y));
    }
}

static void put_widths(struct text *t, const struct chart *c)
{
    int bottom = c->top + c->height;
    double step = c->logarithmic ? 0 : fmax(1, round_step(c->x1 - c->x0, 8));
    for (double x = c->x0; step > 0 && x <= c->x1 + step * 1e-9; x = (floor(x / step + 1e-9) + 1) * step)
        draw_text(t, chart_x(c, x), bottom + 170, "s m", arena_format(t->mem, "%g", x));
    for (double x = 1024; c->logarithmic && x < 1e12; x *= 2)
        if (x >= c->x0 && x <= c->x1) {
            draw_line(t, chart_x(c, x), c->top, chart_x(c, x), bottom, "hair");
            draw_text(t, chart_x(c, x), bottom + 170, "s m", draw_size(t->mem, (int64_t)x));
        }
}

void chart_frame(struct text *t, const struct chart *c)
{
    draw_rect(t, c->left, c->top, c->width, c->height, "floor", NULL);
    draw_text(t, c->left, c->top - 80, "b", c->title);
    put_heights(t, c);
    put_widths(t, c);
    draw_text(t, c->left + c->width, c->top + c->height + 340, "s e", c->across);
}

void chart_line(struct text *t, const struct chart *c, const double *x, const double *y, int count, const char *class)
{
    bool open = false;
    text_put(t, "<g transform=\"scale(.1)\"><path fill=\"none\" stroke-linejoin=\"round\" class=\"%s\" d=\"", class);
    for (int i = 0; i < count; i++) {
        if (isfinite(y[i]))
            text_put(t, "%s%d %d", open ? "L" : "M", chart_x(c, x[i]), chart_y(c, y[i]));
        open = isfinite(y[i]);
    }
    text_put(t, "\"/></g>\n");
}

void chart_point(struct text *t, const struct chart *c, double x, double y, double spread, bool strong,
                 const char *title)
{
    int across = chart_x(c, x), up = chart_y(c, y);
    if (spread > 0) {
        draw_line(t, across, chart_y(c, y - spread), across, chart_y(c, y + spread), "tick");
        draw_line(t, across - 25, chart_y(c, y - spread), across + 25, chart_y(c, y - spread), "tick");
        draw_line(t, across - 25, chart_y(c, y + spread), across + 25, chart_y(c, y + spread), "tick");
    }
    text_put(
        t,
        "<g transform=\"scale(.1)\"><circle cx=\"%d\" cy=\"%d\" r=\"%d\" class=\"%s\"><title>%s</title></circle></g>\n",
        across, up, strong ? 50 : 32, strong ? "red" : "km", draw_escape(t->mem, title));
}

void chart_page(struct text *page, const char *name, const char *title, int width, int height, const struct text *body)
{
    text_put(page, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"tm\" role=\"img\" viewBox=\"0 0 %d %d\">\n",
             width / 10, height / 10);
    text_put(page, "<title>%s</title>\n", draw_escape(page->mem, title));
    style_put(page, name);
    draw_rect(page, 0, 0, width, height, "bg", NULL);
    draw_text(page, 300, 440, "h", title);
    text_bytes(page, body->at, body->length);
    text_put(page, "</svg>\n");
}
