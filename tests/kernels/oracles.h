/* SPDX-License-Identifier: MIT */
/* What each kernel means, in the plainest loops. a[] is in the order of the kernel's arguments. */
#define ORACLE(name) static void oracle_##name(const struct vars *v, struct arg *a)
#define EACH(i, n)   for (int i = 0; i < (n); i++)

static double get(const struct arg *a, int i)
{
    if (!a->name)
        return 0.0;
    return a->size == 1   ? (double)((const int8_t *)a->full)[i]
           : a->size == 2 ? (double)((const int16_t *)a->full)[i]
                          : (double)((const float *)a->full)[i];
}

static void set(struct arg *a, int i, double x)
{
    if (a->size == 1)
        ((int8_t *)a->want)[i] = (int8_t)x;
    else if (a->size == 2)
        ((int16_t *)a->want)[i] = (int16_t)x;
    else
        ((float *)a->want)[i] = (float)x;
}

static void addto(double *sums, struct arg *a, int n)
{
    EACH (i, n)
        set(a, i, sums[i]);
    free(sums);
}

static double *zeros(int n)
{
    return (double *)calloc((size_t)n + 1, sizeof(double));
}

static void gradient_out(const struct vars *v, double *x, struct arg *a);
static void integers_out(double *sums, int n, const struct arg *plus, const struct arg *plus_range,
                         const struct arg *sum_range, struct arg *out);

/* Weight ky, kx, i, o of group g; what the dimensions are called depends on `transposed`. */
static double weight(const struct vars *v, const struct arg *w, const struct arg *scale, int g, int ky, int kx, int i,
                     int o)
{
    const int ci = v->c / v->groups, co = v->oc / v->groups;
    const int k = v->transposed ? o : i, n = v->transposed ? i : o;
    const int nk = v->transposed ? co : ci, nn = v->transposed ? ci : co;
    const int tap = (g * v->kh + ky) * v->kw + kx;

    if (!v->i8)
        return get(w, (tap * nk + k) * nn + n);
    return ((int8_t *)w->full)[((tap * ((nk + 3) / 4) + k / 4) * nn + n) * 4 + k % 4] * get(scale, g * co + o);
}

#define TAPS(iy, ix)                                                                                                   \
    EACH (oy, v->oh)                                                                                                   \
        EACH (ox, v->ow)                                                                                               \
            EACH (ky, v->kh)                                                                                           \
                EACH (kx, v->kw)                                                                                       \
                    for (int iy = oy * v->sh + ky * v->dh - v->top, ix = ox * v->sw + kx * v->dw - v->left, once = 1;  \
                         once && iy >= 0 && iy < v->h && ix >= 0 && ix < v->w; once = 0)
#define X (iy * v->w + ix)
#define Y (oy * v->ow + ox)

/* What an integer of a gradient counts for. */
static double unit_of(const struct arg *range)
{
    return ldexp(1, -((const int32_t *)range->full)[0]);
}

ORACLE(conv) /* x w scale b plus y */
{
    const int ci = v->c / v->groups, co = v->oc / v->groups, n = v->oh * v->ow * v->oc;
    double *y = zeros(n);
    EACH (i, n)
        y[i] = get(&a[3], i % v->oc) + get(&a[4], i);
    TAPS(iy, ix)
    EACH (g, v->groups)
        EACH (i, ci)
            EACH (o, co)
                y[Y * v->oc + g * co + o] +=
                    get(&a[0], X * v->c + g * ci + i) * weight(v, &a[1], &a[2], g, ky, kx, i, o);
    addto(y, &a[5], n);
}

ORACLE(conv_dx) /* dy w scale plus dx */
{
    const int ci = v->c / v->groups, co = v->oc / v->groups, n = v->h * v->w * v->c;
    double *x = zeros(n);
    EACH (i, n)
        x[i] = get(&a[3], i);
    TAPS(iy, ix)
    EACH (g, v->groups)
        EACH (i, ci)
            EACH (o, co)
                x[X * v->c + g * ci + i] +=
                    get(&a[0], Y * v->oc + g * co + o) * weight(v, &a[1], &a[2], g, ky, kx, i, o);
    addto(x, &a[4], n);
}

