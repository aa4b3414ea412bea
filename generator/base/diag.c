/* Messages with the place they speak of. */
#include "base/base.h"

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

/* Where `key` stands from line at->line on; moves *at there.  Column from 1, or 0. */
static int find_key(const char *text, struct loc *at, const char *key)
{
    const char *line = line_at(text, at->line);
    for (int n = 0; line && n < SEARCHED_LINES; n++) {
        const char *end = strchr(line, '\n');
        const char *hit = strstr(line, key);
        if (hit && (!end || hit < end)) {
            at->line += n;
            return (int)(hit - line) + 1;
        }
        line = end ? end + 1 : NULL;
    }
    return 0;
}

static void show(struct diag *d, const char *kind, const char *paint, struct loc at,
                 const char *key, const char *hint, const char *message)
{
    const char *bold = d->color ? "\033[1m" : "", *plain = d->color ? "\033[0m" : "";
    const char *tint = d->color ? paint : "";
    char *source = at.file && at.line > 0 ? file_read(d->mem, at.file, NULL) : NULL;
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

void diag_error(struct diag *d, struct loc at, const char *key, const char *hint,
                const char *format, ...)
{
    va_list args;
    va_start(args, format);
    show(d, "error", "\033[31m", at, key, hint, format_args(d->mem, format, args));
    va_end(args);
    d->errors++;
}

void diag_warn(struct diag *d, struct loc at, const char *key, const char *hint,
               const char *format, ...)
{
    va_list args;
    va_start(args, format);
    show(d, "warning", "\033[35m", at, key, hint, format_args(d->mem, format, args));
    va_end(args);
    d->warnings++;
}
