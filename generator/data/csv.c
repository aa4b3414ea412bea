/* SPDX-License-Identifier: MIT */
/* Tables of numbers: a row a time step, a column a channel.  Commas, semicolons or tabs stand between the numbers, the
 * same in the whole file; numbers may have spaces or quotation marks around them.  A first line none of whose fields begins
 * as a number is a heading; empty lines are passed over. */
#include "data/reading.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_TABLE = 1 << 30, LONGEST_SHOWN = 24 };

struct csv {
    struct reading *r;
    const char *path;
    char *at; /* the line under way */
    int line;
    char separator;
    struct series *s;
    int64_t capacity; /* numbers */
    bool begun;       /* a line with something in it was met */
};

/* The end of the line at t->at, which gets a 0 byte; NULL behind the last. */
static char *next_line(struct csv *t, char **rest)
{
    char *line = *rest;
    if (!*line)
        return NULL;
    size_t length = strcspn(line, "\r\n");
    char end = line[length];
    *rest = line + length;
    if (end) {
        *rest += 1 + (end == '\r' && line[length + 1] == '\n');
        line[length] = 0;
    }
    t->line++;
    return line;
}

/* The separator that a line has: a tab, a semicolon, or else a comma. */
static char separator_of(const char *line)
{
    return strchr(line, '\t') ? '\t' : strchr(line, ';') ? ';' : ',';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A number of decimal digits (no "0x", no "nan"), with quotation marks and spaces around it, up to the separator or the
 * line's end, which *end is put at.  False if this is none; *begun says whether it begins as one. */
static bool take_number(const char *field, char separator, float *value, const char **end, bool *begun)
{
    const char *space = separator == '\t' ? " " : " \t", *from = field + strspn(field, space);
    bool quoted = *from == '"';
    from += quoted ? 1 + strspn(from + 1, space) : 0;
    const char *digits = from + (*from == '-' || *from == '+');
    *begun = is_digit(*digits) || (*digits == '.' && is_digit(digits[1]));
    char *after = NULL;
    double number = *begun && strncmp(digits, "0x", 2) && strncmp(digits, "0X", 2) ? strtod(from, &after) : 0;
    *value = (float)number;
    *end = field + strcspn(field, (char[]){separator, 0});
    if (!after)
        return false;
    after += strspn(after, space);
    after += quoted && *after == '"';
    after += strspn(after, space);
    return after == *end;
}

static bool is_heading(const struct csv *t, const char *line)
{
    float value;
    bool begun;
    for (const char *end;; line = end + 1) {
        if (take_number(line, t->separator, &value, &end, &begun) || begun)
            return false;
        if (!*end)
            return true;
    }
}

static void append(struct csv *t, int64_t count, float value)
{
    struct series *s = t->s;
    if (count == t->capacity) {
        int64_t room = t->capacity ? 2 * t->capacity : 1024;
        float *larger = NEW_ARRAY(t->r->mem, float, room);
        if (count)
            memcpy(larger, s->value, (size_t)count * sizeof *larger);
        s->value = larger;
        t->capacity = room;
    }
    s->value[count] = value;
}

static bool take_row(struct csv *t, const char *line)
{
    struct series *s = t->s;
    struct loc at = {t->path, t->line};
    int columns = 0;
    for (const char *end = NULL;; line = end + 1, columns++) {
        float value;
        bool begun, number = take_number(line, t->separator, &value, &end, &begun);
        int shown = (int)(end - line) > LONGEST_SHOWN ? LONGEST_SHOWN : (int)(end - line);
        if (!number || !isfinite(value)) {
            diag_error(t->r->d, at, NULL, number ? NULL : "numbers have a decimal point; a heading is the first line",
                       number ? "column %d: '%.*s' is beyond float32" : "column %d: '%.*s' is not a number",
                       columns + 1, shown, line);
            return false;
        }
        append(t, s->steps * s->columns + columns, value);
        if (!*end)
            break;
    }
    columns++;
    if (s->steps && columns != s->columns) {
        diag_error(t->r->d, at, NULL, "every row has as many numbers as the first", "expected %d columns, found %d",
                   s->columns, columns);
        return false;
    }
    s->columns = columns;
    s->steps++;
    return true;
}

bool csv_read(struct reading *r, const char *path, struct series *s)
{
    size_t length;
    errno = 0;
    char *rest = input_read(r->mem, path, false, LARGEST_TABLE, &length), *line;
    if (!rest || strlen(rest) != length) {
        REFUSE(r, path, NULL, "cannot read the table: %s", rest ? "it is no text" : file_error(errno));
        return false;
    }
    if (!strncmp(rest, "\357\273\277", 3)) /* a byte order mark */
        rest += 3;
    struct csv t = {.r = r, .path = path, .s = s};
    *s = (struct series){0};
    while ((line = next_line(&t, &rest)) != NULL) {
        if (!line[strspn(line, " \t")])
            continue;
        if (!t.begun)
            t.separator = separator_of(line);
        if ((t.begun || !is_heading(&t, line)) && !take_row(&t, line))
            return false;
        t.begun = true;
    }
    if (!s->steps)
        REFUSE(r, path, NULL, "the table has no numbers");
    return s->steps > 0;
}
