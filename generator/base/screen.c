/* SPDX-License-Identifier: MIT */
/* How wide what is printed may be, and text broken to that width. */
#include "base/screen.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    PLAIN = 80, /* files, pipes: the same bytes everywhere */
    LEAST = 40, /* a narrower terminal breaks lines itself */
    ENDLESS = 1 << 20
};

int screen_width(FILE *out)
{
    int file = fileno(out);
    if (file < 0)
        return ENDLESS; /* memory */
    if (!isatty(file))
        return PLAIN;
    const char *told = getenv("COLUMNS");
    struct winsize size = {0};
    int width = told ? atoi(told) : 0;
    if (width <= 0 && ioctl(file, TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
    return width <= 0 ? PLAIN : width < LEAST ? LEAST : width > ENDLESS ? ENDLESS : width;
}

/* Cells of the character whose first byte is *c: marks over the one before take none; ideographs, Hangul and most
 * pictures take two (the ranges of East Asian Width W and F, roughly). */
static int cells(const unsigned char *c)
{
    static const unsigned wide[][2] = {{0x1100, 0x115F},   {0x2E80, 0xA4CF},  {0xAC00, 0xD7A3}, {0xF900, 0xFAFF},
                                       {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},  {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F},
                                       {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
    if (*c < 0x80)
        return 1;
    if ((*c & 0xC0) == 0x80)
        return 0; /* inside a character */
    int more = *c >= 0xF0 ? 3 : *c >= 0xE0 ? 2 : 1;
    unsigned code = *c & (0x3Fu >> more);
    for (int i = 1; i <= more && (c[i] & 0xC0) == 0x80; i++)
        code = code << 6 | (c[i] & 0x3Fu);
    if (code >= 0x300 && code <= 0x36F)
        return 0;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (code >= wide[i][0] && code <= wide[i][1])
            return 2;
    return 1;
}

int text_cells(const char *text, size_t length)
{
    int sum = 0;
    for (size_t i = 0; i < length && text[i]; i++)
        sum += cells((const unsigned char *)text + i);
    return sum;
}

size_t text_fit(const char *text, size_t length, int most)
{
    size_t i = 0;
    for (int sum = 0; i < length && text[i]; i++) {
        sum += cells((const unsigned char *)text + i);
        if (sum > most)
            break;
    }
    return i;
}

/* Bytes up to where a line may be broken: "batch = 1" stays together.  No more than `most`: a word of a megabyte is
 * looked at once, not once for each of its lines. */
static size_t unbroken(const char *text, size_t most)
{
    size_t n = 0;
    while (n < most && text[n] && text[n] != '\n') {
        if (text[n] != ' ')
            n++;
        else if (text[n + 1] == '=' && text[n + 2] == ' ')
            n += 3;
        else
            break;
    }
    return n;
}

void wrap_words(FILE *out, int at, int indent, const char *text)
{
    int width = screen_width(out), lead = 0; /* lead: blanks to be printed before the next word */
    bool begun = at != indent;
    while (*text) {
        size_t blanks = strspn(text, " "), word = unbroken(text + blanks, 4 * (size_t)width + 8);
        int needed = text_cells(text + blanks, word);
        text += blanks;
        if (word && at > indent && at + (int)blanks + needed > width) {
            fputc('\n', out);
            at = lead = indent;
        } else if (word && begun) {
            lead += (int)blanks;
            at += (int)blanks;
        }
        if (needed > width - indent && word) { /* no line has room for it */
            word = text_fit(text, word, width - at);
            needed = text_cells(text, word);
        }
        if (word)
            fprintf(out, "%*s%.*s", lead, "", (int)word, text);
        lead = word ? 0 : lead;
        begun = begun || word;
        at += needed;
        text += word;
        if (*text == '\n') {
            fputc('\n', out);
            at = lead = indent;
            begun = false;
            text++;
        }
    }
    fputc('\n', out);
}

void wrap_lines(FILE *out, const char *text)
{
    enum { BEHIND = 4 };
    for (size_t length; *text; text += length) {
        length = strcspn(text, "\n");
        int blanks = (int)strspn(text, " ");
        if (text_cells(text, length) <= screen_width(out))
            fprintf(out, "%.*s\n", (int)length, text);
        else {
            char *line = strndup(text, length);
            if (!line)
                abort();
            wrap_words(out, 0, blanks + BEHIND, line);
            free(line);
        }
        length += text[length] == '\n';
    }
}

void wrap_put(FILE *out, int indent, const char *format, ...)
{
    va_list args;
    char *words = NULL;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0 || !(words = malloc((size_t)length + 1)))
        abort();
    va_start(args, format);
    vsnprintf(words, (size_t)length + 1, format, args);
    va_end(args);
    wrap_words(out, 0, indent, words);
    free(words);
}
