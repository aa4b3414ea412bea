/* SPDX-License-Identifier: MIT */
/* Text that grows, files, names. */
#include "base/base.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct text text_new(struct arena *a)
{
    return (struct text){.at = NEW_ARRAY(a, char, 256), .capacity = 256, .mem = a};
}

static void reserve(struct text *t, size_t more)
{
    if (t->length + more + 1 <= t->capacity)
        return;
    size_t capacity = 2 * t->capacity + more;
    char *bigger = arena_alloc(t->mem, capacity);
    memcpy(bigger, t->at, t->length);
    t->at = bigger;
    t->capacity = capacity;
}

void text_bytes(struct text *t, const char *bytes, size_t length)
{
    reserve(t, length);
    memcpy(t->at + t->length, bytes, length);
    t->length += length;
    t->at[t->length] = 0;
}

void text_put(struct text *t, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t room = t->capacity - t->length;
    int length = vsnprintf(t->at + t->length, room, format, args);
    va_end(args);
    if (length > 0 && (size_t)length >= room) {
        reserve(t, (size_t)length);
        vsnprintf(t->at + t->length, (size_t)length + 1, format, again);
    }
    t->length += length > 0 ? (size_t)length : 0;
    va_end(again);
}

void text_later(struct text *t, void (*write)(FILE *out, const void *what), const void *what)
{
    GROW(t->mem, t->passage, t->npassage, t->passage_capacity);
    t->passage[t->npassage++] = (struct passage){t->length, write, what};
}

void text_write(const struct text *t, FILE *out)
{
    size_t at = 0;
    for (int i = 0; i < t->npassage; i++) {
        const struct passage *p = &t->passage[i];
        fwrite(t->at + at, 1, p->before - at, out);
        p->write(out, p->what);
        at = p->before;
    }
    fwrite(t->at + at, 1, t->length - at, out);
}

char *path_beside(struct arena *a, const char *base, const char *name)
{
    const char *slash = strrchr(base, '/');
    if (name[0] == '/' || !slash)
        return arena_string(a, name);
    return arena_format(a, "%.*s/%s", (int)(slash - base), base, name);
}

char *size_text(struct arena *a, int64_t bytes)
{
    if (bytes < 1024)
        return arena_format(a, "%lld B", (long long)bytes);
    if (bytes < 1024 * 1024)
        return arena_format(a, "%.1f KiB", (double)bytes / 1024);
    return arena_format(a, "%.2f MiB", (double)bytes / (1024 * 1024));
}

bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), k = strlen(end);
    return n >= k && !strcmp(text + n - k, end);
}

bool glob_match(const char *glob, const char *name)
{
    const char *star = NULL, *resume = NULL;
    while (*name) {
        if (*glob == '*') {
            star = glob++;
            resume = name;
        } else if (*glob == '?' || *glob == *name) {
            glob++;
            name++;
        } else if (star) { /* let the last star take one more character */
            glob = star + 1;
            name = ++resume;
        } else {
            return false;
        }
    }
    while (*glob == '*')
        glob++;
    return !*glob;
}

enum { LONGEST_NAME = 63 };

static int least_of(int a, int b)
{
    return a < b ? a : b;
}

/* Letters changed, left out or too many; two neighbours that changed places count once ("sdg" is nearer to "sgd" than
 * to "add"). */
static int edit_distance(const char *a, const char *b)
{
    int rows[3][LONGEST_NAME + 1], n = (int)strlen(b);
    if (n > LONGEST_NAME || strlen(a) > LONGEST_NAME)
        return LONGEST_NAME;
    for (int j = 0; j <= n; j++)
        rows[0][j] = j;
    int i = 0;
    while (a[i++]) {
        int *row = rows[i % 3];
        const int *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (int j = 1; j <= n; j++) {
            row[j] = least_of(last[j - 1] + (a[i - 1] != b[j - 1]), least_of(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least_of(row[j], before[j - 2] + 1);
        }
    }
    return rows[(i - 1) % 3][n];
}

/* "activation" -> "act": the longest of the names that `name` starts with, letters left out. */
static const char *longest_start(const char *name, const char *const *names, int count)
{
    const char *best = NULL;
    for (int i = 0; i < count; i++)
        if (strlen(names[i]) > 1 && !strncmp(name, names[i], strlen(names[i])) &&
            (!best || strlen(names[i]) > strlen(best)))
            best = names[i];
    return best;
}

const char *nearest_name(const char *name, const char *const *names, int count)
{
    const char *best = NULL;
    int least = (int)strlen(name) / 3 + 2;
    least = least < LONGEST_NAME ? least : LONGEST_NAME;
    for (int i = 0; i < count; i++) {
        int d = edit_distance(name, names[i]);
        if (d < least && d * 2 <= (int)strlen(name)) {
            least = d;
            best = names[i];
        }
    }
    return best ? best : longest_start(name, names, count);
}

uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t length)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < length; i++)
        seed = (seed ^ p[i]) * 1099511628211u;
    return seed;
}

uint64_t hash_word(uint64_t hash, uint32_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u; /* odd: nothing is lost */
    return hash ^ hash >> 32;
}
