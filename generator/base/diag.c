/* Messages with the place they speak of. */
#include "base/base.h"

#include <ctype.h>
#include <string.h>

enum { SEARCHED_LINES = 12 };

static const char *line_at(const char *text, int line)
{
    for (; text && line > 1; line--) {
        text = strchr(text, '\n');
        text = text ? text + 1 : NULL;
    }
    return text;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The first place in a line where `key` stands: as a word of its own, followed by '=' if `field`.
 * Column from 1, or 0. */
static int find_in_line(const char *line, size_t length, const char *key, bool field)
{
    size_t n = strlen(key);
    for (size_t i = 0; n && i + n <= length; i++) {
        size_t behind = i + n + strspn(line + i + n, " ");
        bool word = !(i && is_word(line[i - 1]) && is_word(key[0])) && !(is_word(line[i + n]) && is_word(key[n - 1]));
        if (word && !strncmp(line + i, key, n) && (!field || (line[behind] == '=' && line[behind + 1] != '=')))
            return (int)i + 1;
    }
    return 0;
}

/* Where `key` stands from line at->line on, as a field ("key = ...") if it can be; moves *at there. */
static int find_key(const char *text, struct loc *at, const char *key)
{
    for (int pass = 0; pass < 2; pass++) {
        const char *line = line_at(text, at->line);
        for (int n = 0; line && n < SEARCHED_LINES; n++) {
            size_t length = strcspn(line, "\n");
            int column = find_in_line(line, length, key, pass == 0);
            if (column) {
                at->line += n;
                return column;
            }
            line = line[length] ? line + length + 1 : NULL;
        }
    }
    return 0;
}

/* True where the same text was shown at the same place; what is asked about is remembered. */
static bool shown_before(struct diag *d, struct loc at, const char *key, const char *message)
{
    const char *part[] = {at.file ? at.file : "", key ? key : "", message};
    uint64_t hash = hash_bytes(HASH_START, &at.line, sizeof at.line);
    for (int i = 0; i < 3; i++)
        hash = hash_bytes(hash, part[i], strlen(part[i]) + 1);
    for (int i = 0; i < d->nshown; i++)
        if (d->shown[i] == hash)
            return true;
    enum { REMEMBERED = 1000 }; /* a hostile model may have a million things to say */
    if (d->nshown < REMEMBERED) {
        GROW(d->mem, d->shown, d->nshown, d->shown_capacity);
        d->shown[d->nshown++] = hash;
    }
    return false;
}

static void show(struct diag *d, const char *kind, const char *paint, struct loc at, const char *key, const char *hint,
                 const char *message)
{
    const char *bold = d->color ? "\033[1m" : "", *plain = d->color ? "\033[0m" : "";
    const char *tint = d->color ? paint : "";
    if (shown_before(d, at, key, message))
        return;
    char *source = at.file && at.line > 0 ? file_read(d->mem, at.file, NULL) : NULL;
    if (source && !strncmp(source, "\xef\xbb\xbf", 3))
        source += 3; /* a byte order mark is no column */
    int column = source && key ? find_key(source, &at, key) : 0;
    if (at.file && column)
        fprintf(d->out, "%s%s:%d:%d: ", bold, at.file, at.line, column);
    else if (at.file && at.line > 0)
        fprintf(d->out, "%s%s:%d: ", bold, at.file, at.line);
    else if (at.file)
        fprintf(d->out, "%s%s: ", bold, at.file);
    else
        fprintf(d->out, "%stinytl-gen: ", bold);
    fprintf(d->out, "%s%s:%s %s\n", tint, kind, plain, message);
    const char *line = source ? line_at(source, at.line) : NULL;
    if (line) {
        int length = (int)strcspn(line, "\r\n");
        fprintf(d->out, "%5d | %.*s\n", at.line, length, line);
        if (column) {
            fputs("      | ", d->out);
            for (int i = 0; i < column - 1; i++)
                fputc(line[i] == '\t' ? '\t' : ' ', d->out);
            fprintf(d->out, "%s^%s\n", tint, plain);
        }
    }
    if (hint)
        fprintf(d->out, "  hint: %s\n", hint);
}

static char *format_args(struct arena *mem, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    char *s = arena_alloc(mem, (size_t)(length < 0 ? 0 : length) + 1);
    vsnprintf(s, (size_t)(length < 0 ? 0 : length) + 1, format, again);
    va_end(again);
    return s;
}

void diag_error(struct diag *d, struct loc at, const char *key, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    show(d, "error", "\033[31m", at, key, hint, format_args(d->mem, format, args));
    va_end(args);
    d->errors++;
}

void diag_warn(struct diag *d, struct loc at, const char *key, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    show(d, "warning", "\033[35m", at, key, hint, format_args(d->mem, format, args));
    va_end(args);
    d->warnings++;
}
