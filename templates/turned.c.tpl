% -- SPDX-License-Identifier: 0BSD
% -- Transposes of convolutions of int8: the same panels read the other way, by gradients of integers.
% if need.dot_turned then
/*
 * The same weights read the other way: two pixels of a gradient, times the shares of its channels, against fours of
 * inputs. A column, int16 in any case, holds a pixel's channels by turns with the other's, two by two. stride: bytes
 * of a panel; panels are even. sums[four][input][pixel].
 */
%   for _, type in ipairs { "i16", "i8" } do
%     local shift = type == "i16" and 15 or 7
HELPER void put_shares_$(type)(int32_t *columns, int pixel, const $(type == "i16" and "int16" or "int8_t") *dy, const int16_t *share, int n, int room)
{
    int16 *to = (int16 *)columns + 2 * pixel;
    int k = 0;

% if type == "i16" then
#ifdef DSP
    for (; k + 2 <= n; k += 2, to += 4) {
        int32_t v, part, low, high;
        memcpy(&v, dy + k, 4);
        memcpy(&part, share + k, 4);
        __asm__("smulbb %0, %1, %2" : "=r"(low) : "r"(v), "r"(part));
        __asm__("smultt %0, %1, %2" : "=r"(high) : "r"(v), "r"(part));
        low += $(1 << shift - 1);
        high = (high + $(1 << shift - 1)) * 2;
        __asm__("pkhtb %0, %1, %2, asr #15" : "=r"(v) : "r"(high), "r"(low));
        memcpy(to, &v, 4);
    }
#endif
% end
    for (; k + 2 <= n; k += 2, to += 4) {
        to[0] = (int16_t)((dy[k] * share[k] + $(1 << shift - 1)) >> $(shift));
        to[1] = (int16_t)((dy[k + 1] * share[k + 1] + $(1 << shift - 1)) >> $(shift));
    }
    for (; k < room; k += 2, to += 4) {
        to[0] = (int16_t)(k < n ? (dy[k] * share[k] + $(1 << shift - 1)) >> $(shift) : 0);
        to[1] = 0;
    }
}

%   end
#ifdef DSP
/*
 * r0-r7 sums, r12 weights, lr column; r10 and r11 two channels of a pixel and of the other, of which `half` takes the lower
 * (b) or the upper (t). r9 has the first and third of four inputs' weights, r8 the second and fourth.
 */
