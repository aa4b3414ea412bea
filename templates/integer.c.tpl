% if need.integer then
/* ---- integers: the same bits on every machine ---- */

/* Scratch is declared as floats; where it holds int16, compilers must know. */
#ifdef __GNUC__
typedef int16_t __attribute__((__may_alias__)) int16;
#else
typedef int16_t int16;
#endif

HELPER int32_t clamp_int(int32_t v, int32_t lo, int32_t hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

/* Rounded upper half of a product: (a * b + 2^31) / 2^32. */
HELPER int32_t mul_high(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 31)) >> 32);
}

/* To the nearest integer, halves away from zero; v must be within int32. */
HELPER int32_t round_float(float v)
{
    return (int32_t)(v < 0.0f ? v - 0.5f : v + 0.5f);
}

% end
% if need.tflite then
/* TFLite's scaling (gemmlowp): a doubled upper half that saturates, then a rounding shift to the right. */
HELPER int32_t tflite_scale(int32_t v, int32_t multiplier, int shift)
{
    const int64_t product = (int64_t)v * (1 << (shift > 0 ? shift : 0)) * multiplier;
    const int32_t high = (int32_t)((product + (product >= 0 ? 1 << 30 : 1 - (1 << 30))) / ((int64_t)1 << 31));
    const int right = shift > 0 ? 0 : -shift;
    const int32_t mask = (int32_t)(((int64_t)1 << right) - 1), rest = high & mask;

    return (high >> right) + (rest > (mask >> 1) + (high < 0) ? 1 : 0);
}

% end
% if need.learnt_sum then
/* What learnt values add to a sum, in its units; no more than leaves the sum in int32. */
HELPER int32_t learnt_sum(float v, int32_t limit)
{
    const float most = (float)limit;

    return v >= most ? limit : v > -most ? round_float(v) : -limit;
}

% end
% if need.gate_bits then
/* Where a result is inside its clamp: element b * bytes + j of a row is bit b of the mask's byte j. */
HELPER void gate_bits(uint8_t *mask, const int8_t *q, int n, int lo, int hi)
{
    const int bytes = (n + 7) / 8;

    for (int j = 0; j < bytes; j++) {
        unsigned set = 0;
        for (int b = 0, e = j; b < 8 && e < n; b++, e += bytes)
            set |= (q[e] > lo && q[e] < hi ? 1u : 0u) << b;
        mask[j] = (uint8_t)set;
    }
}

% end
% if need.dot_pairs then
/*
 * Two pixels against panels of three output channels. A column holds the values under a pixel's window as
 * int16, four of one pixel and four of the other by turns; a panel, for every four of them, four int8 weights of
 * each channel. sums[panel][channel][pixel].
 */
HELPER void put_column(int32_t *columns, int pixel, const int8_t *x, int n)
{
    int16 *to = (int16 *)columns + 4 * pixel;
    int k = 0;

    for (; k + 4 <= n; k += 4, to += 8)
        for (int u = 0; u < 4; u++)
            to[u] = x[k + u];
    if (k < n)
        for (int u = 0; u < 4; u++)
            to[u] = k + u < n ? x[k + u] : 0;
}

TILE void dot_pairs(int32_t *sums, const int32_t *columns, const int8_t *w, int quads, int panels)
{
    for (int p = 0; p < panels; p++, sums += 6) {
        const int16 *x = (const int16 *)columns;
        int32_t s[6] = {0};
        for (int q = 0; q < quads; q++, x += 8, w += 12)
            for (int c = 0; c < 3; c++)
                for (int u = 0; u < 4; u++) {
                    s[2 * c] += w[4 * c + u] * x[u];
                    s[2 * c + 1] += w[4 * c + u] * x[4 + u];
                }
        memcpy(sums, s, sizeof s);
    }
}

% end
% if need.dot_turned then
/*
 * The same weights read the other way: two pixels of a gradient, times the shares of its channels, against four
 * inputs. A column, int16 in any case, holds a pixel's channels by turns with the other's, two by two; stride: bytes of a panel.
 */
