/* SPDX-License-Identifier: MIT */
/* input { h = 96, w = 96, c = 3, type = "uint8", scale = 2 / 255, zero_point = 128 }: the image. */
#include "spec/lua.h"

#include <float.h>

static const char *const types[] = {
    [INPUT_FLOAT32] = "float32", [INPUT_UINT8] = "uint8", [INPUT_INT8] = "int8", [INPUT_RGB565] = "rgb565", NULL};

/* ---- what an image holds ---- */

const char *input_c_type(enum input_type type)
{
    static const char *const names[] = {
        [INPUT_FLOAT32] = "float", [INPUT_UINT8] = "uint8_t", [INPUT_INT8] = "int8_t", [INPUT_RGB565] = "uint8_t"};
    return names[type];
}

const char *input_pixels(struct arena *mem, const struct input *in, const char *quote)
{
    if (in->type == INPUT_RGB565)
        return arena_format(mem, "RGB565, rows of pixels of two bytes, that with the %s first",
                            in->big_endian ? "red" : "blue");
    return arena_format(mem, "%d of %s%s%s, rows of pixels of channels", in->shape.c, quote, input_c_type(in->type),
                        quote);
}

double input_mean(const struct input *in, int channel)
{
    return in->mean ? in->mean[channel] : in->zero_point;
}

double input_scale(const struct input *in, int channel)
{
    return in->factor ? in->factor[channel] : in->scale;
}

int input_least(const struct input *in)
{
    return in->type == INPUT_INT8 ? -128 : 0;
}

int input_most(const struct input *in)
{
    return in->type == INPUT_INT8 ? 127 : 255;
}

size_t input_bytes(const struct input *in)
{
    size_t pixels = (size_t)in->shape.h * (size_t)in->shape.w;
    size_t each = in->type == INPUT_RGB565 ? 2 : (size_t)in->shape.c * (in->type == INPUT_FLOAT32 ? sizeof(float) : 1);
    return pixels * each;
}

/* ---- shape ---- */

static void read_shape(lua_State *L, struct layer *l, struct input *in)
{
    static const char *const names[] = {"h", "w", "c"};
    struct run *r = run_of(L);
    double size[3] = {1, 1, 1};
    for (int i = 0; i < 3; i++) {
        if (raw_field(L, 1, names[i]) != LUA_TNIL)
            take_whole(L, l, names[i], 1, &size[i]);
        else if (i == 2)
            diag_error(r->diag, l->loc, "input", NULL, "input needs 'c', its number of channels");
        lua_pop(L, 1);
    }
    in->shape = (struct shape){(int)size[0], (int)size[1], (int)size[2]};
    if (!layer_fits(&in->shape)) {
        diag_error(r->diag, l->loc, "input",
                   arena_format(r->mem, "a map has at most %lld values", (long long)ELEMENT_LIMIT),
                   "an input of %d x %d x %d is too large", in->shape.h, in->shape.w, in->shape.c);
        in->shape = (struct shape){1, 1, 1};
    }
}

/* Two bytes a pixel: which of them comes first.  before: the errors before the type was read, which may be wrong. */
static void read_order(lua_State *L, const struct layer *l, struct input *in, int before)
{
    static const char *const orders[] = {"little", "big", NULL};
    struct diag *d = run_of(L)->diag;
    if (in->type == INPUT_RGB565)
        in->big_endian = field_word(L, 1, "order", orders, orders[0]) == orders[1];
    else if (has_field(L, "order") && d->errors == before)
        diag_error(d, l->loc, "order", "the pixels of the others are bytes in the order of their channels",
                   "'order' is for type = \"rgb565\"");
    if (in->type == INPUT_RGB565 && in->shape.c != 3)
        diag_error(d, l->loc, "c", "the bits are those of red, green and blue: c = 3",
                   "an input of rgb565 has 3 channels, not %d", in->shape.c);
}

/* ---- what its numbers mean ---- */

static bool is_real(lua_State *L, double *value)
{
    *value = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
    return lua_type(L, -1) == LUA_TNUMBER && *value - *value == 0 && *value <= (double)FLT_MAX &&
           *value >= -(double)FLT_MAX;
}

/* The list of the table at 1, a number for each channel, or ones after a message; NULL where there is none. */
static double *read_list(lua_State *L, const struct layer *l, const struct input *in, const char *name)
{
    struct run *r = run_of(L);
    double *list = NULL;
    if (raw_field(L, 1, name) == LUA_TTABLE) {
        bool far = false, right = lua_rawlen(L, -1) == (size_t)in->shape.c;
        list = NEW_ARRAY(r->mem, double, in->shape.c);
        for (int i = 0; i < in->shape.c; i++) {
            lua_rawgeti(L, -1, i + 1);
            bool real = is_real(L, &list[i]);
            far = far || (!real && lua_type(L, -1) == LUA_TNUMBER);
            right = right && real;
            lua_pop(L, 1);
        }
        if (far)
            diag_error(r->diag, l->loc, name, NULL, "'%s' has a number beyond float32, whose largest is 3.4e38", name);
        else if (!right)
            diag_error(r->diag, l->loc, name,
                       *name == 'm' ? "for example: mean = { 123.7, 116.3, 103.5 }"
                                    : "for example: scale = { 0.0171, 0.0175, 0.0174 }",
                       "'%s' is a number, or a list of %d, one for each channel", name, in->shape.c);
        for (int i = 0; i < in->shape.c && !right; i++)
            list[i] = 1;
    }
    lua_pop(L, 1);
    return list;
}

