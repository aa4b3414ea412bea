/* SPDX-License-Identifier: MIT */
/* pack_csv: the placer as a command of its own, for instances in the format of minimalloc: a header
 * that names the columns, then one buffer a line, alive in lower <= t < upper. */
#include "pack/pack.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { ID, LOWER, UPPER, SIZE, COLUMNS };
static const char *const column_names[COLUMNS] = {"id", "lower", "upper", "size"};

/* Placement trials: a few seconds for the hardest published instances. */
enum { EFFORT = 4000000, MOST_ERRORS = 20 };
static const size_t largest_table = (size_t)1 << 30;

struct csv_row {
    char *id;
    int64_t lower, upper, size;
};

struct csv_table {
    struct arena *mem;
    struct diag *diag;
    struct loc at;
    int column[COLUMNS]; /* where each stands in a line */
    struct csv_row *row;
    int count, capacity;
    int64_t sum; /* of the sizes */
};

/* Cuts off the field at *rest, without the blanks around it; NULL at the end of the line. */
static char *next_field(char **rest)
{
    char *field = *rest;
    if (!field)
        return NULL;
    char *comma = strchr(field, ',');
    *rest = comma ? comma + 1 : NULL;
    char *end = comma ? comma : field + strlen(field);
    field += strspn(field, " \t");
    while (end > field && strchr(" \t\r", end[-1]))
        end--;
    *end = 0;
    return field;
}

static bool read_header(struct csv_table *t, char *line)
{
    bool complete = true;
    for (int c = 0; c < COLUMNS; c++)
        t->column[c] = -1;
    int place = 0;
    for (char *field; (field = next_field(&line)); place++)
        for (int c = 0; c < COLUMNS; c++)
            if (t->column[c] < 0 && !strcmp(field, column_names[c]))
                t->column[c] = place;
    for (int c = 0; c < COLUMNS; c++)
        if (t->column[c] < 0) {
            diag_error(t->diag, t->at, NULL, "the first line must be like: id,lower,upper,size",
                       "there is no column '%s'", column_names[c]);
            complete = false;
        }
    return complete;
}

static bool read_number(struct csv_table *t, int column, const char *field, int64_t *value)
{
    char *end;
    errno = 0;
    intmax_t number = strtoimax(field, &end, 10);
    if (end == field || *end) {
        diag_error(t->diag, t->at, *field ? field : NULL, "expected a whole number", "%s is '%s'", column_names[column],
                   field);
        return false;
    }
    if (errno == ERANGE || number > INT64_MAX / 4 || number < -(INT64_MAX / 4)) {
        diag_error(t->diag, t->at, field, "numbers have up to 61 bits", "%s %s is too large", column_names[column],
                   field);
        return false;
    }
    *value = number;
    return true;
}

/* What must hold between the numbers of a row, and between rows. */
static bool row_makes_sense(struct csv_table *t, const struct csv_row *row)
{
    if (row->size < 0) {
        diag_error(t->diag, t->at, NULL, "a size is in bytes, 0 or more", "buffer '%s' has size %" PRId64, row->id,
                   row->size);
        return false;
    }
    if (row->lower >= row->upper) {
        diag_error(t->diag, t->at, NULL, "a buffer lives in lower <= t < upper",
                   "buffer '%s' has lower %" PRId64 " and upper %" PRId64, row->id, row->lower, row->upper);
        return false;
    }
    if (t->sum > INT64_MAX / 4 - row->size) {
        diag_error(t->diag, t->at, NULL, "all together they must stay below 2 to the power of 61",
                   "the sizes add up to too much");
        return false;
    }
    return true;
}