ORACLE(conv_dw) /* dy x dw */
{
    const int ci = v->c / v->groups, co = v->oc / v->groups, n = v->groups * v->kh * v->kw * ci * co;
    double *w = zeros(n);
    EACH (i, n)
        w[i] = v->keep ? get(&a[2], i) : 0.0;
    TAPS(iy, ix)
    EACH (g, v->groups)
        EACH (i, ci)
            EACH (o, co)
                w[(((g * v->kh + ky) * v->kw + kx) * ci + i) * co + o] +=
                    get(&a[0], Y * v->oc + g * co + o) * get(&a[1], X * v->c + g * ci + i);
    addto(w, &a[2], n);
}

static double dweight(const struct vars *v, const struct arg *w, const struct arg *scale, int ky, int kx, int c)
{
    if (!v->i8)
        return get(w, (ky * v->kw + kx) * v->c + c);
    return ((int8_t *)w->full)[((ky * ((v->kw + 3) / 4) + kx / 4) * v->c + c) * 4 + kx % 4] * get(scale, c);
}

ORACLE(dwconv) /* x w scale b plus y */
{
    const int n = v->oh * v->ow * v->c;
    double *y = zeros(n);
    EACH (i, n)
        y[i] = get(&a[3], i % v->c) + get(&a[4], i);
    TAPS(iy, ix) EACH (c, v->c) y[Y * v->c + c] += get(&a[0], X * v->c + c) * dweight(v, &a[1], &a[2], ky, kx, c);
    addto(y, &a[5], n);
}

ORACLE(dwconv_dx) /* dy w scale plus dx */
{
    const int n = v->h * v->w * v->c;
    double *x = zeros(n);
    EACH (i, n)
        x[i] = get(&a[3], i);
    TAPS(iy, ix) EACH (c, v->c) x[X * v->c + c] += get(&a[0], Y * v->c + c) * dweight(v, &a[1], &a[2], ky, kx, c);
    addto(x, &a[4], n);
}

ORACLE(dwconv_dw) /* dy x dw */
{
    const int n = v->kh * v->kw * v->c;
    double *w = zeros(n);
    EACH (i, n)
        w[i] = v->keep ? get(&a[2], i) : 0.0;
    TAPS(iy, ix) EACH (c, v->c) w[(ky * v->kw + kx) * v->c + c] += get(&a[0], Y * v->c + c) * get(&a[1], X * v->c + c);
    addto(w, &a[2], n);
}

ORACLE(bias_grad) /* dy db */
{
    double *b = zeros(v->c);
    EACH (i, v->c)
        b[i] = v->keep ? get(&a[1], i) : 0.0;
    EACH (i, v->h * v->w * v->c)
        b[i % v->c] += get(&a[0], i);
    addto(b, &a[1], v->c);
}

static int gate(const struct vars *v, double y)
{
    return y > 0 && (v->limit != 6 || y < 6);
}

ORACLE(relu) /* x y mask */
{
    const int n = v->w * v->c, nb = (n + 7) / 8;
    if (a[2].name)
        memset(a[2].want, 0, (size_t)(v->h * nb));
    EACH (r, v->h)
        EACH (e, n) {
            double y = fmax(0.0, get(&a[0], r * n + e));
            if (v->limit == 6)
                y = fmin(6.0, y);
            set(&a[1], r * n + e, y);
            if (a[2].name && gate(v, y))
                ((uint8_t *)a[2].want)[r * nb + e % nb] |= (uint8_t)(1 << e / nb);
        }
}

