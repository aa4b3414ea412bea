/* SPDX-License-Identifier: MIT */
/* Messages with the place they speak of. */
#include "base/base.h"
#include "base/screen.h"

#include <ctype.h>
#include <stdlib.h>
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
        size_t behind = i + n + strspn(line + i + n, " \"]");
        bool word = !(i && is_word(line[i - 1]) && is_word(key[0])) && !(is_word(line[i + n]) && is_word(key[n - 1]));
        if (word && !strncmp(line + i, key, n) && (!field || (line[behind] == '=' && line[behind + 1] != '=')))
            return (int)i + 1;
    }
    return 0;
}

/* How many brackets more a line opens than it closes, outside of strings and comments. */
static int opened_in(const char *line, size_t length)
{
    int open = 0;
    char quote = 0;
    for (size_t i = 0; i < length; i++) {
        char c = line[i];
        if (quote) {
            i += c == '\\';
            quote = c == quote ? 0 : quote;
        } else if (c == '-' && line[i + 1] == '-')
            break;
        else if (c == '"' || c == '\'')
            quote = c;
        else
            open += strchr("({[", c) ? 1 : strchr(")}]", c) ? -1 : 0;
    }
    return open;
}

/* Where `key` stands from line at->line on, up to where the brackets that it opens are closed, as a field ("key = ...",
 * ["key"] = ...) if it can be; moves *at there. */
static int find_key(const char *text, struct loc *at, const char *key)
{
    for (int pass = 0; pass < 2; pass++) {
        const char *line = line_at(text, at->line);
        int open = 1;
        for (int n = 0; line && open > 0 && n < SEARCHED_LINES; n++) {
            size_t length = strcspn(line, "\n");
            int column = find_in_line(line, length, key, pass == 0);
            if (column) {
                at->line += n;
                return column;
            }
            open += opened_in(line, length) - (n == 0);
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

/* Bytes that move a cursor, ring a bell or change a colour. */
static bool is_control(char c)
{
    return (unsigned char)c < ' ' || c == 0x7F;
}

/* A stretch of a source line, or blanks as wide.  Tabs stay where there is room for them (`tab`); other bytes that move
 * a cursor do not. */
static void put_stretch(FILE *out, const char *from, const char *to, char tab, bool blank)
{
    for (const char *c = from; c < to; c++)
        if (*c == '\t')
            fputc(tab, out);
        else if (blank)
            fprintf(out, "%*s", text_cells(c, 1), "");
        else
            fputc(is_control(*c) ? ' ' : *c, out);
}

/* Where to begin with a line so that `key` is seen in `most` columns. */
static const char *window(const char *line, const char *key, int most)
{
    while (text_cells(line, (size_t)(key - line)) > most * 2 / 3)
        line += text_fit(line, (size_t)(key - line), most / 3) + 1;
    while (((unsigned char)*line & 0xC0) == 0x80)
        line++; /* no half of a character */
    return line;
}

/* The source line, and a caret under `column`; of a line that is wider than the screen, what is around it. */
static void show_source(FILE *out, const char *line, int number, int column, const char *tint, const char *plain)
{
    enum { GUTTER = 8, TAB = 8 };
    const char *end = line + strcspn(line, "\r\n"), *key = column ? line + column - 1 : line, *from = line, *to = end;
    int most = screen_width(out) - GUTTER, tabs = 0;
    for (const char *c = line; c < end; c++)
        tabs += *c == '\t';
    bool fits = text_cells(line, (size_t)(end - line)) + tabs * (TAB - 1) <= most;
    if (!fits && text_cells(line, (size_t)(end - line)) > most) {
        from = window(line, key, most);
        int room = most - (from > line ? (int)strlen("...") : 0);
        if (text_cells(from, (size_t)(end - from)) > room)
            to = from + text_fit(from, (size_t)(end - from), room - (int)strlen("..."));
    }
    fprintf(out, "%5d | %s", number, from > line ? "..." : "");
    put_stretch(out, from, to, fits ? '\t' : ' ', false);
    fprintf(out, "%s\n", to < end ? "..." : "");
    if (!column)
        return;
    fprintf(out, "      | %s", from > line ? "   " : "");
    put_stretch(out, from, key, fits ? '\t' : ' ', true);
    fprintf(out, "%s^%s\n", tint, plain);
}

/* Words without end, such as a name of a million letters, are shown by their beginning. */
static void shorten_words(char *text)
{
    enum { LONGEST = 500 };
    char *to = text;
    for (const char *from = text; *from;) {
        size_t blank = strspn(from, " \n\t"), word = strcspn(from + blank, " \n\t");
        size_t kept = blank + (word > LONGEST ? LONGEST : word);
        while (word > LONGEST && ((unsigned char)from[kept] & 0xC0) == 0x80)
            kept--; /* no half of a character */
        memmove(to, from, kept);
        to += kept;
        if (word > LONGEST)
            to = strcpy(to, "...") + 3;
        from += blank + word;
    }
    *to = 0;
}

/* What a spec says may be a megabyte, and come with characters that move a cursor or ring a bell: none of them reaches the
 * terminal. */
static const char *printable(struct arena *mem, const char *message)
{
    enum { LONGEST = 8000 };
    char *text = arena_string(mem, message);
    shorten_words(text);
    if (strlen(text) > LONGEST)
        text = arena_format(mem, "%.*s ...", LONGEST, text);
    for (char *c = text; *c; c++)
        if (is_control(*c) && *c != '\n' && *c != '\t')
            *c = '?';
    return text;
}

static void show(struct diag *d, const char *kind, const char *paint, struct loc at, const char *key, const char *hint,
                 const char *message)
{
    enum { INDENT = 4 };
    const char *bold = d->color ? "\033[1m" : "", *plain = d->color ? "\033[0m" : "";
    const char *tint = d->color ? paint : "";
    if (!d->out || shown_before(d, at, key, message))
        return;
    char *source = at.file && at.line > 0 ? file_read(d->mem, at.file, NULL) : NULL;
    if (source && !strncmp(source, "\xef\xbb\xbf", 3))
        source += 3; /* a byte order mark is no column */
    int column = source && key ? find_key(source, &at, key) : 0;
    const char *place = "tinytl-gen";
    if (at.file && column)
        place = arena_format(d->mem, "%s:%d:%d", at.file, at.line, column);
    else if (at.file)
        place = at.line > 0 ? arena_format(d->mem, "%s:%d", at.file, at.line) : at.file;
    fprintf(d->out, "%s%s: %s%s:%s ", bold, place, tint, kind, plain);
    wrap_words(d->out, text_cells(place, strlen(place)) + (int)strlen(kind) + 4, INDENT, message);
    const char *line = source ? line_at(source, at.line) : NULL;
    if (line)
        show_source(d->out, line, at.line, column, tint, plain);
    if (hint)
        wrap_put(d->out, INDENT, "  hint: %s", printable(d->mem, hint));
}

void diag_error(struct diag *d, struct loc at, const char *key, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    show(d, "error", "\033[31m", at, key, hint, printable(d->mem, arena_format_list(d->mem, format, args)));
    va_end(args);
    d->errors++;
}

void diag_warn(struct diag *d, struct loc at, const char *key, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    show(d, "warning", "\033[35m", at, key, hint, printable(d->mem, arena_format_list(d->mem, format, args)));
    va_end(args);
    d->warnings++;
}

void check_passed(const char *stage, const char *wrong)
{
    if (!wrong)
        return;
    fprintf(stderr,
            "tinytl-gen: a mistake of ours, please report it with the spec and --dump=%s:\n"
            "    %s\n",
            stage, wrong);
    abort();
}