static void read_row(struct csv_table *t, char *line)
{
    struct csv_row row = {0};
    int64_t *number[COLUMNS] = {[LOWER] = &row.lower, [UPPER] = &row.upper, [SIZE] = &row.size};
    bool fine = true;
    int found = 0, place = 0;
    for (char *field; (field = next_field(&line)); place++)
        for (int c = 0; c < COLUMNS; c++)
            if (t->column[c] == place) {
                found++;
                if (c == ID)
                    row.id = field;
                else
                    fine &= read_number(t, c, field, number[c]);
            }
    if (found < COLUMNS) {
        diag_error(t->diag, t->at, NULL, "every line needs the columns id, lower, upper and size",
                   "this line has only %d column%s", place, place == 1 ? "" : "s");
        return;
    }
    if (!fine || !row_makes_sense(t, &row))
        return;
    t->sum += row.size;
    GROW(t->mem, t->row, t->count, t->capacity);
    t->row[t->count++] = row;
}

static bool read_table(struct csv_table *t, const char *path)
{
    t->at = (struct loc){path, 0};
    char *text = input_read(t->mem, path, true, largest_table, NULL);
    if (!text) {
        diag_error(t->diag, t->at, NULL, NULL, "cannot read: %s", file_error(errno));
        return false;
    }
    if (!strncmp(text, "\xef\xbb\xbf", 3))
        text += 3; /* a byte order mark, as some spreadsheets write */
    bool header = false;
    for (char *next; text && t->diag->errors < MOST_ERRORS; text = next) {
        next = strchr(text, '\n');
        if (next)
            *next++ = 0;
        t->at.line++;
        if (!text[strspn(text, " \t\r")])
            continue;
        if (header) {
            read_row(t, text);
        } else {
            header = true;
            if (!read_header(t, text))
                return false;
        }
    }
    if (!header)
        diag_error(t->diag, t->at, NULL, "the first line must be like: id,lower,upper,size", "the file is empty");
    return !t->diag->errors;
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Steps are ints, the file's times need not be: those that do not fit become their ranks. */
static void make_blocks(struct csv_table *t, struct block *block)
{
    int n = 2 * t->count, unique = 0;
    int64_t *time = NEW_ARRAY(t->mem, int64_t, n + 1);
    int *step = NEW_ARRAY(t->mem, int, n + 1);
    for (int i = 0; i < t->count; i++) {
        time[2 * i] = t->row[i].lower;
        time[2 * i + 1] = t->row[i].upper;
    }
    qsort(time, (size_t)n, sizeof *time, by_value);
    bool fits = !n || time[n - 1] - time[0] <= INT32_MAX;
    int64_t first = n ? time[0] : 0;
    for (int i = 0; i < n; i++)
        if (!i || time[i] != time[i - 1])
            time[unique++] = time[i];
    for (int i = 0; i < n; i++) {
        int64_t at = i % 2 ? t->row[i / 2].upper : t->row[i / 2].lower;
        const int64_t *rank = bsearch(&at, time, (size_t)unique, sizeof *time, by_value);
        step[i] = (int)(fits ? at - first : rank - time);
    }
    for (int i = 0; i < t->count; i++)
        block[i] = (struct block){t->row[i].size, 1, step + 2 * i, step + 2 * i + 1, -1};
}

/* How far above the proven least size the arena may be. */
static double gap_percent(const struct placement *p)
{
    return p->proven ? 100.0 * (double)(p->arena - p->proven) / (double)p->proven : 0;
}

int pack_csv(struct arena *mem, struct diag *diag, const char *path, int64_t capacity, bool verbose, FILE *out)
{
    struct csv_table t = {.mem = mem, .diag = diag};
    if (!read_table(&t, path))
        return EXIT_BAD_INPUT;
    struct block *block = NEW_ARRAY(mem, struct block, t.count + 1);
    make_blocks(&t, block);
    struct placement p = place_within(mem, block, t.count, 1, capacity, EFFORT);
    fprintf(out, "arena %" PRId64 " bound %" PRId64, p.arena, p.bound);
    if (p.status == PLACED_GAP)
        fprintf(out, " gap %.2f%%\n", gap_percent(&p));
    else
        fprintf(out, " optimal\n");
    for (int i = 0; verbose && i < t.count; i++)
        fprintf(out, "%s,%" PRId64 "\n", t.row[i].id, block[i].offset);
    return capacity && p.arena > capacity ? EXIT_NO_FIT : EXIT_DONE;
}
