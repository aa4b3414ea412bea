/* SPDX-License-Identifier: MIT */
/* The few elements that the picture is made of. */
#include "report/picture.h"

#include <string.h>

/* Lengths in pixels, with a decimal only where there is one. */
static const char *px(struct text *t, int tenths)
{
    const char *sign = tenths < 0 ? "-" : "";
    int n = tenths < 0 ? -tenths : tenths;
    return n % 10 ? arena_format(t->mem, "%s%d.%d", sign, n / 10, n % 10) : arena_format(t->mem, "%s%d", sign, n / 10);
}

const char *draw_escape(struct arena *mem, const char *words)
{
    struct text t = text_new(mem);
    for (const char *c = words; *c; c++)
        switch (*c) {
        case '&':
            text_put(&t, "&amp;");
            break;
        case '<':
            text_put(&t, "&lt;");
            break;
        case '>':
            text_put(&t, "&gt;");
            break;
        case '"':
            text_put(&t, "&quot;");
            break;
        default:
            text_bytes(&t, (unsigned char)*c < ' ' ? " " : c, 1);
        }
    return t.at;
}

int draw_width(const char *words, int size)
{
    int thousandths = 0;
    for (const char *c = words; *c; c++) {
        if ((*c & 0xC0) == 0x80)
            continue; /* inside a UTF-8 character */
        thousandths += strchr("ijl.,:;|'!", *c)    ? 260
                       : strchr("frtI()[]/- ", *c) ? 350
                       : strchr("mwMW%", *c)       ? 860
                       : *c >= 'A' && *c <= 'Z'    ? 700
                                                   : 570;
    }
    return thousandths * size / 1000;
}

const char *draw_size(struct arena *mem, int64_t bytes)
{
    char *size = size_text(mem, bytes), *zero = strstr(size, ".0 ");
    if (zero)
        memmove(zero, zero + 2, strlen(zero + 2) + 1);
    return size;
}

void draw_text(struct text *t, int x, int y, const char *class, const char *words)
{
    text_put(t, "<text x=\"%s\" y=\"%s\"%s>%s</text>\n", px(t, x), px(t, y),
             *class ? arena_format(t->mem, " class=\"%s\"", class) : "", draw_escape(t->mem, words));
}

void draw_turned(struct text *t, int x, int y, int degrees, const char *class, const char *words)
{
    text_put(t, "<text transform=\"translate(%s %s) rotate(%d)\" class=\"%s\">%s</text>\n", px(t, x), px(t, y), degrees,
             class, draw_escape(t->mem, words));
}

void draw_line(struct text *t, int x0, int y0, int x1, int y1, const char *class)
{
    text_put(t, "<path class=\"%s\" d=\"M%s %sL%s %s\"/>\n", class, px(t, x0), px(t, y0), px(t, x1), px(t, y1));
}

void draw_rect(struct text *t, int x, int y, int width, int height, const char *class, const char *title)
{
    text_put(t, "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" class=\"%s\"", px(t, x), px(t, y), px(t, width),
             px(t, height), class);
    if (title)
        text_put(t, "><title>%s</title></rect>\n", draw_escape(t->mem, title));
    else
        text_put(t, "/>\n");
}
