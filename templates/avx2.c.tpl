% -- SPDX-License-Identifier: 0BSD
% -- What kernels of integers share on x86-64: vectors of eight int32. Products are of pairs of int16, the two of a lane added.
% local taps = need.pairs_i8 or need.pairs_i16
% if target.avx2 and (need.dot_pairs or need.dot_turned or need.turned or need.conv_int_eights or taps) then
#ifdef AVX2
INLINE __m256i load_eight(const void *p)
{
    return _mm256_loadu_si256((const __m256i *)p);
}

INLINE __m128i load_half(const void *p)
{
    return _mm_loadu_si128((const __m128i *)p);
}

INLINE void store_eight(void *p, __m256i v)
{
    _mm256_storeu_si256((__m256i *)p, v);
}

INLINE void store_half(void *p, __m128i v)
{
    _mm_storeu_si128((__m128i *)p, v);
}

/* sum + a * b; exact, as the sum of two products is. */
INLINE __m256i add_products(__m256i sum, __m256i a, __m256i b)
{
#if defined __AVX512VNNI__ && defined __AVX512VL__
    return _mm256_dpwssd_epi32(sum, a, b);
#elif defined __AVXVNNI__
    return _mm256_dpwssd_avx_epi32(sum, a, b);
#else
    return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b));
#endif
}

/* mul_high of eight. */
INLINE __m256i mul_high_eight(__m256i a, __m256i b)
{
    const __m256i half = _mm256_set1_epi64x(INT64_C(1) << 31);
    const __m256i even = _mm256_add_epi64(_mm256_mul_epi32(a, b), half);
    const __m256i odd = _mm256_add_epi64(_mm256_mul_epi32(_mm256_srli_epi64(a, 32), _mm256_srli_epi64(b, 32)), half);

    return _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xaa);
}

/* Within -most and most, times 2^left. */
INLINE __m256i left_eight(__m256i v, __m256i most, __m256i left)
{
    return _mm256_sllv_epi32(_mm256_max_epi32(_mm256_min_epi32(v, most), _mm256_sub_epi32(_mm256_setzero_si256(), most)), left);
}

/* Eight values of two pixels by turns as int16, saturated, one pixel's in each half. */
INLINE __m256i apart(__m256i v, __m256i w)
{
    const __m256i words = _mm256_packs_epi32(v, w);
    const __m256i twos = _mm256_shufflelo_epi16(_mm256_shufflehi_epi16(words, 0xd8), 0xd8);

    return _mm256_permutevar8x32_epi32(twos, _mm256_setr_epi32(0, 4, 2, 6, 1, 5, 3, 7));
}

INLINE __m256i by_turns(__m128i a, __m128i b)
{
    return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_unpacklo_epi16(a, b)), _mm_unpackhi_epi16(a, b), 1);
}

%   if need.range then
/* shift_value of eight. */
INLINE __m256i shift_eight(__m256i v, int up)
{
    if (up >= 0)
        return _mm256_slli_epi32(v, up < 15 ? up : 15);
    if (up < -20)
        return _mm256_setzero_si256();
    v = _mm256_add_epi32(_mm256_add_epi32(v, _mm256_set1_epi32(1 << (-up - 1))), _mm256_srai_epi32(v, 31));
    return _mm256_srai_epi32(v, -up);
}

/* What range_see wants of eight, and of all that went into `bits`. */
INLINE __m256i see_eight(__m256i bits, __m256i v)
{
    return _mm256_or_si256(bits, _mm256_xor_si256(v, _mm256_srai_epi32(v, 31)));
}

