/* SPDX-License-Identifier: MIT */
/* picture: the inside of the SVG report.  All lengths are tenths of a pixel, whole numbers, so that the
 * same plan is the same bytes everywhere.
 *
 * A panel shows a program: time across, addresses up.  Time is drawn sweep by sweep; within a sweep to
 * scale, but a sweep is as wide as the root of its steps times its layers: some take hundreds of steps
 * (rows of large maps), others a handful, and all of them have something to show.  Updates get less. */
#ifndef PICTURE_H
#define PICTURE_H

#include "report/facts.h"

struct panel {
    const struct program *program;
    int left, top, width, height;
    int64_t bytes; /* address at the upper edge */
    int *x;        /* [steps + 1]: where a step begins */
    int tolerance; /* how far an outline may be from the truth */
    bool outline_peak;
};

/* ---- panel.c ---- */

void panel_scale(struct arena *mem, struct panel *p);
int64_t panel_share(const struct sweep *s); /* of the width */
int panel_y(const struct panel *p, int64_t address);

/* Every buffer as a shape with a tooltip, and the names that fit into them. */
void panel_shapes(struct text *t, const struct panel *p);
void panel_names(struct text *t, const struct panel *p);

/* ---- axis.c ---- */

/* Names of layers below a panel.  Returns how much room they take. */
int axis_names(struct text *t, const struct panel *p, const struct graph *g);

/* Forward | loss | backward above it, and the borders of sweeps as hairlines. */
enum pass axis_pass(const struct sweep *s, enum pass before); /* what a sweep does */
void axis_passes(struct text *t, const struct panel *p, int height);
void axis_borders(struct text *t, const struct panel *p);

/* Addresses on its left, at most so many, and what they are. */
void axis_bytes(struct text *t, const struct panel *p, int most);
void axis_title(struct text *t, const struct panel *p, const char *words);

/* ---- front.c ---- */

/* What there was to choose from: scratch across, additional MACs up.  The frame is a panel's. */
void front_plot(struct text *t, const struct product *p, const struct panel *frame);

/* ---- style.c ---- */

/* Colours and patterns; `name` keeps the patterns of several pictures on one page apart. */
void style_put(struct text *t, const char *name);

extern const char *const kind_class[KINDS]; /* and with an r behind it: a ring; with h before: letters */

/* ---- draw.c ---- */

/* Text at x, y; `class` may have several names: "s m" is small and middle (see style.c). */
void draw_text(struct text *t, int x, int y, const char *class, const char *words);
void draw_turned(struct text *t, int x, int y, int degrees, const char *class, const char *words);
void draw_line(struct text *t, int x0, int y0, int x1, int y1, const char *class);
void draw_rect(struct text *t, int x, int y, int width, int height, const char *class, const char *title);

/* Width of words in the style's font, at `size` tenths of a pixel; rather more than less. */
int draw_width(const char *words, int size);

/* & < > and quotes for XML. */
const char *draw_escape(struct arena *mem, const char *words);

/* "32 KiB": as size_text, but whole numbers where they are whole. */
const char *draw_size(struct arena *mem, int64_t bytes);

#endif
