/* SPDX-License-Identifier: MIT */
/* What cannot be imported, and why: messages that show text of the file safely. */
#include "import/model/model.h"

#include <string.h>

enum { SHOWN_TEXT = 60, SHOWN_REFUSALS = 100 };

/* What makes a terminal or an editor show something else than is there: controls, invisible characters, and those
 * that turn the direction of writing. */
static bool is_deceptive(uint32_t c)
{
    static const uint32_t ranges[][2] = {{0, 0x1f},         {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},
                                         {0x180e, 0x180e},  {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
                                         {0xfeff, 0xfeff},  {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xd800, 0xdfff},
                                         {0xe0000, 0xe0fff}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    return false;
}

/* Bytes of the character of UTF-8 at p; 0 if it is none, or not fit to be shown. */
static int character(const char *p)
{
    unsigned char c = (unsigned char)p[0];
    int n = c < 0x80 ? 1 : c >> 5 == 6 ? 2 : c >> 4 == 14 ? 3 : c >> 3 == 30 ? 4 : 0;
    uint32_t code = n == 1 ? c : c & (0xffu >> (n + 1));
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    for (int i = 1; i < n; i++) {
        if (((unsigned char)p[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | ((unsigned char)p[i] & 0x3f);
    }
    return n && code >= least[n] && code <= 0x10ffff && !is_deceptive(code) ? n : 0;
}

/* The first `length` bytes of text, or a little less where they end within a character. */
static size_t whole_characters(const char *text, size_t length)
{
    for (size_t back = 0; back < 4 && back <= length; back++)
        if (((unsigned char)text[length - back] & 0xc0) != 0x80)
            return length - back;
    return length;
}

const char *shown_part(struct arena *mem, const char *text, size_t length)
{
    length = whole_characters(text, strnlen(text, length));
    bool cut = length > SHOWN_TEXT;
    length = cut ? whole_characters(text, SHOWN_TEXT) : length;
    char *s = arena_format(mem, "%.*s%s", (int)length, text, cut ? "..." : "");
    for (char *p = s; *p;) {
        int n = character(p);
        if (!n)
            *p = '?';
        p += n ? n : 1;
    }
    return s;
}

const char *shown(struct arena *mem, const char *text)
{
    return shown_part(mem, text, strlen(text));
}

struct value *refuse(struct model *m, const char *hint, const char *format, ...)
{
    va_list args;
    char text[400];
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (m->refusals++ >= SHOWN_REFUSALS) { /* a damaged file may have a million */
        if (m->refusals == SHOWN_REFUSALS + 1)
            refuse_file(m, NULL, "and more");
        m->diag->errors++;
        return NULL;
    }
    const char *name = m->name && m->name[0] ? arena_format(m->mem, " '%s'", shown(m->mem, m->name)) : "";
    diag_error(m->diag, (struct loc){m->path, 0}, NULL, hint, "operator %d%s, %s: %s", m->index, name,
               shown(m->mem, m->type), text);
    return NULL;
}

void refuse_file(struct model *m, const char *hint, const char *format, ...)
{
    va_list args;
    char text[600];
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    diag_error(m->diag, (struct loc){m->path, 0}, NULL, hint, "%s", text);
}
