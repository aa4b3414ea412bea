/* SPDX-License-Identifier: MIT */
/* Operators of a model, one function each: checked against what they read, then appended. */
#include "import/model.h"

#include <math.h>
#include <string.h>

enum { SHOWN_TEXT = 60, SHOWN_REFUSALS = 100 };
static const int64_t most_elements = (int64_t)1 << 28;

/* ---- messages ---- */

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

/* ---- values ---- */

int64_t count_of(int rank, const int64_t *shape)
{
    int64_t count = 1;
    for (int i = 0; i < rank; i++) {
        if (shape[i] < 0 || shape[i] > most_elements)
            return -1;
        count *= shape[i]; /* at most 2^56 */
        if (count > most_elements)
            return -1;
    }
    return count;
}

bool same_sizes(int rank_a, const int64_t *a, int rank_b, const int64_t *b)
{
    return rank_a == rank_b && !memcmp(a, b, sizeof *a * (size_t)rank_a);
}

struct value *value_new(struct model *m, const char *name, int rank, const int64_t *shape)
{
    struct value *v = NEW(m->mem, struct value);
    v->t.name = name;
    v->t.type = TENSOR_F32;
    v->t.rank = rank;
    if (rank)
        memcpy(v->t.shape, shape, sizeof *shape * (size_t)rank);
    v->t.count = count_of(rank, shape);
    return v;
}

struct value *constant_new(struct model *m, const char *name, enum tensor_type type, int rank, const int64_t *shape,
                           const unsigned char *data)
{
    struct value *v = value_new(m, name, rank, shape);
    v->t.type = type;
    v->t.data = data;
    return v;
}

struct value *value_lost(struct model *m, const char *name)
{
    struct value *v = value_new(m, name, 0, NULL);
    v->lost = true;
    return v;
}

static struct op *append(struct model *m, enum op_kind kind, struct value *a, struct value *b)
{
    struct op *o = NEW(m->mem, struct op);
    *o = (struct op){.kind = kind,
                     .index = m->index,
                     .name = m->name ? m->name : "",
                     .type = m->type,
                     .in = {a, b},
                     .nin = b ? 2 : 1,
                     .k = {1, 1},
                     .s = {1, 1},
                     .groups = 1,
                     .source = {m->index},
                     .nsource = 1};
    a->readers++;
    if (b)
        b->readers++;
    o->out = value_new(m, "", 0, NULL);
    o->out->def = o;
    GROW(m->mem, m->op, m->nop, m->capacity);
    return m->op[m->nop++] = o;
}

/* ---- windows ---- */

static int windows(int size, int before, int behind, int k, int s)
{
    int64_t room = (int64_t)size + before + behind - k;
    return room < 0 ? 0 : (int)(room / s + 1);
}

void same_pads(struct op *window, int h, int w, bool upper)
{
    const int size[2] = {h, w};
    window->tf_same = upper;
    for (int i = 0; i < 2; i++) {
        int k = window->k[i], s = window->s[i];
        int total = s > 0 ? ((size[i] + s - 1) / s - 1) * s + k - size[i] : 0;
        total = total > 0 ? total : 0;
        window->pad[2 * i] = upper ? total / 2 : total - total / 2;
        window->pad[2 * i + 1] = total - window->pad[2 * i];
    }
}

static bool window_is_sane(struct model *m, const struct value *x, const struct op *like)
{
    if (!is_map(m, x)) {
        refuse(m, "axes were moved before it in a way that is not followed", "its input %s is not a map of one sample",
               tensor_shape_text(m->mem, &x->t));
        return false;
    }
    for (int i = 0; i < 4; i++) {
        bool size =
            i > 1 || (like->k[i] >= 1 && like->k[i] <= LARGEST_SIZE && like->s[i] >= 1 && like->s[i] <= LARGEST_SIZE);
        if (!size || like->pad[i] < 0 || like->pad[i] > LARGEST_SIZE) {
            refuse(m, NULL, "kernel %dx%d, stride %d,%d, pads %d %d %d %d: not possible", like->k[0], like->k[1],
                   like->s[0], like->s[1], like->pad[0], like->pad[1], like->pad[2], like->pad[3]);
            return false;
        }
    }
    return true;
}