ORACLE(relu_dx) /* dy gate dx */
{
    const int n = v->w * v->c, nb = (n + 7) / 8;
    EACH (r, v->h)
        EACH (e, n) {
            const int open =
                v->value ? gate(v, get(&a[1], r * n + e)) : ((uint8_t *)a[1].full)[r * nb + e % nb] >> e / nb & 1;
            set(&a[2], r * n + e, open ? get(&a[0], r * n + e) : 0.0);
        }
}

#define ELEMENTS EACH (i, v->h * v->w * v->c)
ORACLE(hswish)
{
    ELEMENTS
    {
        double x = get(&a[0], i);
        set(&a[1], i, x * fmin(6, fmax(0, x + 3)) / 6);
    }
}
ORACLE(hswish_dx)
{
    ELEMENTS
    {
        double x = get(&a[1], i);
        set(&a[2], i, get(&a[0], i) * (x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6));
    }
}
ORACLE(sigmoid)
{
    ELEMENTS set(&a[1], i, 1 / (1 + exp(-get(&a[0], i))));
}
ORACLE(sigmoid_dx)
{
    ELEMENTS
    {
        double y = get(&a[1], i);
        set(&a[2], i, get(&a[0], i) * y * (1 - y));
    }
}
ORACLE(add)
{
    ELEMENTS set(&a[2], i, get(&a[0], i) + get(&a[1], i));
}

ORACLE(sub)
{
    ELEMENTS set(&a[2], i, get(&a[0], i) - get(&a[1], i));
}
ORACLE(mul)
{
    ELEMENTS set(&a[2], i, get(&a[0], i) * get(&a[1], i));
}
ORACLE(div)
{
    ELEMENTS set(&a[2], i, get(&a[0], i) / get(&a[1], i));
}
ORACLE(negate) /* dy dx */
{
    ELEMENTS set(&a[1], i, -get(&a[0], i));
}
ORACLE(div_db) /* dy y b db */
{
    ELEMENTS set(&a[3], i, -get(&a[0], i) * get(&a[1], i) / get(&a[2], i));
}
ORACLE(excite) /* a b y */
{
    ELEMENTS set(&a[2], i, get(&a[0], i) * get(&a[1], i % v->c));
}
ORACLE(excite_db) /* dy a db */
{
    double *b = zeros(v->c);
    ELEMENTS b[i % v->c] += get(&a[0], i) * get(&a[1], i);
    addto(b, &a[2], v->c);
}

ORACLE(concat) /* x0 x1 ... y */
{
    int count = 0, at = 0;
    while (count < MAX_ARGS - 1 && a[count + 1].name)
        count++;
    EACH (p, v->h * v->w)
        EACH (k, count)
            EACH (c, a[k].row / v->w)
                set(&a[count], at++, get(&a[k], p * (a[k].row / v->w) + c));
}

ORACLE(concat_dx) /* dy plus plus_range dy_range dx range */
{
    double *d = zeros(v->h * v->w * v->c);
    ELEMENTS d[i] = get(&a[0], i / v->c * v->oc + v->first + i % v->c);
    if (a[0].size < 4) {
        integers_out(d, 0, &a[1], &a[2], &a[3], &a[4]);
        return;
    }
    ELEMENTS d[i] += get(&a[1], i);
    addto(d, &a[4], v->h * v->w * v->c);
}

ORACLE(channels) /* x plus y */
{
    EACH (i, v->h * v->w * v->oc) {
        const int ch = v->first + i % v->oc;
        set(&a[2], i, get(&a[1], i) + (ch >= 0 && ch < v->c ? get(&a[0], i / v->oc * v->c + ch) : 0));
    }
}

/* Zeros between pixels: x y; what they are in memory, of which only bytes repeat. */
ORACLE(sparse)
{
    const double between = a[0].size == 1 ? v->fill : 0;
    EACH (oy, v->oh)
        EACH (ox, v->ow)
            EACH (c, v->c)
                set(&a[1], Y * v->c + c,
                    oy % v->sh || ox % v->sw ? between : get(&a[0], (oy / v->sh * v->w + ox / v->sw) * v->c + c));
}

