/* SPDX-License-Identifier: MIT */
/* The picture's style sheet: what does not change, then the colours in light and in dark.
 *
 * The kinds of buffers stay apart for people with any of the usual colour deficiencies (simulated after
 * Machado, Oliveira and Fernandes 2009: no two closer than 12 in CIE Lab), and dark letters can be read
 * on all of them. */
#include "report/picture.h"

static const char shapes[] =
    ".tm text{font-family:\"Helvetica Neue\",Helvetica,Arial,\"Liberation Sans\",sans-serif;font-size:13px}\n"
    ".tm .h{font-size:25px;font-weight:700}\n"
    ".tm .h tspan{font-weight:400}\n"
    ".tm .b{font-weight:700}\n"
    ".tm .s{font-size:12px}\n"
    ".tm .n,.tm .pn{font-size:12px}\n"
    ".tm .n8{font-size:10px}\n"
    ".tm .n,.tm .n8{pointer-events:none;paint-order:stroke;stroke-width:3px;stroke-linejoin:round}\n"
    ".tm .o{opacity:.75}\n"
    ".tm .m{text-anchor:middle}\n"
    ".tm .e{text-anchor:end}\n"
    ".tm .sh path{stroke-width:6;stroke-linejoin:round}\n"
    ".tm .sh .z{stroke:none}\n"
    ".tm .sh .pk{stroke-width:9}\n"
    ".tm .sh .pk.z{stroke:none}\n"
    ".tm .sh path:hover{stroke-width:20}\n"
    ".tm .hl{stroke-width:14;opacity:.42}\n"
    ".tm .top{stroke-width:1.6}\n"
    ".tm .low{stroke-width:1.2;stroke-dasharray:2 3}\n"
    ".tm .budget{stroke-width:1.6;stroke-dasharray:7 4}\n"
    ".tm .peak{stroke-width:1.2;opacity:.6}\n"
    ".tm .line{fill:none;stroke-width:14}\n"
    ".tm .lead,.tm .tick{fill:none}\n";

/* A rule ends where its colour goes. */
static const struct {
    const char *rule, *light, *dark;
} colours[] = {
    {".tm .bg{fill:", "#fff", "#0f151b"},
    {".tm .floor{fill:", "#eef1f4", "#1b242d"},
    {".tm .hair,.tm .sh path{stroke:", "#fff", "#0f151b"},
    {".tm text,.tm .flag{fill:", "#1c2733", "#e4e9ee"},
    {".tm .s,.tm .dot{fill:", "#566472", "#9aa8b5"},
    {".tm .line{stroke:", "#566472", "#9aa8b5"},
    {".tm .n,.tm .n8,.tm .pn{fill:", "#0b1a26", "#0b1a26"},
    {".tm .top,.tm .low,.tm .peak,.tm .sh .pk{stroke:", "#1c2733", "#e4e9ee"},
    {".tm .sh path:hover{stroke:", "#000", "#fff"},
    {".tm .tick,.tm .lead{stroke:", "#9aa7b3", "#5c6a77"},
    {".tm .budget{stroke:", "#b3261e", "#ff8a80"},
    {".tm .red{fill:", "#b3261e", "#ff8a80"},
    {".tm .bf{fill:", "#cfe3f3", "#8db6d8"},
    {".tm .bl{fill:", "#b9c2ca", "#a7b1ba"},
    {".tm .bb{fill:", "#f7d3c0", "#e0a183"},
    {".tm .kt{fill:", "#7f8896", "#7f8896"}, /* net: what learns, the rest; stack */
    {".tm .ko{fill:", "#a9b1bd", "#a9b1bd"},
    {".tm .ks{fill:", "#c6ccd3", "#c6ccd3"},
    {".tm .hl{stroke:", "#fff", "#fff"},
};

static const struct {
    const char *light, *dark;
} kinds[KINDS] = {
    [KIND_IMAGE] = {"#48a880", "#48a880"},      [KIND_MAP] = {"#6aaee0", "#5a9fd4"},
    [KIND_RECOMPUTED] = {"#b4dbf5", "#9fcbe8"}, [KIND_MASK] = {"#f2c84b", "#e3b83c"},
    [KIND_GRADIENT] = {"#ee8355", "#e27a4d"},   [KIND_ACCUMULATOR] = {"#c172b4", "#c172b4"},
};

const char *const kind_class[KINDS] = {"ki", "km", "kx", "kb", "kg", "ka"};

static void put_colours(struct text *t, bool dark)
{
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
        text_put(t, "%s%s}\n", colours[i].rule, dark ? colours[i].dark : colours[i].light);
    for (int k = 0; k < KINDS; k++) /* hkm: letters on km, with its colour around them */
        text_put(t, ".tm .%s{fill:%s}.tm .h%s{stroke:%s}\n", kind_class[k], dark ? kinds[k].dark : kinds[k].light,
                 kind_class[k], dark ? kinds[k].dark : kinds[k].light);
}

/* A ring has the colour of its kind under a light hatch. */
static void put_hatches(struct text *t, const char *name)
{
    text_put(t, "<defs>\n");
    for (int k = 0; k < KINDS; k++)
        text_put(t,
                 "<pattern id=\"%s-%s\" width=\"55\" height=\"55\" patternUnits=\"userSpaceOnUse\" "
                 "patternTransform=\"rotate(45)\"><rect width=\"55\" height=\"55\" class=\"%s\"/>"
                 "<path d=\"M0 0v55\" class=\"hl\"/></pattern>\n",
                 name, kind_class[k], kind_class[k]);
    text_put(t, "</defs>\n");
}

void style_put(struct text *t, const char *name)
{
    text_put(t, "<style>\n%s", shapes);
    put_colours(t, false);
    text_put(t, "@media(prefers-color-scheme:dark){\n");
    put_colours(t, true);
    text_put(t, "}\n");
    for (int k = 0; k < KINDS; k++)
        text_put(t, ".tm .%sr{fill:url(#%s-%s)}\n", kind_class[k], name, kind_class[k]);
    text_put(t, "</style>\n");
    put_hatches(t, name);
}
