/* SPDX-License-Identifier: MIT */
/* What the kernels of integer networks mean, in the plainest loops: doubles hold every sum exactly. */

static int exponent(const struct arg *range)
{
    return ((const int32_t *)range->full)[0];
}

/* In units finer by `up` bits, to the nearest, halves away from zero.  What would leave 30 bits saturates before. */
static double shifted(double sum, int up)
{
    const int left = up < 0 ? 0 : up < 29 ? up : 29;
    const double most = floor(1073741823.0 / (1 << left));

    return up < 0 ? round(ldexp(sum, up)) : fmax(-most, fmin(most, sum)) * (1 << left);
}

/* sum / n in units finer by `up` bits, halves away from zero: times a mantissa of 31 bits, of which the kernels drop those
 * that would stand behind the 32nd. */
static double divided(double sum, int n, int up)
{
    int exponent;
    double mantissa = nearbyint(ldexp(frexp(1.0 / n, &exponent), 31));
    const int e = exponent + up;
    const double most = floor(2147483647.0 / (1 << (e < 0 ? 0 : e < 29 ? e + 1 : 30)));

    if (e < -1)
        mantissa = e < -31 ? 0 : floor(ldexp(mantissa, e + 1) + 0.5);
    else if (e > -1)
        sum = fmax(-most, fmin(most, sum)) * (1 << (e < 29 ? e + 1 : 30));
    return (sum < 0 ? -1 : 1) * floor(ldexp(fabs(sum) * mantissa, -32) + 0.5);
}

/* sums / n, or where n is 0 as they are, in units of sum_range, + plus -> out and its range, which is the argument behind it. */
static void integers_out(double *sums, int n, const struct arg *plus, const struct arg *plus_range,
                         const struct arg *sum_range, struct arg *out)
{
    int32_t *words = (int32_t *)out[1].want;
    const double least = out->size == 1 ? -127 : -32768, most = out->size == 1 ? 127 : 32767;
    const int up = exponent(out + 1) - exponent(sum_range);
    EACH (i, out->rows * out->row) {
        double q = n == 0 ? shifted(sums[i], up) : divided(sums[i], n, up);
        if (plus->name) /* one value: 15 bits up leave no type of a gradient anything but its limit */
            q += round(ldexp(get(plus, i), (int)fmin(15, exponent(out + 1) - exponent(plus_range))));
        const int32_t whole = (int32_t)q;
        words[1] |= whole < 0 ? ~whole : whole;
        set(out, i, fmax(least, fmin(most, q)));
    }
    free(sums);
}

/* A sum in the scale of the result: rounded once, or as TFLite does, which halves first by 31 bits and then by the rest. */
static double rescaled(const struct vars *v, double sum)
{
    const double product = ldexp((sum - v->from_zero) * v->multiplier, -31);
    const double q = v->tflite ? round(ldexp(floor(product + 0.5), v->shift)) : floor(ldexp(product, v->shift) + 0.5);

    return fmax(-128, fmin(127, q + v->to_zero));
}

ORACLE(gate_dx) /* dy gate dx */
{
    const int n = v->w * v->c, nb = (n + 7) / 8;
    EACH (r, v->h)
        EACH (e, n) {
            const double gate = v->value ? get(&a[1], r * n + e) : 0;
            const int open =
                v->value ? gate > v->lo && gate < v->hi : ((uint8_t *)a[1].full)[r * nb + e % nb] >> e / nb & 1;
            set(&a[2], r * n + e, open ? get(&a[0], r * n + e) : 0.0);
        }
}

ORACLE(avg_pool_int8) /* x y; padding is the zero point */
{
    EACH (oy, v->oh)
        EACH (ox, v->ow)
            EACH (c, v->c) {
                double sum = 0;
                EACH (ky, v->kh)
                    EACH (kx, v->kw) {
                        const int iy = oy * v->sh + ky - v->top, ix = ox * v->sw + kx - v->left;
                        const int there = iy >= 0 && iy < v->h && ix >= 0 && ix < v->w;
                        sum += there ? get(&a[0], X * v->c + c) : v->inside ? 0 : v->zero;
                    }
                set(&a[1], Y * v->c + c, v->own ? rescaled(v, sum) : round(sum / averaged(v, oy, ox)));
            }
}

ORACLE(avg_pool_int8_dx) /* dy dy_range plus plus_range dx range */
{
    double *x = zeros(v->h * v->w * v->c);
    TAPS(iy, ix)
    EACH (c, v->c)
        x[X * v->c + c] +=
            get(&a[0], Y * v->c + c) * (v->inside ? floor(ldexp(1.0, v->bits) / averaged(v, oy, ox) + 0.5) : 1);
    integers_out(x, v->inside ? 1 << v->bits : v->kh * v->kw, &a[2], &a[3], &a[1], &a[4]);
}