ORACLE(sparse_dx) /* dy plus dx */
{
    EACH (iy, v->h)
        EACH (ix, v->w)
            EACH (c, v->c)
                set(&a[2], X * v->c + c,
                    get(&a[1], X * v->c + c) + get(&a[0], (iy * v->sh * v->ow + ix * v->sw) * v->c + c));
}

/* The length of the vector that element i is of, and its product with another map. */
static double length_of(const struct vars *v, const struct arg *x, int i)
{
    double squares = 0;
    EACH (c, v->c)
        squares += pow(get(x, i / v->c * v->c + c), 2);
    return fmax(sqrt(squares), 1e-6);
}

static double along(const struct vars *v, const struct arg *x, const struct arg *dy, int i)
{
    double sum = 0;
    EACH (c, v->c)
        sum += get(x, i / v->c * v->c + c) * get(dy, i / v->c * v->c + c);
    return sum;
}

ORACLE(l2_norm) /* x y */
{
    ELEMENTS set(&a[1], i, get(&a[0], i) / length_of(v, &a[0], i));
}

ORACLE(l2_norm_dx) /* dy x plus dx */
{
    ELEMENTS
    {
        const double length = length_of(v, &a[1], i), back = along(v, &a[1], &a[0], i) / (length * length);
        set(&a[3], i, get(&a[2], i) + (get(&a[0], i) - get(&a[1], i) * back) / length);
    }
}

static int inside(int at, int k, int n)
{
    int count = 0;
    EACH (i, k)
        count += at + i >= 0 && at + i < n;
    return count;
}

/* Elements that the mean of a window is taken of. */
static int averaged(const struct vars *v, int oy, int ox)
{
    return !v->inside ? v->kh * v->kw
                      : inside(oy * v->sh - v->top, v->kh, v->h) * inside(ox * v->sw - v->left, v->kw, v->w);
}

ORACLE(avg_pool) /* x plus y */
{
    const int n = v->oh * v->ow * v->c;
    double *y = zeros(n);
    EACH (i, n)
        y[i] = get(&a[1], i);
    TAPS(iy, ix) EACH (c, v->c) y[Y * v->c + c] += get(&a[0], X * v->c + c) / averaged(v, oy, ox);
    addto(y, &a[2], n);
}

ORACLE(avg_pool_dx) /* dy plus dx */
{
    const int n = v->h * v->w * v->c;
    double *x = zeros(n);
    EACH (i, n)
        x[i] = get(&a[1], i);
    TAPS(iy, ix) EACH (c, v->c) x[X * v->c + c] += get(&a[0], Y * v->c + c) / averaged(v, oy, ox);
    addto(x, &a[2], n);
}

static int maximum(const struct vars *v, const struct arg *x, int oy, int ox, int c)
{
    int best = -1;
    double top = 0;
    EACH (ky, v->kh)
        EACH (kx, v->kw) {
            const int iy = oy * v->sh + ky - v->top, ix = ox * v->sw + kx - v->left;
            if (iy < 0 || iy >= v->h || ix < 0 || ix >= v->w)
                continue;
            if (best < 0 || get(x, X * v->c + c) > top) {
                best = ky * v->kw + kx;
                top = get(x, X * v->c + c);
            }
        }
    return best;
}

/* Writes a place into a row of packed ones: 1, 2, 4 or 8 bits each, the lowest first. */
static void put_place(const struct vars *v, void *packed, int oy, int e, int place)
{
    const int n = v->kh * v->kw, bits = n <= 2 ? 1 : n <= 4 ? 2 : n <= 16 ? 4 : 8;
    uint8_t *row = (uint8_t *)packed + oy * ((v->ow * v->c * bits + 7) / 8);
    EACH (b, bits) {
        const int at = e * bits + b;
        row[at / 8] = (uint8_t)((row[at / 8] & ~(1 << at % 8)) | (place >> b & 1) << at % 8);
    }
    for (int at = v->ow * v->c * bits; at % 8; at++) /* what no place takes is 0 */
        row[at / 8] = (uint8_t)(row[at / 8] & ~(1 << at % 8));
}

