/* SPDX-License-Identifier: MIT */
/* What belongs together: a person's photos, a machine's recordings.  Of a folder the file has lines "path,group", the path
 * as it is below the folder, or with the folder before it; of arrays one group a line, in the order of the samples. */
#include "data/reading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_LIST = 1 << 28 };

struct grouping {
    struct reading *r;
    const char *path;
    struct group_row {
        const char *file, *group; /* file: NULL for arrays */
        int line;
    } * row; /* sorted by file */
    int count, capacity;
};

static bool complain(const struct grouping *g, int line, const char *hint, const char *text)
{
    diag_error(g->r->d, (struct loc){g->path, line}, NULL, hint, "%s", text);
    return false;
}

static char *trim(char *text)
{
    text += strspn(text, " \t");
    size_t length = strlen(text);
    while (length && strchr(" \t\r", text[length - 1]))
        text[--length] = 0;
    return text;
}

/* A path as a sample's file is called: without the folder of the data, and without "./". */
static const char *below(const char *path, const char *source)
{
    size_t length = strlen(source);
    while (length && source[length - 1] == '/')
        length--;
    if (!strncmp(path, source, length) && path[length] == '/')
        path += length + 1;
    while (!strncmp(path, "./", 2))
        path += 2;
    return path;
}

static bool take_line(struct grouping *g, char *line, int number, bool paths)
{
    struct group_row row = {.group = line, .line = number};
    if (paths) {
        char *comma = strrchr(line, ',');
        if (!comma)
            return complain(g, number, "for example: dog/1.png,anna", "expected path,group");
        *comma = 0;
        row.file = below(trim(line), g->r->ask->source);
        row.group = trim(comma + 1);
    }
    if (!*row.group)
        return complain(g, number, NULL, "the group has no name");
    GROW(g->r->mem, g->row, g->count, g->capacity);
    g->row[g->count++] = row;
    return true;
}

static bool read_lines(struct grouping *g, bool paths)
{
    size_t length;
    errno = 0;
    char *rest = input_read(g->r->mem, g->path, false, LARGEST_LIST, &length);
    if (!rest || strlen(rest) != length)
        return complain(
            g, 0, NULL,
            arena_format(g->r->mem, "cannot read the groups: %s", rest ? "this is no text" : file_error(errno)));
    for (int number = 1; *rest; number++) {
        char *line = rest, *end = strchr(rest, '\n');
        rest = end ? end + 1 : rest + strlen(rest);
        if (end)
            *end = 0;
        line = trim(line);
        if (*line && !take_line(g, line, number, paths))
            return false;
    }
    return true;
}

/* ---- numbers for names ---- */

static int by_file(const void *a, const void *b)
{
    const struct group_row *x = a, *y = b;
    int order = strcmp(x->file, y->file);
    return order ? order : x->line - y->line;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Groups are numbered in the order of their names' bytes, so that the order of lines changes nothing. */
static void number_groups(struct dataset *data, const char **group)
{
    int count = data->x.count;
    const char **name = NEW_ARRAY(data->mem, const char *, count);
    data->groups = 0; /* those of overlapping windows */
    memcpy(name, group, (size_t)count * sizeof *name);
    qsort(name, (size_t)count, sizeof *name, by_name);
    for (int i = 0; i < count; i++)
        if (i == 0 || strcmp(name[i], name[data->groups - 1]))
            name[data->groups++] = name[i];
    data->group_name = name;
    data->group = NEW_ARRAY(data->mem, int, count);
    for (int i = 0; i < count; i++) {
        const char **found = bsearch(&group[i], name, (size_t)data->groups, sizeof *name, by_name);
        data->group[i] = (int)(found - name);
    }
}

static bool same_twice(const struct grouping *g)
{
    for (int i = 1; i < g->count; i++)
        if (!strcmp(g->row[i].file, g->row[i - 1].file) && strcmp(g->row[i].group, g->row[i - 1].group))
            return complain(
                g, g->row[i].line, NULL,
                arena_format(g->r->mem, "\"%s\" is in the group \"%s\" already", g->row[i].file, g->row[i - 1].group));
    return true;
}

/* The group of each sample by its file; a file without one is an error, a line without a file is of another data set. */
static bool group_files(const struct grouping *g, const char **group)
{
    const struct dataset *data = g->r->data;
    int missing = 0;
    if (g->count)
        qsort(g->row, (size_t)g->count, sizeof *g->row, by_file);
    if (!same_twice(g))
        return false;
    for (int n = 0; n < data->x.count && missing < MOST_MESSAGES; n++) {
        struct group_row wanted = {.file = data->file[n]};
        const struct group_row *found = NULL;
        for (int low = 0, high = g->count; low < high && !found;) {
            int middle = low + (high - low) / 2, order = strcmp(wanted.file, g->row[middle].file);
            found = order == 0 ? &g->row[middle] : NULL;
            low = order > 0 ? middle + 1 : low;
            high = order < 0 ? middle : high;
        }
        group[n] = found ? found->group : NULL;
        if (found || (n && data->file[n] == data->file[n - 1]))
            continue;
        missing += !complain(g, 0, "lines are path,group, a path as it is below the folder of the data",
                             arena_format(g->r->mem, "no group is named for \"%s\"", wanted.file));
    }
    return missing == 0;
}

bool groups_read(struct reading *r)
{
    struct grouping g = {.r = r, .path = r->ask->group};
    struct dataset *data = r->data;
    const char **group = NEW_ARRAY(r->mem, const char *, data->x.count);
    if (!read_lines(&g, data->file != NULL))
        return false;
    if (!data->file && g.count != data->x.count)
        return complain(&g, 0, "of arrays a line is the group of a sample",
                        arena_format(r->mem, "%d groups for %d samples", g.count, data->x.count));
    for (int i = 0; !data->file && i < g.count; i++)
        group[i] = g.row[i].group;
    if (data->file && !group_files(&g, group))
        return false;
    number_groups(data, group);
    return true;
}
