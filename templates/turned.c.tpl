% -- SPDX-License-Identifier: 0BSD
% -- Transposes of convolutions of int8: the same panels read the other way, by gradients of integers.
% local types = {} -- of gradients
% for _, type in ipairs { "i16", "i8" } do
%   if need["shares_" .. type] then types[#types + 1] = type end
% end
% if need.dot_turned or need.turned then
/*
 * The same weights read the other way: two pixels of a gradient, times the shares of its channels, against fours of
 * inputs. A column, int16 in any case, holds a pixel's channels by turns with the other's, two by two. stride: bytes
 * of a panel; panels are even. sums[four][input][pixel].
 */
%   for _, type in ipairs(types) do
%     local shift = type == "i16" and 15 or 7
HELPER void put_shares_$(type)(int32_t *columns, int pixel, const $(type == "i16" and "int16" or "int8_t") *dy, const int16_t *share, int n, int room)
{
#ifdef HELIUM
    const uint32x4_t pairs = vidupq_n_u32(0, 2);

    for (int k = 0; k < room; k += 8) {
        const mve_pred16_t p = vctp16q((uint32_t)(k < n ? n - k : 0));
%     if type == "i16" then
        const int16x8_t v = vldrhq_z_s16(dy + k, p);
%     else
        const int16x8_t v = vshlq_n_s16(vldrbq_z_s16(dy + k, p), 8);
%     end
        vstrwq_scatter_shifted_offset_p_s32(columns + 2 * (k / 2) + pixel, pairs, vreinterpretq_s32_s16(vqrdmulhq_s16(v, vldrhq_z_s16(share + k, p))),
                                            vctp32q((uint32_t)(room - k) / 2));
    }
#else
#ifdef AVX2
    int16 *to = (int16 *)columns + pixel * room; /* one pixel's after the other's */
    int k = 0;

    for (; k + 8 <= n; k += 8) {
%     if type == "i16" then
        const __m128i v = load_half(dy + k);
%     else
        const __m128i v = _mm_slli_epi16(_mm_cvtepi8_epi16(_mm_loadl_epi64((const __m128i *)(const void *)(dy + k))), 8);
%     end
        store_half(to + k, _mm_mulhrs_epi16(v, load_half(share + k)));
    }
    for (; k < n; k++)
        to[k] = (int16_t)((dy[k] * share[k] + $(1 << shift - 1)) >> $(shift));
    for (; k < room; k++)
        to[k] = 0;
#else
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
#endif
#endif
}

%   end
%   local own = target.helium and not need.dot_turned -- dot_eights takes its place: assembler that is "used" would stay in flash
%   if own then
#ifndef HELIUM
%   end
#ifdef DSP
%   if need.dot_turned then
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
%   end
%   if need.turned then
/*
 * The same of four pixels, whose columns hold two channels of each by turns, and of two inputs at a time: the first and third of four,
 * then the second and fourth. sums[input][pixel] of the first two pixels, and of the others; products are added to them.
 *
 * r0-r7 sums, r12 weights, lr column; r9 and r10 an input's weights of two channels.
 */
#define TWO_PIXELS(a, b, c, d) \
    "ldrd r8, r11, [lr], #8\n smlad " a ", r10, r8, " a "\n smlad " b ", r10, r11, " b "\n smlad " c ", r9, r8, " c "\n smlad " d ", r9, r11, " d "\n"
#define TWO_OUTPUTS(turn)                                                          \
    "sxtb16 r8, r8" turn "\n sxtb16 r9, r9" turn "\n"                              \
    "pkhbt r10, r8, r9, lsl #16\n pkhtb r9, r9, r8, asr #16\n" TWO_PIXELS("r0", "r1", "r4", "r5") TWO_PIXELS("r2", "r3", "r6", "r7")
#define TWO_INPUTS(turn, onward)                                                                                                           \
    "ldrd r8, r9, [sp]\n ldrd r0, r1, [r8]\n ldrd r4, r5, [r8, #16]\n ldrd r2, r3, [r9]\n ldrd r6, r7, [r9, #16]\n ldrd lr, r12, [sp, #8]\n" \
    "2: ldrd r8, r9, [r12]\n" TWO_OUTPUTS(turn) "ldr r8, [r12, #8]\n ldr r9, [sp, #16]\n add r12, r12, r9\n ldr r9, [r12]\n" TWO_OUTPUTS(turn)  \
    "ldrd r8, r9, [r12, #4]\n" TWO_OUTPUTS(turn) "ldrd r8, r9, [sp, #16]\n add r12, r12, r8\n cmp lr, r9\n bne 2b\n"                             \
    "ldrd r8, r9, [sp]\n strd r0, r1, [r8]\n strd r4, r5, [r8, #16]\n strd r2, r3, [r9]\n strd r6, r7, [r9, #16]\n"                            \
    "add r8, r8, #" onward "\n add r9, r9, #" onward "\n strd r8, r9, [sp]\n"
ASM_TILE void dot_turned_four(int32_t *UNUSED(sums0), int32_t *UNUSED(sums2), const int32_t *UNUSED(columns), const int8_t *UNUSED(w),
                              int UNUSED(stride), int UNUSED(panels), int UNUSED(fours))
{
    __asm__ volatile(
        "push {r4-r11, lr}\n"
        "ldrd r4, r5, [sp, #36]\n ldr r6, [sp, #44]\n"
        "add r5, r5, r5, lsl #1\n add r5, r2, r5, lsl #3\n" /* where the columns end: 24 bytes a panel */
        "push {r0-r6}\n"                                   /* sums, columns, w, stride, end, fours */
        "1:\n"
        TWO_INPUTS("", "8") TWO_INPUTS(", ror #8", "24")
        "ldr r8, [sp, #12]\n add r8, r8, #12\n str r8, [sp, #12]\n" /* the next four */
        "ldr r8, [sp, #24]\n subs r8, r8, #1\n str r8, [sp, #24]\n bne 1b\n"
        "add sp, sp, #28\n pop {r4-r11, pc}\n");
}

%     if need.by_input then
/*
 * The same with weights that lie by input: for every two inputs and four outputs, four bytes of an input and then of the other. A byte of
 * the second output is where sxtb16 finds it beside the first's.
 *
 * r0-r3 sums of two pixels, r4-r7 of the others, r12 column, lr weights; r8 and r9 an input's weights of two channels, and the other's.
 */
#define HALF_OF_FOUR(turn, onward)                                                                                      \
    "ldrd r8, r9, [lr]" onward "\n ldrd r10, r11, [r12], #8\n sxtb16 r8, r8" turn "\n sxtb16 r9, r9" turn "\n"          \
    "smlad r0, r8, r10, r0\n smlad r1, r8, r11, r1\n smlad r2, r9, r10, r2\n smlad r3, r9, r11, r3\n ldrd r10, r11, [r12], #8\n" \
    "smlad r4, r8, r10, r4\n smlad r5, r8, r11, r5\n smlad r6, r9, r10, r6\n smlad r7, r9, r11, r7\n"
#define FOUR_OUTPUTS HALF_OF_FOUR("", "") HALF_OF_FOUR(", ror #8", ", #8")
ASM_TILE void dot_by_input_four(int32_t *UNUSED(sums0), int32_t *UNUSED(sums2), const int32_t *UNUSED(columns), const int8_t *UNUSED(w),
                                int UNUSED(stride), int UNUSED(fours), int UNUSED(pairs))
{
    __asm__ volatile(
        "push {r4-r11, lr}\n"
        "ldrd r4, r5, [sp, #36]\n ldr r6, [sp, #44]\n"
        "add r5, r2, r5, lsl #5\n" /* where the columns end: 32 bytes for four outputs */
        "push {r0-r6}\n"           /* sums, columns, w, stride, end, pairs */
        "1: ldrd r10, r11, [sp]\n ldmia r10, {r0-r3}\n ldmia r11, {r4-r7}\n ldrd r12, lr, [sp, #8]\n"
        "ldr r8, [sp, #20]\n subs r8, r8, r12\n tst r8, #32\n bne 3f\n" /* an odd number begins in the middle */
        "2:\n" FOUR_OUTPUTS
        "3:\n" FOUR_OUTPUTS
        "ldr r8, [sp, #20]\n cmp r12, r8\n bne 2b\n"
        "ldrd r10, r11, [sp]\n stmia r10!, {r0-r3}\n stmia r11!, {r4-r7}\n strd r10, r11, [sp]\n"
        "ldrd r10, r11, [sp, #12]\n add r10, r10, r11\n str r10, [sp, #12]\n" /* the next two inputs */
        "ldr r8, [sp, #24]\n subs r8, r8, #1\n str r8, [sp, #24]\n bne 1b\n"
        "add sp, sp, #28\n pop {r4-r11, pc}\n");
}

%     end
%     for _, type in ipairs(types) do
/* A column of one of four pixels: the shares of n channels, and zeros up to `room`. */
INLINE void put_share_of_four_$(type)(int32_t *to, const $(type == "i16" and "int16" or "int8_t") *dy, const int16_t *share, int n, int room)
{
    const int32_t half = $(type == "i16" and 1 << 14 or 1 << 6);
    int k = 0;

    for (; k + 2 <= n; k += 2, to += 4) {
        int32_t part, low, high;
        memcpy(&part, share + k, 4);
%       if type == "i16" then
        int32_t v;
        memcpy(&v, dy + k, 4);
        __asm__("smlabb %0, %1, %2, %3" : "=r"(low) : "r"(v), "r"(part), "r"(half));
        __asm__("smlatt %0, %1, %2, %3" : "=r"(high) : "r"(v), "r"(part), "r"(half));
        __asm__("pkhtb %0, %1, %2, asr #15" : "=r"(*to) : "r"(2 * high), "r"(low));
%       else
        __asm__("smlabb %0, %1, %2, %3" : "=r"(low) : "r"((int32_t)dy[k]), "r"(part), "r"(half));
        __asm__("smlabt %0, %1, %2, %3" : "=r"(high) : "r"((int32_t)dy[k + 1]), "r"(part), "r"(half));
        __asm__("pkhbt %0, %1, %2, lsl #9" : "=r"(*to) : "r"(low >> 7), "r"(high));
%       end
    }
    for (; k < room; k += 2, to += 4)
        *to = k < n ? ((dy[k] * share[k] + half) >> $(type == "i16" and 15 or 7)) & 0xffff : 0;
}

%     end
%   end
#else
#ifdef AVX2
/* Weights of three channels, of four inputs. */
INLINE __m256i load_four(const int8_t *at)
{
    int32_t last;

    memcpy(&last, at + 8, 4);
    return _mm256_castsi128_si256(_mm_insert_epi32(_mm_loadl_epi64((const __m128i *)(const void *)at), last, 2));
}

/* The same of four inputs and of the next four, which stand 4 further in the upper half. */
INLINE __m256i load_fours(const int8_t *at)
{
    return _mm256_inserti128_si256(_mm256_castsi128_si256(load_half(at)), load_half(at + 8), 1);
}

% local function bytes(pick) -- of 32: the upper half of an int16 from each byte that pick names, of two inputs' fours that stand 8 apart
%   local list = {}
%   for lane = 0, 1 do
%     for input = 0, 3 do
%       for _, channel in ipairs(pick) do
%         list[#list + 1] = -128
%         list[#list + 1] = channel < 0 and -128 or 4 * channel + input + 4 * lane
%       end
%     end
%   end
%   return table.concat(list, ", ")
% end
/* Eight inputs, or the first four of them: weights of two channels as int16 stand beside each other for each. */
INLINE void dot_eight(int32_t *sums, const int16 *x, const int8_t *at, int stride, int panels, int fours)
{
    const __m256i first = _mm256_setr_epi8($(bytes { 0, 1 }));
    const __m256i third = _mm256_setr_epi8($(bytes { 2, -1 })), fourth = _mm256_setr_epi8($(bytes { -1, 0 }));
    const __m256i last = _mm256_setr_epi8($(bytes { 1, 2 }));
    const int16 *y = x + 3 * panels;
    __m256i s0 = _mm256_setzero_si256(), s1 = s0, s2 = s0, t0 = s0, t1 = s0, t2 = s0; /* one after the other would wait */

    for (int p = 0; p < panels; p += 2, at += 2 * stride, x += 6, y += 6) {
        const __m256i a = fours > 1 ? load_fours(at) : load_four(at), b = fours > 1 ? load_fours(at + stride) : load_four(at + stride);
        int32_t pair[6];
        __m256i v;
        memcpy(pair, x, 12);
        memcpy(pair + 3, y, 12);
%   for i, two in ipairs { "_mm256_shuffle_epi8(a, first)", "_mm256_or_si256(_mm256_shuffle_epi8(a, third), _mm256_shuffle_epi8(b, fourth))", "_mm256_shuffle_epi8(b, last)" } do
        v = _mm256_srai_epi16($(two), 8);
        s$(i - 1) = add_products(s$(i - 1), v, _mm256_set1_epi32(pair[$(i - 1)]));
        t$(i - 1) = add_products(t$(i - 1), v, _mm256_set1_epi32(pair[$(i + 2)]));
%   end
    }
    s0 = _mm256_add_epi32(s0, _mm256_add_epi32(s1, s2));
    t0 = _mm256_add_epi32(t0, _mm256_add_epi32(t1, t2));
    s1 = _mm256_unpacklo_epi32(s0, t0); /* of both pixels by turns */
    t1 = _mm256_unpackhi_epi32(s0, t0);
    store_eight(sums, _mm256_permute2x128_si256(s1, t1, 0x20));
    if (fours > 1)
        store_eight(sums + 8, _mm256_permute2x128_si256(s1, t1, 0x31));
}

TILE void dot_turned(int32_t *sums, const int32_t *columns, const int8_t *w, int stride, int panels, int fours)
{
    for (; fours >= 2; fours -= 2, sums += 16, w += 24)
        dot_eight(sums, (const int16 *)columns, w, stride, panels, 2);
    if (fours > 0)
        dot_eight(sums, (const int16 *)columns, w, stride, panels, 1);
}
#else
TILE void dot_turned(int32_t *sums, const int32_t *columns, const int8_t *w, int stride, int panels, int fours)
{
    for (; fours > 0; fours--, sums += 8, w += 12)
        for (int u = 0; u < 4; u++) {
            const int16 *x = (const int16 *)columns;
            const int8_t *at = w + u;
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
}
#endif
#endif
%   if own then
#endif
%   end

% end
% if need.by_input then
#ifndef DSP
/* dot_turned with weights that lie by input, `stride` bytes of two, of which `room` of each: see param.c. Two inputs at a time. */
HELPER void dot_by_input(int32_t *sums, const int32_t *columns, const int8_t *w, int stride, int room, int pairs)
{
    for (; pairs > 0; pairs--, sums += 4, w += stride)
        for (int u = 0; u < 2; u++) {
            const int16 *x = (const int16 *)columns;
            const int8_t *at = w + 4 * u;
            int32_t s0 = 0, s1 = 0;
%   local function dot(first, other, step)
            for (int k = 0; k < room; k += 4, at += 8, x += $(step)) {
%     for place, o in ipairs { 0, 2, 1, 3 } do
                s0 += at[$(place - 1)] * x[$(first(o))];
                s1 += at[$(place - 1)] * x[$(other(o))];
%     end
            }
%   end
#ifdef AVX2
%   dot(function(o) return o end, function(o) return o == 0 and "room" or "room + " .. o end, 4)
#else
%   dot(function(o) return o // 2 * 4 + o % 2 end, function(o) return o // 2 * 4 + 2 + o % 2 end, 8)
#endif
            sums[2 * u] = s0;
            sums[2 * u + 1] = s1;
        }
}
#endif

% end
% if need.store_turned then
%   for _, type in ipairs(types) do
%     local name = type == "i16" and "int16" or "int8_t"
%     local limited = type == "i16" and "int16_of" or "clamp_gradient"
%     if target.avx2 then
#ifdef AVX2
/* Eight sums of each of two pixels as gradients, plus what is there already (NULL: nothing). Returns `bits`, and their magnitudes'. */
INLINE __m256i store_eights_$(type)($(name) *to0, $(name) *to1, const $(name) *add0, const $(name) *add1, int up, const int32_t *sums, const struct turn *t, __m256i bits)
{
    const __m256i multiplier = _mm256_set1_epi32(t->multiplier), most = _mm256_set1_epi32(t->most), left = _mm256_set1_epi32(t->left);
    __m256i v = load_eight(sums), w = load_eight(sums + 8); /* four of both pixels by turns */

    if (t->left > 0) {
        v = left_eight(v, most, left);
        w = left_eight(w, most, left);
    }
    v = mul_high_eight(v, multiplier);
    w = mul_high_eight(w, multiplier);
    if (add0) {
%       if type == "i16" then
        const __m128i a = load_half(add0), b = load_half(add1);
        v = _mm256_add_epi32(v, shift_eight(_mm256_cvtepi16_epi32(_mm_unpacklo_epi16(a, b)), up));
        w = _mm256_add_epi32(w, shift_eight(_mm256_cvtepi16_epi32(_mm_unpackhi_epi16(a, b)), up));
%       else
        const __m128i a = _mm_unpacklo_epi8(_mm_loadl_epi64((const __m128i *)(const void *)add0), _mm_loadl_epi64((const __m128i *)(const void *)add1));
        v = _mm256_add_epi32(v, shift_eight(_mm256_cvtepi8_epi32(a), up));
        w = _mm256_add_epi32(w, shift_eight(_mm256_cvtepi8_epi32(_mm_srli_si128(a, 8)), up));
%       end
    }
    bits = see_eight(see_eight(bits, v), w);
    v = apart(v, w);
%       if type == "i16" then
    store_half(to1, _mm256_extracti128_si256(v, 1));
    store_half(to0, _mm256_castsi256_si128(v));
%       else
    v = _mm256_max_epi16(v, _mm256_set1_epi16(-127));
    v = _mm256_packs_epi16(v, v);
    _mm_storel_epi64((__m128i *)(void *)to1, _mm256_extracti128_si256(v, 1));
    _mm_storel_epi64((__m128i *)(void *)to0, _mm256_castsi256_si128(v));
%       end
    return bits;
}
#endif

%     end
/* The sums of two pixels as gradients, n of each, plus what is there already (NULL: nothing). Returns their magnitudes' bits. */
HELPER int32_t store_turned_$(type)($(name) *to0, $(name) *to1, const $(name) *add0, const $(name) *add1, int up, const int32_t *sums, const struct turn *t, int n)
{
    const struct turn turn = *t;
    int32_t bits = 0;

#ifdef AVX2
    __m256i seen = _mm256_setzero_si256();
    int eights = 0;
    for (; eights + 8 <= n; eights += 8, add0 = add0 ? add0 + 8 : NULL, add1 = add1 ? add1 + 8 : NULL)
        seen = store_eights_$(type)(to0 + eights, to1 + eights, add0, add1, up, sums + 2 * eights, t, seen);
    bits = bits_of(seen);
    to0 += eights, to1 += eights, sums += 2 * eights, n -= eights;
#endif
%     for _, case in ipairs { "!add0 && turn.left == 0", "" } do
%       local general = case == ""
    $(general and "else" or "if (" .. case .. ")")
        for (int c = 0; c < n; c++) {
%       for _, pixel in ipairs { 1, 0 } do -- the first last: they may be one
%         local next = pixel == 1 and " + 1" or ""
            $(general and "" or "const ")int32_t v$(pixel) = $(general and "turn_sum(sums[2 * c" .. next .. "], &turn)" or "mul_high(sums[2 * c" .. next .. "], turn.multiplier)");
%         if general then
            if (add0)
                v$(pixel) += shift_value(add$(pixel)[c], up);
%         end
%       end
%       for _, pixel in ipairs { 1, 0 } do
            bits |= v$(pixel) ^ v$(pixel) >> 31;
            to$(pixel)[c] = ($(name))$(limited)(v$(pixel));
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
    const int8_t *w;      /* panels of `stride` bytes */
    const int16_t *share; /* of every output */
    int stride;
    int inputs, outs;     /* channels of dx and dy */
    int part;             /* of dy, that a column of two pixels has at a time */
%   if need.by_input then
    int room;             /* 0, or w lies by input, and these are channels of dy in whole fours */
%   end
%   if target.dsp then
    int part_inputs, part_outs; /* of these, for which there is room together: four pixels' sums and columns */
%   end
};

INLINE struct turned turned_of(const int8_t *w, const int16_t *share, int inputs, int outs, int part$(target.dsp and ", int part_inputs, int part_outs" or ""))
{
    struct turned k;

    k.w = w;
    k.share = share;
    k.stride = 3 * ((inputs + 3) / 4 * 4);
    k.inputs = inputs;
    k.outs = outs;
    k.part = part;
%   if need.by_input then
    k.room = 0;
%   end
%   if target.dsp then
    k.part_inputs = part_inputs;
    k.part_outs = part_outs;
%   end
    return k;
}

%   if need.by_input then
INLINE struct turned turned_by_input(const int8_t *w, const int16_t *share, int inputs, int outs, int part$(target.dsp and ", int part_inputs, int part_outs" or ""))
{
    struct turned k = turned_of(w, share, inputs, outs, part$(target.dsp and ", part_inputs, part_outs" or ""));

    k.room = (outs + 3) / 4 * 4;
    return k;
}

%   end

%   if target.helium then
#ifdef HELIUM
/*
 * Two pixels of a gradient, as put_eights leaves them, against fours of inputs: a load gathers eight channels' weights of two inputs. channel: where
 * those of 24 channels lie, in `panels` bytes. sums[four][pixel][input].
 *
 * r0, r2, r4, r6 sums of one pixel, r8, r10, r12, lr of the other; r1 the column, r3 and r5 the weights, r7 channels left, r9 bytes of eight panels.
 */
#define LOAD(then, channels) \
    "vldrh" then ".u16 q0, [r1], #16\n vldrh" then ".u16 q1, [r1], #16\n vldrh" then ".u16 q2, [r3, " channels "]\n vldrh" then ".u16 q3, [r5, " channels "]\n"
#define ADD_INPUT(half, inputs, to, p, q) "vmovl" half ".s8 " to ", " inputs "\n vmladava.s16 " p ", " to ", q0\n vmladava.s16 " q ", " to ", q1\n"
#define ADD_EIGHT                                                                                                                       \
    ADD_INPUT("b", "q2", "q7", "r0", "r8") ADD_INPUT("t", "q2", "q2", "r2", "r10") ADD_INPUT("b", "q3", "q7", "r4", "r12") \
        ADD_INPUT("t", "q3", "q3", "r6", "lr") "subs r7, #8\n ble 4f\n"
#define EIGHT(channels) LOAD("", channels) ADD_EIGHT
#define SOME(channels)  "vctp.16 r7\n vpstttt\n" LOAD("t", channels) ADD_EIGHT /* the last may be fewer */
#define NEXT_PANELS     "add r3, r3, r9\n add r5, r5, r9\n"
ASM_TILE void dot_eights(int32_t *UNUSED(sums), const int32_t *UNUSED(columns), const int8_t *UNUSED(w), int UNUSED(outs), int UNUSED(panels),
                         int UNUSED(fours), const uint16_t *UNUSED(channel))
{
    __asm__ volatile(
        "push {r4-r11, lr}\n vpush {d8-d15}\n"
        "ldr r9, [sp, #100]\n ldr r5, [sp, #104]\n ldr r4, [sp, #108]\n"
        "vldrh.u16 q4, [r4]\n vldrh.u16 q5, [r4, #16]\n vldrh.u16 q6, [r4, #32]\n"
        "push {r0, r1, r2, r3, r5, r6}\n" /* sums, columns, weights, channels, fours */
        "1: ldr r1, [sp, #4]\n ldr r3, [sp, #8]\n ldr r7, [sp, #12]\n adds r5, r3, #2\n"
        "movs r0, #0\n movs r2, #0\n movs r4, #0\n movs r6, #0\n mov r8, r0\n mov r10, r0\n mov r12, r0\n mov lr, r0\n"
        "tst r7, #7\n bne 3f\n"
        "2:\n" EIGHT("q4") EIGHT("q5") EIGHT("q6") NEXT_PANELS "b 2b\n"
        "3:\n" SOME("q4") SOME("q5") SOME("q6") NEXT_PANELS "b 3b\n"
        "4: ldr r1, [sp, #0]\n stmia r1!, {r0, r2, r4, r6, r8, r10, r12, lr}\n str r1, [sp, #0]\n"
        "ldr r3, [sp, #8]\n adds r3, #12\n str r3, [sp, #8]\n" /* the next four */
        "ldr r5, [sp, #16]\n subs r5, #1\n str r5, [sp, #16]\n bne 1b\n"
        "add sp, sp, #24\n vpop {d8-d15}\n pop {r4-r11, pc}\n");
}
#endif

%   end
%   for _, type in ipairs { "i16", "i8" } do
%     if need["turned_" .. type] then
%       local name = type == "i16" and "int16" or "int8_t"
%       if target.helium then
#ifdef HELIUM
/* Shares of a pixel's n channels, in columns: eight channels of a pixel and then those of the other. */
INLINE void put_eights_$(type)(int32_t *columns, int pixel, const $(name) *dy, const int16_t *share, int n)
{
    int16 *to = (int16 *)columns + 8 * pixel;

    for (int k = 0; k < n; k += 8, to += 16) {
        const mve_pred16_t p = vctp16q((uint32_t)(n - k));
%         if type == "i16" then
        const int16x8_t v = vldrhq_z_s16(dy + k, p);
%         else
        const int16x8_t v = vshlq_n_s16(vldrbq_z_s16(dy + k, p), 8);
%         end
        vstrhq_p_s16(to, vqrdmulhq_s16(v, vldrhq_z_s16(share + k, p)), p);
    }
}

/* The sums of two pixels, n inputs of each in fours, as their gradients. */
INLINE int32x4_t store_fours_$(type)($(name) *dx0, $(name) *dx1, const $(name) *add0, const $(name) *add1, int up, const int32_t *sums, const struct turn *t, int n, int32x4_t seen)
{
    for (int c = 0; c < n; c += 4) {
        const mve_pred16_t some = vctp32q((uint32_t)(n - c));
%         local letter = type == "i16" and "h" or "b"
%         for _, pixel in ipairs { 1, 0 } do -- the first last: they may be one
        int32x4_t v$(pixel) = turn_four(vldrwq_s32(sums + 2 * c$(pixel == 1 and " + 4" or "")), t);
        if (add0)
            v$(pixel) = vaddq_s32(v$(pixel), shift_four(vldr$(letter)q_z_s32(add$(pixel) + c, some), up));
        seen = see_four(seen, v$(pixel), some);
        vstr$(letter)q_p_s32(dx$(pixel) + c, vminq_s32(vmaxq_s32(v$(pixel), vdupq_n_s32($(type == "i16" and -32768 or -127))), vdupq_n_s32($(type == "i16" and 32767 or 127))), some);
%         end
    }
    return seen;
}
#endif

%       end
/* Gradients of pixels that stand together, plus `add` unless NULL. columns has room for k->part in whole sixes and eights$(target.dsp and ", and for 2 * k->part_outs + 4 * k->part_inputs" or ""). */
TILE int32_t turn_$(type)(const struct turned *k, const struct turn *t, int32_t *columns, const $(name) *dy, const $(name) *add, int up, $(name) *dx, int pixels)
{
    int32_t bits = 0;
%       if target.helium then
#ifdef HELIUM
    int32x4_t seen = vdupq_n_s32(0);
    uint16_t channel[24]; /* where the weights of 24 channels lie, eight panels */

    for (int o = 0; o < 24; o++)
        channel[o] = (uint16_t)(o / 3 * k->stride + o % 3 * 4);
#endif
%       end

%       if target.dsp then
#if defined DSP$(target.helium and " && !defined HELIUM" or "")
    int32_t *sums0 = columns + 2 * k->part_outs, *sums2 = sums0 + 2 * k->part_inputs;

    for (int p = 0; p < pixels; p += 4) {
        const int n = pixels - p < 4 ? pixels - p : 4, other = n > 1, last = n > 3 ? 3 : 2; /* what is not there is the one before again */

        for (int first = 0; first < k->inputs; first += k->part_inputs) {
            const int count = k->inputs - first < k->part_inputs ? k->inputs - first : k->part_inputs;
            $(name) *to = dx + p * k->inputs + first;
            const $(name) *plus = add ? add + p * k->inputs + first : NULL;

            memset(sums0, 0, sizeof *sums0 * 4 * (size_t)k->part_inputs);
            for (int o = 0; o < k->outs; o += k->part_outs) {
                const int some = k->outs - o < k->part_outs ? k->outs - o : k->part_outs, panels = (some + 5) / 6 * 2$(need.by_input and ", room = k->room > 0 ? (some + 3) / 4 * 4 : 3 * panels" or "");
                if (first == 0 || k->part_outs < k->outs)
                    for (int i = 0; i < 4; i++)
                        put_share_of_four_$(type)(columns + i, dy + (p + (i < n ? i : n - 1)) * k->outs + o, k->share + o, some, $(need.by_input and "room" or "3 * panels"));
%       if need.by_input then
                if (k->room > 0)
                    dot_by_input_four(sums0, sums2, columns, k->w + first * k->room + 2 * o, 2 * k->room, room / 4, (count + 1) / 2);
                else
                    dot_turned_four(sums0, sums2, columns, k->w + first * 3 + o / 3 * k->stride, k->stride, panels, (count + 3) / 4);
%       else
                dot_turned_four(sums0, sums2, columns, k->w + first * 3 + o / 3 * k->stride, k->stride, panels, (count + 3) / 4);
%       end
            }
            bits |= store_turned_$(type)(to, to + other * k->inputs, plus, plus ? plus + other * k->inputs : NULL, up, sums0, t, count);
            if (n > 2)
                bits |= store_turned_$(type)(to + 2 * k->inputs, to + last * k->inputs, plus ? plus + 2 * k->inputs : NULL, plus ? plus + last * k->inputs : NULL, up, sums2, t, count);
        }
    }
#else
%       end
    for (int p = 0; p < pixels; p += 2) {
        const int next = p + 1 < pixels; /* an odd pixel is its own companion */

%       local function sum_up(put, room, dot, sums, store) -- of 16 inputs at a time, all channels of dy or one part after the other
        for (int first = 0; first < k->inputs; first += 16) {
            const int count = k->inputs - first < 16 ? k->inputs - first : 16, other = next * k->inputs;
            int32_t sums[32], more[32];

            for (int o = 0, some; o < k->outs; o += some) {
                int32_t *to = o == 0 ? sums : more;
                some = k->outs - o < k->part ? k->outs - o : k->part;
                if (first == 0 || some < k->outs)
                    for (int i = 0; i < 2; i++)
                        $(put)_$(type)(columns, i, dy + i * next * k->outs + o, k->share + o, some$(room));
%         if need.by_input then
                if (k->room > 0)
                    dot_by_input(to, columns, k->w + first * k->room + 2 * o, 2 * k->room, (some + 3) / 4 * 4, (count + 1) / 2);
                else
                    $(dot);
%         else
                $(dot);
%         end
                for (int i = 0; o > 0 && i < $(sums); i++)
                    sums[i] += more[i];
            }
            $(store);
        }
%       end
%       local where = "dx + first, dx + other + first, add ? add + first : NULL, add ? add + other + first : NULL, up, sums, t, count"
%       if target.helium then
#ifdef HELIUM
%         sum_up("put_eights", "", "dot_eights(to, columns, k->w + first * 3 + o / 3 * k->stride, some, 8 * k->stride, (count + 3) / 4, channel)", "8 * ((count + 3) / 4)",
%             "seen = store_fours_" .. type .. "(" .. where .. ", seen)")
#else
%       end
%       local room = need.by_input and ", k->room > 0 ? (some + 3) / 4 * 4 : (some + 5) / 6 * 6" or ", (some + 5) / 6 * 6"
%       sum_up("put_shares", room, "dot_turned(to, columns, k->w + first * 3 + o / 3 * k->stride, k->stride, (some + 5) / 6 * 2, (count + 3) / 4)", "2 * count",
%           "bits |= store_turned_" .. type .. "(" .. where .. ")")
%       if target.helium then
#endif
%       end
        dy += (1 + next) * k->outs;
        dx += (1 + next) * k->inputs;
        add = add ? add + (1 + next) * k->inputs : NULL;
    }
%       if target.dsp then
#endif
%       end
%       if target.helium then
#ifdef HELIUM
    bits = bits_of(seen);
#endif
%       end
    return bits;
}

%     end
%   end
% end