ORACLE(max_pool) /* x y index */
{
    EACH (oy, v->oh)
        EACH (ox, v->ow)
            EACH (c, v->c) {
                const int p = maximum(v, &a[0], oy, ox, c);
                const int iy = oy * v->sh + p / v->kw - v->top, ix = ox * v->sw + p % v->kw - v->left;
                set(&a[1], Y * v->c + c, get(&a[0], X * v->c + c));
                if (a[2].name)
                    put_place(v, a[2].want, oy, ox * v->c + c, p);
            }
}

/* dx without `plus`, from a true index, which it writes for the kernel too. */
static double *routed(const struct vars *v, struct arg *dy, struct arg *index)
{
    const int n = v->h * v->w * v->c;
    double *d = zeros(n);
    float *x = (float *)malloc(sizeof(float) * (size_t)n);
    struct arg map = {0};
    map.name = "x";
    map.size = 4;
    map.full = x;
    EACH (i, n)
        x[i] = (float)(i * 7919 % 101);
    EACH (oy, v->oh)
        EACH (ox, v->ow)
            EACH (c, v->c) {
                const int p = maximum(v, &map, oy, ox, c);
                const int iy = oy * v->sh + p / v->kw - v->top, ix = ox * v->sw + p % v->kw - v->left;
                put_place(v, index->full, oy, ox * v->c + c, p);
                d[X * v->c + c] += get(dy, Y * v->c + c);
            }
    free(x);
    return d;
}

ORACLE(max_pool_dx) /* dy index plus, plus_range dy_range dx range; of floats dy index plus dx */
{
    const int n = v->h * v->w * v->c;
    double *d = routed(v, &a[0], &a[1]);
    if (a[0].size < 4) {
        integers_out(d, 0, &a[2], &a[3], &a[4], &a[5]);
        return;
    }
    EACH (i, n)
        d[i] += get(&a[2], i);
    addto(d, &a[3], n);
}

ORACLE(global_pool) /* x y */
{
    double *y = zeros(v->c);
    EACH (i, v->h * v->w * v->c)
        y[i % v->c] += get(&a[0], i) / (v->h * v->w);
    addto(y, &a[1], v->c);
}

ORACLE(global_pool_dx) /* dy plus dx */
{
    ELEMENTS set(&a[2], i, get(&a[1], i) + get(&a[0], i % v->c) / (v->h * v->w));
}

/* The two places of n that place o is made of, at (start + step o) / den, and the second's share. */
static double source(int o, int start, int step, int den, int n, int *first, int *second)
{
    const double s = fmax(0.0, ((double)step * o + start) / den);
    *first = (int)(s + 1e-9);
    *second = *first < n - 1 ? *first + 1 : *first;
    return fmax(0.0, s - *first);
}

#define PLACES                                                                                                         \
    int ya, yb, xa, xb;                                                                                                \
    const double fy = source(oy, v->start_y, v->step_y, v->den_y, v->h, &ya, &yb);                                     \
    const double fx = source(ox, v->start_x, v->step_x, v->den_x, v->w, &xa, &xb)

ORACLE(upsample) /* x plus y */
{
    EACH (oy, v->oh)
        EACH (ox, v->ow)
            EACH (c, v->c) {
                PLACES;
#define AT(y, x) get(&a[0], ((y)*v->w + (x)) * v->c + c)
                set(&a[2], Y * v->c + c,
                    get(&a[1], Y * v->c + c) + (1 - fy) * ((1 - fx) * AT(ya, xa) + fx * AT(ya, xb)) +
                        fy * ((1 - fx) * AT(yb, xa) + fx * AT(yb, xb)));
#undef AT
            }
}