/* Appends an operator with a window that makes c channels. */
static struct value *append_window(struct model *m, enum op_kind kind, struct value *x, const struct op *like, int c)
{
    int h = windows(x->map.h, like->pad[0], like->pad[1], like->k[0], like->s[0]);
    int w = windows(x->map.w, like->pad[2], like->pad[3], like->k[1], like->s[1]);
    if (h < 1 || w < 1 || h > LARGEST_SIZE || w > LARGEST_SIZE || (int64_t)h * w * c > most_elements)
        return refuse(m, NULL, "a kernel of %dx%d makes an impossible map of %dx%d from one of %dx%d", like->k[0],
                      like->k[1], h, w, x->map.h, x->map.w);
    struct op *o = append(m, kind, x, NULL);
    memcpy(o->k, like->k, sizeof o->k);
    memcpy(o->s, like->s, sizeof o->s);
    memcpy(o->pad, like->pad, sizeof o->pad);
    o->tf_same = like->tf_same;
    set_map(m, o->out, x, h, w, c);
    return o->out;
}

struct value *model_conv(struct model *m, struct value *x, const struct op *like, struct weights *w)
{
    struct op window = *like;
    window.k[0] = w->kh;
    window.k[1] = w->kw;
    if (!window_is_sane(m, x, &window))
        return NULL;
    int g = like->groups;
    if (g < 1 || x->map.c % g || w->out % g || w->in != x->map.c / g)
        return refuse(m, NULL, "a weight of %d outputs and %d inputs in %d groups does not fit %d channels", w->out,
                      w->in, g, x->map.c);
    struct value *y = append_window(m, OP_CONV, x, &window, w->out);
    if (y) {
        y->def->w = w;
        y->def->groups = g;
    }
    return y;
}

struct value *model_pool(struct model *m, enum op_kind kind, struct value *x, const struct op *like)
{
    if (!window_is_sane(m, x, like))
        return NULL;
    if (like->pad[0] >= like->k[0] || like->pad[1] >= like->k[0] || like->pad[2] >= like->k[1] ||
        like->pad[3] >= like->k[1])
        return refuse(m, NULL, "its pads are as large as its window");
    if (kind == OP_MAX_POOL && (int64_t)like->k[0] * like->k[1] > 256)
        return refuse(m, NULL, "a window of %dx%d; at most 256 elements are supported", like->k[0], like->k[1]);
    bool padded = like->pad[0] || like->pad[1] || like->pad[2] || like->pad[3];
    bool whole = like->k[0] == x->map.h && like->k[1] == x->map.w && !padded;
    return append_window(m, kind == OP_AVG_POOL && whole ? OP_GLOBAL_POOL : kind, x, like, x->map.c);
}

struct value *model_mean(struct model *m, struct value *x, unsigned axes, bool keep_axes)
{
    int channels = channel_axis(x);
    bool right = channels > 0 && x->t.rank > 2 && x->t.shape[0] == 1 && !(axes >> channels & 1) && !(axes & 1);
    for (int i = 1; i < x->t.rank; i++)
        right = right && (i == channels || x->t.shape[i] == 1 || (axes >> i & 1));
    if (!right)
        return refuse(m, NULL, "takes a mean of %s that is not over height and width alone",
                      tensor_shape_text(m->mem, &x->t));
    struct value *y = append(m, OP_GLOBAL_POOL, x, NULL)->out;
    for (int i = 0; i < x->t.rank; i++)
        if (keep_axes || !(axes >> i & 1))
            y->t.shape[y->t.rank++] = axes >> i & 1 ? 1 : x->t.shape[i];
    y->t.count = x->map.c;
    y->map = (struct shape){1, 1, x->map.c};
    set_order(y, "c");
    return y;
}

struct value *model_pad(struct model *m, struct value *x, const int pad[4])
{
    if (!is_map(m, x))
        return refuse(m, NULL, "its input %s is not a map of one sample", tensor_shape_text(m->mem, &x->t));
    for (int i = 0; i < 4; i++)
        if (pad[i] < 0 || pad[i] > LARGEST_SIZE / 4)
            return refuse(m, NULL, "pads of %d %d %d %d", pad[0], pad[1], pad[2], pad[3]);
    if (!(pad[0] | pad[1] | pad[2] | pad[3]))
        return model_each(m, OP_REORDER, x);
    struct op *o = append(m, OP_PAD, x, NULL);
    memcpy(o->pad, pad, sizeof o->pad);
    set_map(m, o->out, x, x->map.h + pad[0] + pad[1], x->map.w + pad[2] + pad[3], x->map.c);
    return o->out;
}