ORACLE(clamp_int8) /* x y mask; bit b of byte j stands for element b * bytes + j of a row */
{
    const int row = v->w * v->c, bytes = (row + 7) / 8;
    if (a[2].name)
        memset(a[2].want, 0, (size_t)(bytes * v->h));
    ELEMENTS
    {
        const double q = fmax(v->lo, fmin(v->hi, get(&a[0], i)));
        const int e = i % row;
        set(&a[1], i, q);
        if (a[2].name && q > v->lo && q < v->hi)
            ((uint8_t *)a[2].want)[i / row * bytes + e % bytes] |= (uint8_t)(1 << e / bytes);
    }
}

/* What arithmetic_int8 does with a and b is seen by its factors and the size of b. */
ORACLE(arithmetic_int8) /* a b y */
{
    const int factors = a[1].kind == CONST, n = v->factor > 10000;
    ELEMENTS
    {
        const double x = get(&a[0], i) - v->a_zero, z = get(&a[1], factors ? i % v->c : i) - v->b_zero;
        const double sum = v->b_factor   ? x * v->factor - z * v->b_factor
                           : n && z == 0 ? ldexp(x > 0   ? 256
                                                 : x < 0 ? -256
                                                         : 0,
                                                 v->bits)
                           : n ? trunc(x * v->factor / z)
                               : x * z * v->factor;
        const double q = floor(ldexp(sum + ldexp(1, v->bits - 1), -v->bits)) + v->y_zero;
        set(&a[2], i, fmax(-128, fmin(127, q)));
    }
}

/* dy * b, dy / b or -dy * y / b, by v->part, in real numbers or in steps: those of integers are divided by 7 in the end, and
 * quotients have bits behind the point. */
static double part_of(const struct vars *v, double dy, double y, double b, int real)
{
    const double up = real ? 1 : v->part == 3 ? 128 : 32768, scale = real ? v->scale : 1;

    if (v->part < 2)
        return dy * b * scale;
    if (b == 0)
        return 0;
    y = v->part == 3 ? -y * (real ? v->y_scale : 1) : 1;
    return real ? dy * y / (b * scale) : trunc(dy * y * up / b);
}

ORACLE(arithmetic_int8_dx) /* dy dy_range b y plus plus_range dx range; of floats without ranges */
{
    const int real = a[0].size == 4;
    double *x = zeros(v->h * v->w * v->c);
    ELEMENTS x[i] = part_of(v, get(&a[0], i), get(&a[3], i) - v->y_zero,
                            get(&a[2], v->part == 1 ? i % v->c : i) - v->b_zero, real) +
                    (real ? get(&a[4], i) : 0);
    if (real)
        addto(x, &a[6], v->h * v->w * v->c);
    else
        integers_out(x, 7, &a[4], &a[5], &a[1], &a[6]);
}

ORACLE(conv_int8_dw) /* dy x range dw */
{
    const int n = v->in1 - v->in0;
    double *w = zeros(n * v->oc);
    EACH (p, v->h * v->w)
        EACH (i, n)
            EACH (o, v->oc)
                w[i * v->oc + o] += get(&a[0], p * v->oc + o) * (get(&a[1], p * v->c + v->in0 + i) - v->zero);
    EACH (i, n * v->oc)
        w[i] *= unit_of(&a[2]) * v->scale;
    addto(w, &a[3], n * v->oc);
}

/* What 32767 steps of int16 count for n learning weights from w[at] on; floats, since a half may go either way. */
static float steps_of_weights(const struct arg *w, int at, int next, int n, float share)
{
    float sum = 0, most = 0;
    EACH (k, n) {
        sum += fabsf((float)get(w, at + k * next));
        most = fmaxf(most, fabsf((float)get(w, at + k * next)));
    }
    return fmaxf(most, sum * share);
}

ORACLE(conv_int) /* x w - b plus y */
{
    double *y = zeros(v->h * v->w * v->oc);
    EACH (p, v->h * v->w)
        EACH (o, v->oc) {
            double *to = &y[p * v->oc + o];
            for (int first = 0; first < v->c; first += 120) {
                const int at = first * v->oc + o, n = v->c - first < 120 ? v->c - first : 120;
                const float most = steps_of_weights(&a[1], at, v->oc, n, 0),
                            up = most > 1e-30f ? 32767.0f / most : 0.0f;
                EACH (i, n)
                    *to += (get(&a[0], p * v->c + first + i) - v->zero) * v->scale * (double)most / 32767 *
                           (double)roundf((float)get(&a[1], at + i * v->oc) * up);
            }
            *to += get(&a[3], o) + get(&a[4], p * v->oc + o);
        }
    addto(y, &a[5], v->h * v->w * v->oc);
}

ORACLE(conv_dx_int) /* dy w range plus dx */
{
    double *x = zeros(v->h * v->w * v->c);
    EACH (p, v->h * v->w)
        EACH (i, v->c) {
            for (int first = 0; first < v->oc; first += 256) {
                const int at = i * v->oc + first, n = v->oc - first < 256 ? v->oc - first : 256;
                const float most = steps_of_weights(&a[1], at, 1, n, 32767.0f / 60000.0f),
                            up = most > 1e-30f ? 32767.0f / most : 0.0f;
                EACH (o, n)
                    x[p * v->c + i] += get(&a[0], p * v->oc + first + o) * unit_of(&a[2]) * (double)most / 32767 *
                                       (double)roundf((float)get(&a[1], at + o) * up);
            }
            x[p * v->c + i] += get(&a[3], p * v->c + i);
        }
    addto(x, &a[4], v->h * v->w * v->c);
}

