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

/* sums * factor in units of sum_range, + plus -> out and its range, which is the argument behind it. */
static void integers_out(struct arg *a, double *sums, double factor, const struct arg *plus,
                         const struct arg *plus_range, const struct arg *sum_range, struct arg *out, int n)
{
    struct arg *range = out + 1;
    int32_t *words = (int32_t *)range->want;
    const double least = out->size == 1 ? -127 : -32768, most = out->size == 1 ? 127 : 32767;
    (void)a;
    EACH (i, n) {
        double q = shifted(sums[i] * factor, exponent(range) - exponent(sum_range));
        if (plus->name) /* one value: 15 bits up leave no type of a gradient anything but its limit */
            q += round(ldexp(get(plus, i), (int)fmin(15, exponent(range) - exponent(plus_range))));
        const int32_t whole = (int32_t)q;
        words[1] |= whole < 0 ? ~whole : whole;
        set(out, i, fmax(least, fmin(most, q)));
    }
    free(sums);
}
