/* SPDX-License-Identifier: MIT */
/* Accuracy against RAM. */
#include "learn/chart.h"
#include "report/picture.h"

#include <math.h>
#include <stdlib.h>

enum { WIDTH = 9000, HEIGHT = 5600 };

static struct chart chart_of(const struct front_point *point, int count)
{
    struct chart c = {.left = 800,
                      .top = 900,
                      .width = WIDTH - 1300,
                      .height = HEIGHT - 1500,
                      .logarithmic = true,
                      .percent = true,
                      .title = "accuracy on samples that it has not seen",
                      .across = "RAM for training"};
    c.x0 = c.y0 = INFINITY;
    c.x1 = c.y1 = 0;
    for (int i = 0; i < count; i++) {
        c.x0 = fmin(c.x0, point[i].ram);
        c.x1 = fmax(c.x1, point[i].ram);
        c.y0 = fmin(c.y0, point[i].accuracy - point[i].spread);
        c.y1 = fmax(c.y1, point[i].accuracy + point[i].spread);
    }
    c.x0 *= 0.9;
    c.x1 *= 1.15;
    double margin = fmax(0.005, (c.y1 - c.y0) / 12);
    c.y0 = fmax(0, c.y0 - margin);
    c.y1 = fmin(1.005, c.y1 + margin);
    return c;
}

static int by_ram(const void *a, const void *b)
{
    const struct front_point *x = a, *y = b;
    return x->ram < y->ram ? -1 : x->ram > y->ram ? 1 : x->accuracy < y->accuracy ? -1 : x->accuracy > y->accuracy;
}

/* Names stand below their points on the right, where a front leaves room, or on the left where the floor ends; never two in
 * one place. */
static void put_name(struct text *t, const struct chart *c, const struct front_point *p, int *last)
{
    int x = chart_x(c, p->ram), y = chart_y(c, p->accuracy) + 170, width = draw_width(p->name, 120) + 90;
    bool left = x + width > c->left + c->width;
    for (int tries = 0; tries < 4 && abs(y - *last) < 150; tries++)
        y += 150;
    *last = y;
    draw_text(t, left ? x - 50 : x + 50, y, left ? "e" : p->chosen ? "b" : "", p->name);
}

void front_picture(struct arena *mem, FILE *out, const char *name, const char *title, const struct front_point *point,
                   int count)
{
    struct text body = text_new(mem), page = text_new(mem);
    struct front_point *sorted = NEW_ARRAY(mem, struct front_point, count + 1);
    double *x = NEW_ARRAY(mem, double, count + 1), *y = NEW_ARRAY(mem, double, count + 1);
    struct chart c = chart_of(point, count);
    int front = 0, last = -1000;
    for (int i = 0; i < count; i++)
        sorted[i] = point[i];
    qsort(sorted, (size_t)count, sizeof *sorted, by_ram);
    chart_frame(&body, &c);
    for (int i = 0; i < count; i++)
        if (sorted[i].on_front) {
            x[front] = sorted[i].ram;
            y[front++] = sorted[i].accuracy;
        }
    chart_line(&body, &c, x, y, front, "line");
    for (int i = 0; i < count; i++) {
        const struct front_point *p = &sorted[i];
        chart_point(&body, &c, p->ram, p->accuracy, p->spread, p->chosen,
                    arena_format(mem, "%s: %.1f %%, %s", p->name, 100 * p->accuracy, draw_size(mem, (int64_t)p->ram)));
    }
    for (int i = 0; i < count; i++)
        if (sorted[i].named || sorted[i].chosen)
            put_name(&body, &c, &sorted[i], &last);
    chart_page(&page, name, title, WIDTH, HEIGHT, &body);
    text_write(&page, out);
}