ORACLE(upsample_dx) /* dy plus range dx */
{
    const int n = v->h * v->w * v->c;
    double *x = zeros(n);
    EACH (i, n)
        x[i] = get(&a[1], i);
    EACH (oy, v->oh)
        EACH (ox, v->ow)
            EACH (c, v->c) {
                PLACES;
                const double d = get(&a[0], Y * v->c + c) * (a[2].name ? unit_of(&a[2]) : 1);
                x[(ya * v->w + xa) * v->c + c] += (1 - fy) * (1 - fx) * d;
                x[(ya * v->w + xb) * v->c + c] += (1 - fy) * fx * d;
                x[(yb * v->w + xa) * v->c + c] += fy * (1 - fx) * d;
                x[(yb * v->w + xb) * v->c + c] += fy * fx * d;
            }
    addto(x, &a[3], n);
}

#define G   (i % v->c / (v->c / v->groups))
#define PER (v->h * v->w * (v->c / v->groups))
ORACLE(group_mean) /* x mean */
{
    double *m = zeros(v->groups);
    ELEMENTS m[G] += get(&a[0], i) / PER;
    addto(m, &a[1], v->groups);
}
ORACLE(group_rstd) /* x mean rstd */
{
    double *m = zeros(v->groups);
    ELEMENTS m[G] += (get(&a[0], i) - get(&a[1], G)) * (get(&a[0], i) - get(&a[1], G)) / PER;
    EACH (g, v->groups)
        m[g] = 1 / sqrt(m[g] + v->eps);
    addto(m, &a[2], v->groups);
}
ORACLE(group_norm) /* x mean rstd w b y */
{
    ELEMENTS set(&a[5], i,
                 (get(&a[0], i) - get(&a[1], G)) * get(&a[2], G) * get(&a[3], i % v->c) + get(&a[4], i % v->c));
}
#define XHAT ((get(&a[1], i) - get(&a[2], G)) * get(&a[3], G))
ORACLE(group_norm_dw) /* dy x mean rstd dw */
{
    double *w = zeros(v->c);
    EACH (i, v->c)
        w[i] = v->keep ? get(&a[4], i) : 0.0;
    ELEMENTS w[i % v->c] += get(&a[0], i) * XHAT;
    addto(w, &a[4], v->c);
}
ORACLE(group_norm_sums) /* dy x mean rstd w sums */
{
    double *s = zeros(2 * v->groups);
    ELEMENTS
    {
        s[2 * G] += get(&a[0], i) * get(&a[4], i % v->c) / PER;
        s[2 * G + 1] += get(&a[0], i) * get(&a[4], i % v->c) * XHAT / PER;
    }
    addto(s, &a[5], 2 * v->groups);
}
ORACLE(group_norm_dx) /* dy x mean rstd w sums plus dx */
{
    ELEMENTS set(&a[7], i,
                 get(&a[6], i) + get(&a[3], G) * (get(&a[0], i) * get(&a[4], i % v->c) - get(&a[5], 2 * G) -
                                                  XHAT * get(&a[5], 2 * G + 1)));
}

ORACLE(take) /* x index y */
{
    EACH (i, v->h * v->w)
        EACH (j, v->oc)
            set(&a[2], i * v->oc + j, get(&a[0], i * v->c + ((uint16_t *)a[1].full)[j]));
}
ORACLE(put) /* x index plus y */
{
    const int n = v->h * v->w * v->oc;
    double *y = zeros(n);
    EACH (i, n)
        y[i] = get(&a[2], i);
    EACH (i, v->h * v->w)
        EACH (j, v->c)
            y[i * v->oc + ((uint16_t *)a[1].full)[j]] += get(&a[0], i * v->c + j);
    addto(y, &a[3], n);
}
ORACLE(dequantize) /* q x */
{
    ELEMENTS set(&a[1], i, ((v->i8 ? ((int8_t *)a[0].full)[i] : ((uint8_t *)a[0].full)[i]) - v->zero) * v->scale);
}