struct value *model_resize(struct model *m, struct value *x, int h, int w)
{
    if (!is_map(m, x))
        return refuse(m, NULL, "its input %s is not a map of one sample", tensor_shape_text(m->mem, &x->t));
    if (h < 1 || w < 1 || h > LARGEST_SIZE || w > LARGEST_SIZE || (int64_t)h * w * x->map.c > most_elements)
        return refuse(m, NULL, "resizes to %dx%d", h, w);
    struct value *y = append(m, OP_UPSAMPLE, x, NULL)->out;
    set_map(m, y, x, h, w, x->map.c);
    return y;
}

/* ---- the others ---- */

struct value *model_dense(struct model *m, struct value *x, struct weights *w)
{
    if (x->t.rank != 2 || x->t.shape[0] != 1)
        return refuse(m, "flatten it before", "its input %s is not a vector", tensor_shape_text(m->mem, &x->t));
    if (x->t.count != w->in)
        return refuse(m, NULL, "a weight for %d inputs does not fit %lld", w->in, (long long)x->t.count);
    bool chw = has_order(x, "chw");
    if (!chw && !has_order(x, "hwc"))
        return refuse(m, NULL, "its input was flattened in the order %s; chw and hwc are supported", x->order);
    struct op *o = append(m, OP_DENSE, x, NULL);
    o->w = w;
    o->hwc = !chw;
    set_map(m, o->out, x, 1, 1, w->out);
    return o->out;
}

static struct value *like_input(struct op *o)
{
    struct value *v = o->out;
    const struct value *x = o->in[0];
    v->t.rank = x->t.rank;
    v->t.count = x->t.count;
    memcpy(v->t.shape, x->t.shape, sizeof v->t.shape);
    memcpy(v->order, x->order, sizeof v->order);
    v->map = x->map;
    return v;
}

struct value *model_add(struct model *m, enum op_kind kind, struct value *a, struct value *b)
{
    if (!same_sizes(a->t.rank, a->t.shape, b->t.rank, b->t.shape) || strcmp(a->order, b->order) ||
        memcmp(&a->map, &b->map, sizeof a->map))
        return refuse(m, "scale by another map, as squeeze-and-excite does, is not supported",
                      "combines maps of different shapes, %s and %s", tensor_shape_text(m->mem, &a->t),
                      tensor_shape_text(m->mem, &b->t));
    return like_input(append(m, kind, a, b));
}

struct value *model_scale(struct model *m, struct value *x, float *factor, float *offset)
{
    struct op *o = append(m, OP_SCALE, x, NULL);
    o->factor = factor;
    o->offset = offset;
    return like_input(o);
}

struct value *model_affine(struct model *m, struct value *x, char op, bool first, const float *v)
{
    int c = x->map.c;
    float *factor = NEW_ARRAY(m->mem, float, c), *offset = NEW_ARRAY(m->mem, float, c);
    if (op == 'D' && first)
        return refuse(m, NULL, "divides by a map");
    for (int i = 0; i < c; i++) {
        float sign = op == 'S' ? -1.0f : 1.0f;
        bool sum = op == 'A' || op == 'S';
        factor[i] = op == 'M' ? v[i] : op == 'D' ? (float)(1 / (double)v[i]) : first ? sign : 1.0f;
        offset[i] = !sum ? 0.0f : first ? v[i] : sign * v[i];
        if (!isfinite(factor[i]) || !isfinite(offset[i]))
            return refuse(m, NULL, "with a constant that is 0 or not finite");
    }
    return model_scale(m, x, factor, offset);
}

struct value *model_each(struct model *m, enum op_kind kind, struct value *x)
{
    return like_input(append(m, kind, x, NULL));
}

bool model_can_clip(struct model *m, double low, double high)
{
    if ((low < -1e30 && high > 1e30) || (low == 0 && (high > 1e30 || high == 6)))
        return true;
    refuse(m, "train the network with relu or relu6", "clamps to %g..%g; supported are 0..6 and 0..", low, high);
    return false;
}

struct value *model_clip(struct model *m, struct value *x, double low, double high)
{
    if (low < -1e30 && high > 1e30)
        return model_each(m, OP_REORDER, x);
    if (low == 0 && high > 1e30)
        return model_each(m, OP_RELU, x);
    return model_can_clip(m, low, high) ? model_each(m, OP_RELU6, x) : NULL;
}
