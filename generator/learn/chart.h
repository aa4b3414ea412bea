/* SPDX-License-Identifier: MIT */
/* chart: diagrams of numbers, in the style of the memory report. */
#ifndef CHART_H
#define CHART_H

#include "base/base.h"

/* Lengths are tenths of a pixel. */
struct chart {
    int left, top, width, height;
    double x0, x1, y0, y1; /* what its edges stand for */
    bool logarithmic;      /* across */
    bool percent;          /* upwards: shares, shown in percent */
    const char *title, *across;
};

/* The floor, the title, numbers beside it at round places. */
void chart_frame(struct text *t, const struct chart *c);

/* A line through `count` points. */
void chart_line(struct text *t, const struct chart *c, const double *x, const double *y, int count, const char *class);

/* A point with its spread up and down (0: none), and what is said of it when it is pointed at. */
void chart_point(struct text *t, const struct chart *c, double x, double y, double spread, bool strong,
                 const char *title);

int chart_x(const struct chart *c, double x);
int chart_y(const struct chart *c, double y);

/* A page around what was drawn. */
void chart_page(struct text *page, const char *name, const char *title, int width, int height, const struct text *body);

/* ---- front_picture.c ---- */

/* A plan that was measured. */
struct front_point {
    const char *name;
    double ram;              /* bytes */
    double accuracy, spread; /* 0 .. 1 */
    bool on_front;           /* no other has less RAM and is as good: joined by a line */
    bool named;              /* its name stands beside it: the chosen one, controls */
    bool chosen;
};

/* Accuracy against RAM, as one page. */
void front_picture(struct arena *mem, FILE *out, const char *name, const char *title, const struct front_point *point,
                   int count);

#endif
