/* SPDX-License-Identifier: MIT */
/* Activations: f(x) in the plainest form, and its slope, with the attributes that a test gives. */

/* A forward kernel, and a gradient that reads x. */
#define SMOOTH(name, f, slope)                                                                                         \
    ORACLE(name)                                                                                                       \
    {                                                                                                                  \
        ELEMENTS                                                                                                       \
        {                                                                                                              \
            const double x = get(&a[0], i);                                                                            \
            (void)v, set(&a[1], i, f);                                                                                 \
        }                                                                                                              \
    }                                                                                                                  \
    ORACLE(name##_dx)                                                                                                  \
    {                                                                                                                  \
        ELEMENTS                                                                                                       \
        {                                                                                                              \
            const double x = get(&a[1], i);                                                                            \
            (void)v, set(&a[2], i, get(&a[0], i) * (slope));                                                           \
        }                                                                                                              \
    }

static double gelu(const struct vars *v, double x)
{
    return v->approximate ? 0.5 * x * (1 + tanh(sqrt(2 / acos(-1)) * (x + 0.044715 * x * x * x)))
                          : 0.5 * x * (1 + erf(x / sqrt(2)));
}

/* By differences: in double their error is far below that of the kernel's floats. */
static double gelu_slope(const struct vars *v, double x)
{
    return (gelu(v, x + 1e-4) - gelu(v, x - 1e-4)) / 2e-4;
}

SMOOTH(silu, x / (1 + exp(-x)), (1 + exp(-x) + x * exp(-x)) / pow(1 + exp(-x), 2))
SMOOTH(gelu, gelu(v, x), gelu_slope(v, x))
SMOOTH(abs, fabs(x), x > 0 ? 1 : x < 0 ? -1 : 0)

/* Here the gradient reads y. */
#define y x
SMOOTH(tanh, tanh(x), 1 - y * y)
SMOOTH(softplus, log(1 + exp(x)), 1 - exp(-y))
SMOOTH(elu, x > 0 ? x : v->alpha * (exp(x) - 1), y > 0 ? 1 : y + v->alpha)
#undef y

/* ---- with a mask of one bit an element ---- */

static void masked(const struct vars *v, struct arg *y, struct arg *mask, int r, int e, double value, int open)
{
    const int n = v->w * v->c, nb = (n + 7) / 8;
    if (mask->name && r + e == 0)
        memset(mask->want, 0, (size_t)(v->h * nb));
    if (mask->name && open)
        ((uint8_t *)mask->want)[r * nb + e % nb] |= (uint8_t)(1 << e / nb);
    set(y, r * n + e, value);
}

static int is_open(const struct vars *v, const struct arg *mask, int r, int e)
{
    const int nb = (v->w * v->c + 7) / 8;
    return ((uint8_t *)mask->full)[r * nb + e % nb] >> e / nb & 1;
}

#define MAP                                                                                                            \
    EACH (r, v->h)                                                                                                     \
        EACH (e, v->w * v->c)
#define PLACE (r * v->w * v->c + e)

ORACLE(leaky_relu) /* x y mask */
{
    MAP
    {
        const double x = get(&a[0], PLACE);
        masked(v, &a[1], &a[2], r, e, x > 0 ? x : v->slope * x, x > 0);
    }
}

ORACLE(leaky_relu_dx) /* dy gate dx */
{
    MAP set(&a[2], PLACE,
            get(&a[0], PLACE) * ((v->value ? get(&a[1], PLACE) > 0 : is_open(v, &a[1], r, e)) ? 1 : v->slope));
}

ORACLE(hard_sigmoid) /* x y mask */
{
    MAP
    {
        const double x = v->alpha * get(&a[0], PLACE) + v->beta;
        masked(v, &a[1], &a[2], r, e, fmin(1, fmax(0, x)), x > 0 && x < 1);
    }
}

ORACLE(hard_sigmoid_dx) /* dy gate dx */
{
    MAP
    {
        const double y = v->value ? get(&a[1], PLACE) : 0;
        set(&a[2], PLACE, (v->value ? y > 0 && y < 1 : is_open(v, &a[1], r, e)) ? v->alpha * get(&a[0], PLACE) : 0);
    }
}

ORACLE(prelu) /* x weight y mask */
{
    MAP
    {
        const double x = get(&a[0], PLACE);
        masked(v, &a[2], &a[3], r, e, x > 0 ? x : get(&a[1], e % v->c) * x, x > 0);
    }
}

ORACLE(prelu_dx) /* dy gate weight dx */
{
    MAP
    {
        const int open = v->value ? get(&a[1], PLACE) > 0 : is_open(v, &a[1], r, e);
        set(&a[3], PLACE, get(&a[0], PLACE) * (open ? 1 : get(&a[2], e % v->c)));
    }
}

ORACLE(prelu_dw) /* dy x dw */
{
    double *w = zeros(v->c);
    EACH (i, v->c)
        w[i] = v->keep ? get(&a[2], i) : 0.0;
    ELEMENTS w[i % v->c] += get(&a[0], i) * fmin(0, get(&a[1], i));
    addto(w, &a[2], v->c);
}

/* TFLite's: a doubled upper half, then a shift to the right, both rounded with halves away from zero. */
static double tflite_scaled(double x, int multiplier, int shift)
{
    const double high = round(ldexp(x * multiplier, (shift > 0 ? shift : 0) - 31));
    return shift > 0 ? high : round(ldexp(high, shift));
}

ORACLE(prelu_int8) /* x slope y mask; the mask is of x, and all 0 where nothing can be above its zero point */
{
    MAP
    {
        const double x = get(&a[0], PLACE) - v->zero, slope = ((const int32_t *)a[1].full)[e % v->c];
        const double sum = x * (x > 0 ? v->open : slope);
        const double q = !v->tflite ? floor(ldexp(sum, -v->bits) + 0.5)
                         : x > 0    ? tflite_scaled(x, v->open, v->open_shift)
                                    : tflite_scaled(x * slope, v->multiplier, v->shift);
        masked(v, &a[2], &a[3], r, e, fmax(-128, fmin(127, q + v->y_zero)), x > 0);
    }
}

ORACLE(prelu_int8_dx) /* dy dy_range gate slope plus plus_range dx range; of floats without ranges */
{
    double *x = zeros(v->h * v->w * v->c);
    MAP
    {
        const int open = v->value ? get(&a[2], PLACE) > v->zero : is_open(v, &a[2], r, e);
        x[PLACE] = get(&a[0], PLACE) * get(&a[3], open ? v->c : e % v->c);
    }
    gradient_out(v, x, a);
}