#define LOAD_PIXELS "ldrd r10, r11, [lr], #8\n"
#define LOAD_INPUTS(offset) "ldr r8, [r12, #" #offset "]\n sxtb16 r9, r8\n sxtb16 r8, r8, ror #8\n"
#define ADD_PRODUCT(sum, weights, which, pixel, half) "smla" which half " r" #sum ", " weights ", " pixel ", r" #sum "\n"
#define INPUT(p, q, weights, which, half) ADD_PRODUCT(p, weights, which, "r10", half) ADD_PRODUCT(q, weights, which, "r11", half)
#define OUTPUT(offset, half) LOAD_INPUTS(offset) INPUT(0, 1, "r9", "b", half) INPUT(2, 3, "r8", "b", half) INPUT(4, 5, "r9", "t", half) INPUT(6, 7, "r8", "t", half)
#define NEXT_PANEL "ldr r9, [sp, #12]\n add r12, r12, r9\n"
ASM_TILE void dot_turned(int32_t *UNUSED(sums), const int32_t *UNUSED(columns), const int8_t *UNUSED(w), int UNUSED(stride),
                         int UNUSED(panels), int UNUSED(fours))
{
    __asm__ volatile(
        "push {r4-r11, lr}\n"
        "ldr r4, [sp, #36]\n ldr r5, [sp, #40]\n"
        "add r6, r4, r4, lsl #1\n add r6, r1, r6, lsl #2\n" /* where the columns end: 12 bytes a panel */
        "push {r0, r1, r2, r3, r5, r6}\n"                   /* sums, columns, w, stride, fours, end */
        "1: movs r0, #0\n movs r1, #0\n movs r2, #0\n movs r3, #0\n movs r4, #0\n movs r5, #0\n movs r6, #0\n movs r7, #0\n"
        "ldr lr, [sp, #4]\n ldr r12, [sp, #8]\n"
        "2:\n" /* two panels: six outputs */
        LOAD_PIXELS OUTPUT(0, "b") OUTPUT(4, "t")
        LOAD_PIXELS OUTPUT(8, "b") NEXT_PANEL OUTPUT(0, "t")
        LOAD_PIXELS OUTPUT(4, "b") OUTPUT(8, "t") NEXT_PANEL
        "ldr r9, [sp, #20]\n cmp lr, r9\n bne 2b\n"                          /* until the columns end */
        "ldr lr, [sp, #0]\n stmia lr!, {r0-r7}\n str lr, [sp, #0]\n"         /* sums of these four inputs */
        "ldr r12, [sp, #8]\n add r12, r12, #12\n str r12, [sp, #8]\n"        /* the next four */
        "ldr lr, [sp, #16]\n subs lr, lr, #1\n str lr, [sp, #16]\n bne 1b\n"
        "add sp, sp, #24\n pop {r4-r11, pc}\n");
}
#else
TILE void dot_turned(int32_t *sums, const int32_t *columns, const int8_t *w, int stride, int panels, int fours)
{
    for (; fours > 0; fours--, sums += 8, w += 12) {
        const int16 *x = (const int16 *)columns;
        const int8_t *at = w;
#if defined __AVX2__ && !defined TINYTL_PORTABLE
        __m256i s = _mm256_setzero_si256(); /* four inputs of one pixel, four of the other */
        __m128i low, high;
        for (int p = 0; p < panels; p += 2, at += 2 * stride, x += 12) {
            __m128i a = _mm_loadl_epi64((const __m128i *)(const void *)at), b = _mm_loadl_epi64((const __m128i *)(const void *)(at + stride));
            int32_t last[2], pair[6];
            memcpy(last, at + 8, 4);
            memcpy(last + 1, at + stride + 8, 4);
            memcpy(pair, x, sizeof pair);
            a = _mm_insert_epi32(a, last[0], 2);
            b = _mm_insert_epi32(b, last[1], 2);
%   for i, bytes in ipairs { "a, _mm_srli_si128(a, 4)", "_mm_srli_si128(a, 8), b", "_mm_srli_si128(b, 4), _mm_srli_si128(b, 8)" } do
            s = _mm256_add_epi32(s, _mm256_madd_epi16(_mm256_broadcastsi128_si256(_mm_cvtepi8_epi16(_mm_unpacklo_epi8($(bytes)))),
                                                      _mm256_setr_m128i(_mm_set1_epi32(pair[$(2 * i - 2)]), _mm_set1_epi32(pair[$(2 * i - 1)]))));
%   end
        }
        low = _mm256_castsi256_si128(s);
        high = _mm256_extracti128_si256(s, 1);
        _mm_storeu_si128((__m128i *)(void *)sums, _mm_unpacklo_epi32(low, high));
        _mm_storeu_si128((__m128i *)(void *)(sums + 4), _mm_unpackhi_epi32(low, high));
#else
        for (int u = 0; u < 4; u++, at = w + u, x = (const int16 *)columns) {
            int32_t s0 = 0, s1 = 0;
            for (int p = 0; p < panels; p += 2, x += 12) {
%   for o = 0, 5 do
                s0 += at[$(o % 3 * 4)] * x[$(o // 2 * 4 + o % 2)];
                s1 += at[$(o % 3 * 4)] * x[$(o // 2 * 4 + 2 + o % 2)];
%     if o % 3 == 2 then
                at += stride;
%     end
%   end
            }
            sums[2 * u] = s0;
            sums[2 * u + 1] = s1;
        }
#endif
    }
}
#endif

% end
% if need.store_turned then
%   for _, type in ipairs { "i16", "i8" } do
%     local name = type == "i16" and "int16" or "int8_t"
%     local limited = type == "i16" and "int16_of" or "clamp_int"
%     local bounds = type == "i16" and "" or ", -127, 127"
/* The sums of two pixels as gradients, n of each, plus what is there already (NULL: nothing). Returns their magnitudes' bits. */
HELPER int32_t store_turned_$(type)($(name) *to0, $(name) *to1, const $(name) *add0, const $(name) *add1, int up, const int32_t *sums, const struct turn *t, int n)
{
    const struct turn turn = *t;
    int32_t bits = 0;

%     for _, case in ipairs { "!add0 && turn.left == 0", "" } do
%       local general = case == ""
    $(general and "else" or "if (" .. case .. ")")
        for (int c = 0; c < n; c++) {
%       for _, pixel in ipairs { 1, 0 } do -- the first last: they may be one
            $(general and "" or "const ")int32_t v$(pixel) = $(general and "turn_sum(sums[2 * c + " .. pixel .. "], &turn)" or "mul_high(sums[2 * c + " .. pixel .. "], turn.multiplier)");
%         if general then
            if (add0)
                v$(pixel) += shift_value(add$(pixel)[c], up);
%         end
%       end
%       for _, pixel in ipairs { 1, 0 } do
            bits |= v$(pixel) ^ v$(pixel) >> 31;
            to$(pixel)[c] = ($(name))$(limited)(v$(pixel)$(bounds));
%       end
        }
%     end
    return bits;
}

%   end
% end
% if need.turned then
/* The transpose of a convolution whose window is one pixel. */
struct turned {
    const int8_t *w;      /* `panels` panels of `stride` bytes */
    const int16_t *share; /* of every output */
    int stride, panels;
    int inputs, outs;     /* channels of dx and dy */
};

INLINE struct turned turned_of(const int8_t *w, const int16_t *share, int inputs, int outs)
{
    struct turned k;

    k.w = w;
    k.share = share;
    k.stride = 3 * ((inputs + 3) / 4 * 4);
    k.panels = (outs + 5) / 6 * 2;
    k.inputs = inputs;
    k.outs = outs;
    return k;
}

%   for _, type in ipairs { "i16", "i8" } do
%     if need["turned_" .. type] then
%       local name = type == "i16" and "int16" or "int8_t"
/* Gradients of pixels that stand together, plus `add` unless NULL. columns has room for 3 * k->panels. */
TILE int32_t turn_$(type)(const struct turned *k, const struct turn *t, int32_t *columns, const $(name) *dy, const $(name) *add, int up, $(name) *dx, int pixels)
{
    int32_t bits = 0;

    for (int p = 0; p < pixels; p += 2) {
        const int next = p + 1 < pixels; /* an odd pixel is its own companion */

        put_shares_$(type)(columns, 0, dy, k->share, k->outs, 3 * k->panels);
        put_shares_$(type)(columns, 1, dy + next * k->outs, k->share, k->outs, 3 * k->panels);
        dy += (1 + next) * k->outs;
        for (int first = 0; first < k->inputs; first += 16) {
            const int count = k->inputs - first < 16 ? k->inputs - first : 16, other = next * k->inputs;
            int32_t sums[32];

            dot_turned(sums, columns, k->w + first * 3, k->stride, k->panels, (count + 3) / 4);
            bits |= store_turned_$(type)(dx + first, dx + other + first, add ? add + first : NULL, add ? add + other + first : NULL, up, sums, t, count);
        }
        dx += (1 + next) * k->inputs;
        add = add ? add + (1 + next) * k->inputs : NULL;
    }
    return bits;
}

%     end
%   end
% end
