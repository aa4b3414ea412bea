/* SPDX-License-Identifier: MIT */
/* Learning as a picture: loss and accuracy by epoch, and what was taken for what. */
#include "base/screen.h"
#include "learn/chart.h"
#include "learn/trial.h"
#include "report/picture.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 11000, PANEL = 4400, TALL = 2600, MOST_NAMES = 40 };

/* The numbers of each run as thin lines, their mean above them. */
static void put_curve(struct text *t, const struct trial *t_, const struct figures *f, struct chart *c, bool loss)
{
    int epochs = t_->how->epochs;
    double *x = NEW_ARRAY(t->mem, double, epochs + 1), *y = NEW_ARRAY(t->mem, double, epochs + 1);
    for (int e = 0; e < epochs; e++)
        x[e] = e + 1;
    for (int k = 0; k < t_->how->seeds && f->runs > 1; k++) {
        for (int e = 0; e < epochs; e++)
            y[e] = loss ? t_->result[k]->epoch[e].loss : t_->result[k]->epoch[e].accuracy;
        if (t_->well[k])
            chart_line(t, c, x, y, epochs, "line o");
    }
    for (int e = 0; e < epochs; e++)
        y[e] = loss ? f->epoch[e].loss : f->epoch[e].accuracy;
    for (int e = 0; e + 1 < epochs; e++)
        draw_line(t, chart_x(c, x[e]), chart_y(c, y[e]), chart_x(c, x[e + 1]), chart_y(c, y[e + 1]), "top");
    for (int e = 0; e < epochs; e++)
        chart_point(t, c, x[e], y[e], 0, false,
                    loss ? arena_format(t->mem, "epoch %d: loss %.4f", e + 1, y[e])
                         : arena_format(t->mem, "epoch %d: %.1f %%", e + 1, 100 * y[e]));
}

static void put_curves(struct text *t, const struct trial *trial, const struct figures *f)
{
    int epochs = trial->how->epochs;
    struct chart loss = {.left = 800,
                         .top = 1100,
                         .width = PANEL - 300,
                         .height = TALL,
                         .x0 = 1,
                         .x1 = epochs,
                         .title = "loss while it learns",
                         .across = "epoch"};
    struct chart accuracy = loss;
    accuracy.left += PANEL + 800;
    accuracy.percent = true;
    accuracy.title = trial->validation.data ? "accuracy on the validation part" : "accuracy on the test samples";
    accuracy.y0 = 1;
    for (int k = 0; k < trial->how->seeds; k++)
        for (int e = 0; e < epochs && trial->well[k]; e++) {
            const struct run_epoch *one = &trial->result[k]->epoch[e];
            loss.y1 = fmax(loss.y1, one->loss);
            accuracy.y0 = fmin(accuracy.y0, one->accuracy);
            accuracy.y1 = fmax(accuracy.y1, one->accuracy);
        }
    accuracy.y0 = fmax(0, accuracy.y0 - 0.02);
    accuracy.y1 = fmin(1, accuracy.y1 + 0.02);
    loss.y1 = loss.y1 > 0 ? loss.y1 * 1.05 : 1;
    chart_frame(t, &loss);
    put_curve(t, trial, f, &loss, true);
    if (trial->data->task != DECODED_CLASSES)
        return;
    chart_frame(t, &accuracy);
    put_curve(t, trial, f, &accuracy, false);
}

/* ---- confusion ---- */

static const char *short_name(struct arena *mem, const char *name, int width)
{
    size_t length = strlen(name);
    while (length > 1 && draw_width(arena_format(mem, "%.*s", (int)length, name), 105) > width)
        length = text_fit(name, length - 1, 1000);
    return length < strlen(name) ? arena_format(mem, "%.*s.", (int)length, name) : name;
}

/* A square a pair of classes, the darker the more often. */
static void put_cells(struct text *t, const struct trial *trial, const struct figures *f, int left, int top, int cell)
{
    int n = trial->data->classes;
    for (int c = 0; c < n; c++) {
        int sum = 0;
        for (int k = 0; k < n; k++)
            sum += f->confusion[c * f->classes + k];
        for (int k = 0; k < n; k++) {
            int count = f->confusion[c * f->classes + k];
            double share = sum ? (double)count / sum : 0;
            const char *title = arena_format(t->mem, "%s taken for %s: %d of %d", trial->data->class_name[c],
                                             trial->data->class_name[k], count, sum);
            if (!count)
                continue;
            text_put(t, "<g opacity=\"%.2f\">", 0.15 + 0.85 * share);
            draw_rect(t, left + k * cell, top + c * cell, cell - 10, cell - 10, c == k ? "ki" : "kg", title);
            text_put(t, "</g>\n");
            if (cell >= 260)
                draw_text(t, left + k * cell + cell / 2, top + c * cell + cell / 2 + 40, "m pn",
                          arena_format(t->mem, "%d", count));
        }
    }
}

/* Returns its height. */
static int put_confusion(struct text *t, const struct trial *trial, const struct figures *f, int top)
{
    int n = trial->data->classes, left = 1900, room = WIDTH - left - 600;
    int cell = room / n > 420 ? 420 : room / n;
    if (!f->part.data->labels || cell < 20)
        return 0;
    draw_text(t, 800, top, "b", "which class (left) was taken for which");
    top += 220;
    draw_rect(t, left, top, n * cell, n * cell, "floor", NULL);
    put_cells(t, trial, f, left, top, cell);
    for (int c = 0; c < n && n <= MOST_NAMES; c++) {
        const char *name = trial->data->class_name[c];
        draw_text(t, left - 60, top + c * cell + cell / 2 + 38, "s e", short_name(t->mem, name, 1200));
        draw_turned(t, left + c * cell + cell / 2 - 20, top + n * cell + 100, 30, "s", short_name(t->mem, name, 900));
    }
    return n * cell + 220 + (n <= MOST_NAMES ? 700 : 200);
}

void report_train_svg(const struct trial *t, FILE *out)
{
    struct figures f = figures_of(t);
    struct text body = text_new(t->mem), page = text_new(t->mem);
    struct spread s = spread_of(f.accuracy, f.runs);
    put_curves(&body, t, &f);
    int height = 1100 + TALL + 700;
    if (t->data->task != DECODED_CLASSES) {
        chart_page(&page, t->product->spec->name,
                   arena_format(t->mem, "%s: loss %.3g", t->product->spec->name, f.epoch[t->how->epochs - 1].loss),
                   WIDTH, height, &body);
        text_write(&page, out);
        return;
    }
    height += put_confusion(&body, t, &f, height) + 200;
    chart_page(&page, t->product->spec->name,
               f.runs > 1 ? arena_format(t->mem, "%s: %.1f %%, spread %.1f, %d runs", t->product->spec->name,
                                         100 * s.mean, 100 * s.spread, f.runs)
                          : arena_format(t->mem, "%s: %.1f %%", t->product->spec->name, 100 * s.mean),
               WIDTH, height, &body);
    text_write(&page, out);
}