INLINE int32_t bits_of(__m256i v)
{
    const __m128i four = _mm_or_si128(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    const __m128i two = _mm_or_si128(four, _mm_srli_si128(four, 8));

    return _mm_cvtsi128_si32(two) | _mm_extract_epi32(two, 1);
}

%   end
%   for _, type in ipairs { "i8", "i16" } do
%     local name = type == "i8" and "int8_t" or "int16"
%     if need["pairs_" .. type] or type == "i8" and taps then
/* Eight channels of a pixel. */
INLINE __m128i load_pixel_$(type)(const $(name) *p)
{
    return $(type == "i8" and "_mm_cvtepi8_epi16(_mm_loadl_epi64((const __m128i *)(const void *)p))" or "load_half(p)");
}

%     end
%     if need["pairs_" .. type] then
/* n columns of a row from `first` on, each with the next by turns; columns outside of it, all if `row` is NULL, have eight times `outside`. */
INLINE void put_pairs_$(type)(int32_t *to, const $(name) *row, int first, int n, int width, int c, int outside)
{
    const __m128i beyond = _mm_set1_epi16((int16_t)outside);
    __m128i v = row && first >= 0 && first < width ? load_pixel_$(type)(row + first * c) : beyond;

    for (int i = 1; i <= n; i++, to += 8) {
        const int column = first + i;
        const __m128i next = row && column >= 0 && column < width ? load_pixel_$(type)(row + column * c) : beyond;
        store_eight(to, by_turns(v, next));
        v = next;
    }
}

%     end
%   end
%   if taps then
/* Weights of eight channels: taps first, first + step, ... of a row's n by turns with the next; zeros where there is none. */
INLINE void put_weights(int32_t *to, const int8_t *w, int first, int step, int pairs, int n, int c)
{
    for (int p = 0, k = first; p < pairs; p++, k += 2 * step, to += 8) {
        const __m128i a = k >= 0 && k < n ? load_pixel_i8(w + k * c) : _mm_setzero_si128();
        const __m128i b = k + step >= 0 && k + step < n ? load_pixel_i8(w + (k + step) * c) : _mm_setzero_si128();
        store_eight(to, by_turns(a, b));
    }
}

/* sum[i] += products of window i of four, which are `apart` columns from each other: the first begins in row iy of a ring of kh rows of pairs, at column x. */
BODY void add_windows(__m256i *sum, const int32_t *pair, int room, int iy, int x, const int32_t *weight, int kh, int pairs, int apart)
{
    __m256i s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3];

    for (int ky = 0; ky < kh; ky++) {
        const int32_t *at = pair + 8 * ((iy + ky) % kh * room + x);
        for (int p = 0; p < pairs; p++, at += 16, weight += 8) {
            const __m256i w = load_eight(weight);
            s0 = add_products(s0, load_eight(at), w);
            s1 = add_products(s1, load_eight(at + 8 * apart), w);
            s2 = add_products(s2, load_eight(at + 16 * apart), w);
            s3 = add_products(s3, load_eight(at + 24 * apart), w);
        }
    }
    sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
}

%   end
%   if need.pairs_i8 then
/* As bytes, saturated. */
INLINE void store_bytes(int8_t *to, __m256i v)
{
    const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));

    _mm_storel_epi64((__m128i *)(void *)to, _mm_packs_epi16(words, words));
}

%   end
%   if need.dwconv_eight then
/*
 * Eight channels of a depthwise convolution, which begins with `base`, in strips of `room` pairs of columns: each row of x is put into the ring `pair` once a strip.
 * shift: as TFLite rounds, or NULL. plus: floats in these units, or NULL.
 */
BODY void dwconv_eight(const int8_t *x, int xn, const int8_t *w, const int32_t *base, const int32_t *multiplier, const int8_t *shift, int left_by, const float *plus, int plusn, const float *unit, int32_t limit, int8_t *y, int yn, int y0, int y1,
                         int32_t *pair, int32_t *weight, int room, int kh, int kw, int sh, int sw, int height, int width, int c, int ow, int top, int left, int x_zero, int zero, int lo, int hi)
{
    const int pairs = (kw + 1) / 2, most = (room - 2 * pairs) / sw / 4 * 4 + 4; /* results of a strip */
    const __m256i v0 = load_eight(base), factor = load_eight(multiplier), z = _mm256_set1_epi32(zero), least = _mm256_set1_epi32(lo), top8 = _mm256_set1_epi32(hi);

%     if not need.tflite then
    (void)shift;
%     end
%     if not need.dwconv_plus then
    (void)plus, (void)plusn, (void)unit, (void)limit;
%     end
    for (int ky = 0; ky < kh; ky++)
        put_weights(weight + 8 * ky * pairs, w + ky * kw * c, 0, 1, pairs, kw, c);
    for (int first = 0; first < ow; first += most)
        for (int oy = y0, next = y0 * sh - top; oy < y1; oy++) {
            const int iy = oy * sh - top, count = ow - first < most ? ow - first : most;
            for (next = next > iy ? next : iy; next < iy + kh; next++)
                put_pairs_i8(pair + 8 * ((next + top) % kh * room), next >= 0 && next < height ? x + next % xn * (width * c) : NULL, first * sw - left,
                             (count + 3) / 4 * 4 * sw - sw + 2 * pairs - 1, width, c, x_zero);
            for (int column = 0; column < count; column += 4) {
                __m256i sum[4] = {v0, v0, v0, v0};
                add_windows(sum, pair, room, iy + top, column * sw, weight, kh, pairs, sw);
                for (int i = 0; i < 4 && column + i < count; i++) {
                    const int at = (first + column + i) * c;
                    int8_t *to = y + oy % yn * (ow * c) + at;
                    __m256i v = sum[i];
%     if need.dwconv_plus or need.tflite then
                    int32_t sums[8];
                    store_eight(sums, v);
%     end
%     if need.dwconv_plus then
                    for (int k = 0; plus && k < 8; k++)
                        sums[k] += learnt_sum(plus[oy % plusn * (ow * c) + at + k] * unit[k], limit);
%     end
%     if need.tflite then
                    for (int k = 0; shift && k < 8; k++)
                        to[k] = (int8_t)clamp_int(tflite_scale(sums[k], multiplier[k], shift[k]) + zero, lo, hi);
                    if (shift)
                        continue;
%     end
%     if need.dwconv_plus then
                    v = load_eight(sums);
%     end
                    if (left_by > 0)
                        v = left_eight(v, _mm256_set1_epi32(0x7fffffff >> left_by), _mm256_set1_epi32(left_by));
                    v = _mm256_add_epi32(mul_high_eight(v, factor), z);
                    store_bytes(to, _mm256_max_epi32(_mm256_min_epi32(v, top8), least));
                }
            }
        }
}