static void read_zero_point(lua_State *L, const struct layer *l, struct input *in)
{
    struct diag *d = run_of(L)->diag;
    double zero_point = field_number(L, 1, "zero_point", 0);
    int least = input_least(in), most = in->type == INPUT_FLOAT32 ? 0 : input_most(in);
    in->zero_point = zero_point >= least && zero_point <= most ? (int)zero_point : 0;
    if (in->zero_point != zero_point && in->type == INPUT_FLOAT32)
        diag_error(d, l->loc, "zero_point", "for example: type = \"uint8\"",
                   "'zero_point' is for inputs of integers, and this one is float32");
    else if (in->zero_point != zero_point)
        diag_error(d, l->loc, "zero_point", NULL, "'zero_point' of %s must be a whole number from %d to %d",
                   types[in->type], least, most);
}

/* Means of 0 .. 1 where the pixels are 0 .. 255. */
static void warn_of_means(struct run *r, const struct layer *l, const struct input *in, const double *means)
{
    bool below = in->type != INPUT_FLOAT32, some = false;
    for (int i = 0; i < in->shape.c; i++) {
        below = below && means[i] >= 0 && means[i] < 1;
        some = some || means[i] > 0;
    }
    if (below && some)
        diag_warn(r->diag, l->loc, "mean", "0.485 of 0 .. 1 is 123.7 of 0 .. 255: mean = { 0.485 * 255, .. }",
                  "'mean' counts as the pixels do, and nearly nothing is subtracted from %s", types[in->type]);
}

/* `mean`, or a `scale` that is a list: each channel has its own, and floats are taken for what a file of pixels has. */
static void read_channels(lua_State *L, const struct layer *l, struct input *in)
{
    struct run *r = run_of(L);
    double *factor = read_list(L, l, in, "scale"), *mean = read_list(L, l, in, "mean");
    bool one_mean = !mean && has_field(L, "mean");
    in->scaled = has_field(L, "scale") || mean || one_mean;
    in->scale = factor ? 1 : field_number(L, 1, "scale", 1);
    if (in->scale <= 0)
        diag_error(r->diag, l->loc, "scale", NULL, "'scale' must be greater than 0");
    if (one_mean || mean) {
        if (has_field(L, "zero_point"))
            diag_error(r->diag, l->loc, "zero_point", "leave it out: a mean need not be a whole number",
                       "'mean' says what 'zero_point' would");
    } else
        read_zero_point(L, l, in);
    double each = one_mean ? field_number(L, 1, "mean", 0) : in->zero_point;
    if (!factor && !mean && !one_mean)
        return;
    double *means = NEW_ARRAY(r->mem, double, in->shape.c), *factors = NEW_ARRAY(r->mem, double, in->shape.c);
    bool inside = true, above = true;
    for (int i = 0; i < in->shape.c; i++) {
        means[i] = mean ? mean[i] : each;
        factors[i] = factor ? factor[i] : in->scale;
        inside = inside && (in->type == INPUT_FLOAT32 || (means[i] >= input_least(in) && means[i] <= input_most(in)));
        above = above && (!factor || factors[i] > 0);
    }
    if (!above)
        diag_error(r->diag, l->loc, "scale", NULL, "'scale' must be greater than 0");
    if (!inside)
        diag_error(r->diag, l->loc, "mean",
                   "it counts as the input's elements do: 0.485 of 0 .. 1 is 123.7 of 0 .. 255",
                   "'mean' of %s must be from %d to %d", types[in->type], input_least(in), input_most(in));
    warn_of_means(r, l, in, means);
    in->mean = means;
    in->factor = factors;
}

/* ---- the constructor ---- */

static int make_input(lua_State *L)
{
    struct run *r = run_of(L);
    static const char *const names[] = {"h", "w", "c", "type", "order", "scale", "mean", "zero_point", "place", NULL};
    static const char *const places[] = {"caller", "scratch", "stream", NULL};
    static const struct constructor input = {.name = "input"};
    if (!wants_table(L, "input"))
        return luaL_error(L, "for example: input { h = 32, w = 32, c = 3 }");
    if (r->spec->nlayer)
        return luaL_error(L, "there is an 'input' already");
    check_keys(L, 1, "input", names);
    struct input *in = &r->spec->input;
    struct layer l = {.make = &input, .name = "input", .loc = caller(L)};
    in->loc = l.loc;
    read_shape(L, &l, in);
    int before = r->diag->errors;
    const char *type = field_word(L, 1, "type", types, types[0]);
    while (types[in->type] != type)
        in->type++;
    read_order(L, &l, in, before);
    read_channels(L, &l, in);
    const char *where = field_word(L, 1, "place", places, places[0]);
    in->in_scratch = where == places[1];
    in->streamed = where == places[2];
    l.out = in->shape;
    layer_add(r, &l);
    layer_push(L, 0);
    return 1;
}

void input_register(lua_State *L)
{
    static const luaL_Reg own[] = {{"input", make_input}, {NULL, NULL}};
    sandbox_register(L, own);
}