%   for _, type in ipairs { "i16", "i8" } do
%     if need["dot_turned"] then
HELPER void put_shares_$(type)(int32_t *columns, int pixel, const $(type == "i16" and "int16" or "int8_t") *dy, const int16_t *share, int n, int room)
{
    int16 *to = (int16 *)columns + 2 * pixel;

    for (int k = 0; k < room; k += 2, to += 4)
        for (int u = 0; u < 2; u++)
            to[u] = (int16_t)(k + u < n ? (dy[k + u] * share[k + u] + (1 << $(type == "i16" and 14 or 6))) >> $(type == "i16" and 15 or 7) : 0);
}

%     end
%   end
TILE void dot_turned(int32_t *sums, const int32_t *columns, const int8_t *w, int stride, int panels)
{
    const int16 *x = (const int16 *)columns;

    for (int p = 0; p < panels; p++, w += stride)
        for (int c = 0; c < 3; c++) {
            const int o = 3 * p + c;
            const int32_t x0 = x[o / 2 * 4 + o % 2], x1 = x[o / 2 * 4 + 2 + o % 2];
            for (int u = 0; u < 4; u++) {
                sums[2 * u] += w[4 * c + u] * x0;
                sums[2 * u + 1] += w[4 * c + u] * x1;
            }
        }
}

% end
% if need.range then
/*
 * The scale of an integer gradient, real = q * 2^-exponent: {exponent, bits of this step's magnitudes, those of the
 * last 16 steps as bytes}. A byte is the exponent of the largest magnitude of a step; -128: no step yet.
 */
HELPER float range_unit(const int32_t *range)
{
    const uint32_t bits = (uint32_t)(127 - range[0]) << 23; /* 2^-exponent */
    float unit;

    memcpy(&unit, &bits, sizeof unit);
    return unit;
}

/* Notes magnitudes: v ^ v >> 31 of every value, or-ed. */
HELPER void range_see(int32_t *range, int32_t bits)
{
    range[1] |= bits;
}

/* Multiplication by mantissa * 2^(exponent - 31) as a shift to the left, which saturates, and a mul_high. */
struct turn {
    int32_t multiplier, most;
    int left;
};

HELPER struct turn turn_of(int32_t mantissa, int exponent)
{
    struct turn t = {mantissa, 0x7fffffff, 0};

    if (exponent >= 0) {
        t.left = exponent < 30 ? exponent + 1 : 31;
        t.most = 0x7fffffff >> t.left;
    } else if (exponent < -1) {
        t.multiplier = exponent < -31 ? 0 : (mantissa + (1 << (-2 - exponent))) >> (-1 - exponent);
    }
    return t;
}

HELPER int32_t turn_sum(int32_t sum, const struct turn *t)
{
    if (t->left > 0)
        sum = clamp_int(sum, -t->most, t->most) * (1 << t->left);
    return mul_high(sum, t->multiplier);
}

/*
 * A value of one range in units of another, which is finer by `up` bits or coarser by -up. Halves go away from zero:
 * upwards they would add up over the pixels of a map.
 */
HELPER int32_t shift_value(int32_t v, int up)
{
    if (up >= 0)
        return v * (1 << (up < 15 ? up : 15));
    return up < -20 ? 0 : (v + (1 << (-up - 1)) - (v < 0)) >> -up;
}

% end
% if need.range_step then
/* Ends a step: the exponent follows the largest magnitude of the last 16. */
static void range_step(int32_t *range, uint32_t step, int aim)
{
    int8_t seen[16];
    int exponent = -range[0], largest = -128;

    for (uint32_t bits = (uint32_t)range[1]; bits != 0; bits >>= 1)
        exponent++; /* nothing but zeros: finer than this scale */
    exponent = clamp_int(exponent, -100, 100);
    memcpy(seen, range + 2, sizeof seen);
    seen[step % 16] = (int8_t)exponent;
    memcpy(range + 2, seen, sizeof seen);
    for (int i = 0; i < 16; i++)
        if (seen[i] > largest)
            largest = seen[i];
    range[0] = clamp_int(aim - largest, -100, 100);
    range[1] = 0;
}

% end