ORACLE(excite_int8_db) /* dy dy_range a db */
{
    const double unit = a[1].name ? unit_of(&a[1]) : 1;
    double *b = zeros(v->c);
    ELEMENTS b[i % v->c] += get(&a[0], i) * unit * (get(&a[2], i) - v->a_zero) * v->scale;
    addto(b, &a[3], v->c);
}

ORACLE(negate_int) /* dy dx */
{
    const double least = a[0].size == 1 ? -127 : -32768, most = a[0].size == 1 ? 127 : 32767;
    ELEMENTS set(&a[1], i, fmax(least, fmin(most, -get(&a[0], i))));
}

ORACLE(concat_int8) /* x0 x1 x2 y; factors, zero points and channels as the generator has them */
{
    static const double factor[] = {3000.0 / 4096, 1, 90000.0 / 16384}, zero[] = {7, -20, -128};
    int at = 0;
    EACH (p, v->h * v->w)
        EACH (k, 3)
            EACH (c, a[k].row / v->w) {
                const double x = get(&a[k], p * (a[k].row / v->w) + c);
                const double q = floor((x - zero[k]) * factor[k] + 0.5) + v->y_zero;
                set(&a[3], at++, fmax(-128, fmin(127, q)));
            }
}

ORACLE(table_int8) /* x table y */
{
    ELEMENTS set(&a[2], i, get(&a[1], (int)get(&a[0], i) & 255));
}

/* Sums that are finer than dy by v->bits, plus what there is to add -> dx. a: dy dy_range .. plus plus_range dx range; of
 * floats without ranges. */
static void gradient_out(const struct vars *v, double *x, struct arg *a)
{
    if (a[0].size == 4) {
        ELEMENTS x[i] = ldexp(x[i], -v->bits) + get(&a[4], i);
        addto(x, &a[6], v->h * v->w * v->c);
        return;
    }
    struct arg finer = a[1];
    int32_t words[6] = {exponent(&a[1]) + v->bits};
    finer.full = words;
    integers_out(x, 0, &a[4], &a[5], &finer, &a[6]);
}

ORACLE(table_dx) /* dy dy_range x slope plus plus_range dx range */
{
    double *x = zeros(v->h * v->w * v->c);
    ELEMENTS x[i] = get(&a[0], i) * get(&a[3], (int)get(&a[2], i) & 255);
    gradient_out(v, x, a);
}

/* A place and its share as whole numbers: share / den. */
static int whole_source(int o, int start, int step, int den, int n, int *first, int *second)
{
    const int s = step * o + start > 0 ? step * o + start : 0;
    *first = s / den;
    *second = *first < n - 1 ? *first + 1 : *first;
    return *first < n - 1 ? s % den : 0;
}

#define SOURCES                                                                                                        \
    int ya, yb, xa, xb;                                                                                                \
    const double fy = whole_source(oy, v->start_y, v->step_y, v->den_y, v->h, &ya, &yb), ry = v->den_y - fy;           \
    const double fx = whole_source(ox, v->start_x, v->step_x, v->den_x, v->w, &xa, &xb), rx = v->den_x - fx

ORACLE(channels_int8) /* x y */
{
    EACH (i, v->h * v->w * v->oc) {
        const int ch = v->first + i % v->oc;
        set(&a[1], i, ch >= 0 && ch < v->c ? get(&a[0], i / v->oc * v->c + ch) : v->fill);
    }
}

ORACLE(upsample_int8) /* x y */
{
    EACH (oy, v->oh)
        EACH (ox, v->ow)
            EACH (c, v->c) {
                SOURCES;
#define AT(y, x) get(&a[0], ((y)*v->w + (x)) * v->c + c)
                const double sum = ry * (rx * AT(ya, xa) + fx * AT(ya, xb)) + fy * (rx * AT(yb, xa) + fx * AT(yb, xb));
                set(&a[1], Y * v->c + c, round(sum / v->den));
#undef AT
            }
}

ORACLE(upsample_int8_dx) /* dy dy_range plus plus_range dx range */
{
    const int n = v->h * v->w * v->c;
    double *x = zeros(n);
    EACH (oy, v->oh)
        EACH (ox, v->ow)
            EACH (c, v->c) {
                SOURCES;
                const double d = get(&a[0], Y * v->c + c);
                x[(ya * v->w + xa) * v->c + c] += ry * rx * d;
                x[(ya * v->w + xb) * v->c + c] += ry * fx * d;
                x[(yb * v->w + xa) * v->c + c] += fy * rx * d;
                x[(yb * v->w + xb) * v->c + c] += fy * fx * d;
            }
    struct arg coarser = a[1];
    int32_t words[6] = {exponent(&a[1]) - v->drop};
    coarser.full = words;
    EACH (i, n)
        x[i] = floor(ldexp(round(x[i]), -v->drop) + (v->drop ? 0.5 : 0));
    integers_out(x, v->den, &a[2], &a[3], &coarser, &a[4]);
}
