/* SPDX-License-Identifier: MIT */
#include "base/table.h"
#include "base/screen.h"

enum { LEAST_NAME = 14 };

struct layout {
    int width[TABLE_COLUMNS]; /* 0: left out */
    int indent, screen;
    int apart; /* blanks between columns: two, or one where that saves a column */
};

struct table table_new(struct arena *mem, const struct table_column *column, int ncolumn)
{
    return (struct table){.mem = mem, .column = column, .ncolumn = ncolumn};
}

void table_row(struct table *t, const char *const *cell, const char *below)
{
    for (int i = 0; i < t->ncolumn; i++) {
        GROW(t->mem, t->cell, t->nrow * t->ncolumn + i, t->capacity);
        t->cell[t->nrow * t->ncolumn + i] = cell[i];
    }
    GROW(t->mem, t->below, t->nrow, t->row_capacity);
    t->below[t->nrow++] = below;
}

static int widest(const struct table *t, int column)
{
    int most = text_cells(t->column[column].head, SIZE_MAX);
    for (int i = 0; i < t->nrow; i++) {
        int n = text_cells(t->cell[i * t->ncolumn + column], SIZE_MAX);
        most = n > most ? n : most;
    }
    return most;
}

/* Columns besides the names. */
static int others(const struct table *t, const struct layout *l)
{
    int sum = 0;
    for (int i = 1; i < t->ncolumn; i++)
        sum += l->width[i] ? l->width[i] + l->apart : 0;
    return sum;
}

static struct layout lay_out(const struct table *t, FILE *out, int indent)
{
    struct layout l = {.indent = indent, .screen = screen_width(out), .apart = 2};
    for (int i = 0; i < t->ncolumn; i++)
        l.width[i] = widest(t, i);
    int most = l.width[0] < LEAST_NAME ? l.width[0] : LEAST_NAME;
    if (indent + most + others(t, &l) > l.screen)
        l.apart = 1;
    while (indent + most + others(t, &l) > l.screen) {
        int drop = 0;
        for (int i = 1; i < t->ncolumn; i++)
            if (l.width[i] && t->column[i].spare > (drop ? t->column[drop].spare : 0))
                drop = i;
        if (!drop)
            break;
        l.width[drop] = 0;
    }
    int room = l.screen - indent - others(t, &l);
    l.width[0] = l.width[0] < room ? l.width[0] : room < LEAST_NAME ? LEAST_NAME : room;
    return l;
}

static void put_row(const struct table *t, const struct layout *l, const char *const *cell, FILE *out)
{
    int pending = l->indent; /* blanks are printed before what follows them: none at the end of a line */
    for (int i = 0; i < t->ncolumn; i++) {
        int taken = text_cells(cell[i], SIZE_MAX), room = l->width[i] - taken;
        if (!l->width[i])
            continue;
        if (room < 0) { /* a name that is too long */
            size_t shown = text_fit(cell[i], SIZE_MAX, l->screen - pending);
            fprintf(out, "%*s%.*s\n", pending, "", (int)shown, cell[i]);
            pending = l->indent + l->width[i];
        } else if (t->column[i].left) {
            fprintf(out, "%*s%s", taken ? pending : 0, "", cell[i]);
            pending = room + (taken ? 0 : pending);
        } else {
            fprintf(out, "%*s%s", taken ? pending + room : 0, "", cell[i]);
            pending = taken ? 0 : pending + l->width[i];
        }
        pending += l->apart;
    }
    fputc('\n', out);
}

void table_put(const struct table *t, FILE *out, int indent)
{
    const char *head[TABLE_COLUMNS];
    struct layout l = lay_out(t, out, indent);
    for (int i = 0; i < t->ncolumn; i++)
        head[i] = t->column[i].head;
    put_row(t, &l, head, out);
    for (int i = 0; i < t->nrow; i++) {
        put_row(t, &l, t->cell + i * t->ncolumn, out);
        if (t->below[i])
            fprintf(out, "%s\n", t->below[i]);
    }
}