%   end
%   for _, type in ipairs { "i8", "i16" } do
%     local name = type == "i8" and "int8_t" or "int16"
%     if need["dwconv_dx_eight_" .. type] then
/*
 * Eight channels of its transpose: what meets a row and a column of dx is a window, stride 1, of the taps of their class, as far as strides go; backwards.
 * Returns `bits`, and their magnitudes'.
 */
BODY __m256i dwconv_dx_eight_$(type)(const $(name) *dy, int dyn, const int8_t *w, const int32_t *multiplier, const int32_t *limit, const int32_t *left_by, const $(name) *plus, int plusn, int up, $(name) *dx, int dxn, __m256i bits,
                                       int y0, int y1, int32_t *pair, int32_t *weight, int room, int kh, int kw, int sh, int sw, int width, int c, int oh, int ow, int top, int left)
{
    const int rows = (kh + sh - 1) / sh, taps = (kw + sw - 1) / sw, pairs = (taps + 1) / 2, most = room - 2 * pairs + 1, size = 8 * rows * pairs;
    const __m256i factor = load_eight(multiplier), limits = load_eight(limit), left8 = load_eight(left_by);

    for (int ky = 0; ky < rows * sh; ky++)
        for (int kx = 0; kx < sw; kx++)
            put_weights(weight + (ky % sh * sw + kx) * size + 8 * (rows - 1 - ky / sh) * pairs, w + ky * kw * c, kx + sw * (taps - 1), -sw, pairs, ky < kh ? kw : 0, c);
    for (int first = left / sw, end = (width - 1 + left) / sw + 1; first < end; first += most)
        for (int row = y0, next = (y0 + top) / sh - rows + 1; row < y1; row++) {
            const int oy = (row + top) / sh - rows + 1, count = end - first < most ? end - first : most;
            for (next = next > oy ? next : oy; next < oy + rows; next++)
                put_pairs_$(type)(pair + 8 * ((next + rows) % rows * room), next >= 0 && next < oh ? dy + next % dyn * (ow * c) : NULL, first - taps + 1,
                                  (count + 3) / 4 * 4 + 2 * pairs - 2, ow, c, 0);
            for (int o = 0; o < sw * count; o += o % sw < sw - 1 ? 1 : 4 * sw - sw + 1) {
                const int column = (first + o / sw) * sw + o % sw - left;
                __m256i sum[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256()};
                add_windows(sum, pair, room, oy + rows, o / sw, weight + ((row + top) % sh * sw + o % sw) * size, rows, pairs, 1);
                for (int i = 0; i < 4 && o / sw + i < count; i++) {
                    const int at = (column + i * sw) * c;
                    if (column + i * sw < 0 || column + i * sw >= width)
                        continue;
                    __m256i v = mul_high_eight(left_eight(sum[i], limits, left8), factor);
                    if (plus)
                        v = _mm256_add_epi32(v, shift_eight(_mm256_cvtepi16_epi32(load_pixel_$(type)(plus + row % plusn * (width * c) + at)), up));
                    bits = see_eight(bits, v);
%       if type == "i16" then
                    store_half(dx + row % dxn * (width * c) + at, _mm_packs_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1)));
%       else
                    store_bytes(dx + row % dxn * (width * c) + at, _mm256_max_epi32(v, _mm256_set1_epi32(-127)));
%       end
                }
            }
        }
    return bits;
}

%     end
%   end
#endif

% end
