% -- SPDX-License-Identifier: 0BSD
% if need.dot_bytes and target.dsp then
#if defined DSP$(target.helium and " && !defined HELIUM" or "")
/*
 * Fours of int8 of two pixels against three channels' weights, as steps_of leaves them. sums[channel][pixel].
 *
 * r0-r5 sums, r6 and r7 the pixels, r8 weights; r9 and r10 four of each pixel, r11 and r12 two of these, lr two weights.
 */
#define ADD_STEP(p, q) "ldr lr, [r8], #4\n smlad " p ", r11, lr, " p "\n smlad " q ", r12, lr, " q "\n"
#define ADD_STEPS ADD_STEP("r0", "r1") ADD_STEP("r2", "r3") ADD_STEP("r4", "r5")
ASM_TILE void dot_bytes(int32_t *UNUSED(sums), const int8_t *UNUSED(x0), const int8_t *UNUSED(x1), const int32_t *UNUSED(steps), int UNUSED(fours))
{
    __asm__ volatile(
        "push {r0, r4-r11, lr}\n"
        "mov r6, r1\n mov r7, r2\n mov r8, r3\n ldr r9, [sp, #40]\n"
        "add r9, r9, r9, lsl #1\n add r9, r8, r9, lsl #3\n push {r9}\n" /* where the weights end: 24 bytes a four */
        "movs r0, #0\n movs r1, #0\n movs r2, #0\n movs r3, #0\n movs r4, #0\n movs r5, #0\n"
        "b 2f\n"
        "1: ldr r9, [r6], #4\n ldr r10, [r7], #4\n"
        "sxtb16 r11, r9\n sxtb16 r12, r10\n" ADD_STEPS
        "sxtb16 r11, r9, ror #8\n sxtb16 r12, r10, ror #8\n" ADD_STEPS
        "2: ldr lr, [sp]\n cmp r8, lr\n bne 1b\n"
        "ldr r12, [sp, #4]\n stmia r12, {r0-r5}\n add sp, sp, #8\n pop {r4-r11, pc}\n");
}
#endif

% end
% -- Convolutions of int8: two pixels against panels of three outputs.
% if need.dot_pairs or need.dot_fours then
%   if need.dot_pairs then
/*
 * Two pixels against panels of three output channels. A column holds the values under a pixel's window as
 * int16, four of one pixel and four of the other by turns; a panel, for every four of them, four int8 weights of
 * each channel. sums[panel][channel][pixel] start from base[panel][channel], or go on where base is NULL: a column may have a
 * part of the inputs. `skip`: bytes from the end of a panel's part to that of the next.
 */
%   end
% if target.helium then
#ifndef HELIUM /* which has dot_vectors: assembler that is "used" would stay in flash */
% end
#ifdef DSP
#define ADD_PRODUCTS(sum, values, weights) "smlad r" #sum ", " values ", " weights ", r" #sum "\n"
%   if need.dot_pairs then
/* Fours of each pixel: the first and third, then the second and fourth, as sxtb16 gives them. */
INLINE void put_fours(int32_t *to, const int32_t *end, const int8_t *x0, const int8_t *x1)
{
    __asm__ volatile("1: ldr r8, [%1], #4\n ldr r9, [%2], #4\n"
                     "sxtb16 r10, r8, ror #8\n sxtb16 r11, r9, ror #8\n sxtb16 r8, r8\n sxtb16 r9, r9\n"
                     "stmia %0!, {r8-r11}\n cmp %0, %3\n bne 1b"
                     : "+r"(to), "+r"(x0), "+r"(x1) : "r"(end) : "r8", "r9", "r10", "r11", "cc", "memory");
}

INLINE void put_columns(int32_t *to, const int8_t *x0, const int8_t *x1, int n)
{
    int32_t last[2] = {0, 0};

    if (n >= 4)
        put_fours(to, to + (n & ~3), x0, x1);
    if ((n & 3) != 0) {
        memcpy(last, x0 + (n & ~3), (size_t)(n & 3));
        memcpy(last + 1, x1 + (n & ~3), (size_t)(n & 3));
        put_fours(to + (n & ~3), to + (n & ~3) + 4, (const int8_t *)last, (const int8_t *)(last + 1));
    }
}

% local unrolled, quad_bytes = 12, 88
/*
 * r0-r5 sums, r6 column, r7 weights. $(unrolled) fours of $(quad_bytes) bytes of code; a panel enters among them so that
 * what is left is a multiple of $(unrolled), and has one test for every $(unrolled).
 */
#define LOAD_COLUMN "ldmia.w r6!, {r8-r11}\n"                                          /* r8, r10: four of a pixel; r9, r11: of the other */
#define LOAD_WEIGHTS "ldr.w r12, [r7], #4\n sxtb16 lr, r12\n sxtb16 r12, r12, ror #8\n" /* lr: first and third; r12: second and fourth */
#define CHANNEL(p, q) LOAD_WEIGHTS ADD_PRODUCTS(p, "r8", "lr") ADD_PRODUCTS(q, "r9", "lr") ADD_PRODUCTS(p, "r10", "r12") ADD_PRODUCTS(q, "r11", "r12")
#define FOUR LOAD_COLUMN CHANNEL(0, 1) CHANNEL(2, 3) CHANNEL(4, 5)
ASM_TILE void dot_pairs(int32_t *UNUSED(sums), const int32_t *UNUSED(base), const int32_t *UNUSED(columns), const int8_t *UNUSED(w),
                        int UNUSED(quads), int UNUSED(panels), int UNUSED(skip))
{
    __asm__ volatile(
        ".p2align 2\n" /* adr counts from a multiple of 4 */
        "push {r4-r11, lr}\n"
        "ldrd r4, r5, [sp, #36]\n ldr r9, [sp, #44]\n"
        "mov r7, r3\n"
        "add r6, r2, r4, lsl #4\n" /* where the column ends */
        /* r4 = 3f - $(quad_bytes) * (1 + (quads - 1) % $(unrolled)): where a panel enters; bit 0 says Thumb */
        "subs r4, r4, #1\n movs r3, #$(unrolled)\n udiv r8, r4, r3\n mls r4, r8, r3, r4\n adds r4, r4, #1\n"
        "movs r3, #$(quad_bytes)\n mul r3, r4, r3\n adr.w r4, 3f\n subs r4, r4, r3\n orr r4, r4, #1\n"
        "add r5, r5, r5, lsl #1\n add r8, r0, r5, lsl #3\n mov r3, r0\n" /* where sums end */
        "push {r2, r4, r6}\n push {r1, r3, r8, r9}\n" /* base, sums, end, skip; column, entry, end */
        "mov r6, r1\n mov r8, r0\n"
        "1: cbz r6, 4f\n ldmia r6!, {r0, r2, r4}\n strd r6, r8, [sp]\n mov r1, r0\n mov r3, r2\n mov r5, r4\n" /* a panel: three bases, for both pixels */
        "5: ldr r6, [sp, #16]\n ldr pc, [sp, #20]\n" /* to the entry */
        "4: ldmia r8, {r0-r5}\n str r8, [sp, #4]\n b 5b\n" /* or what the sums are by now */
        "2:\n"
        $(("FOUR "):rep(unrolled):sub(1, -2))
        "3: ldr lr, [sp, #24]\n cmp r6, lr\n bne 2b\n" /* until the column ends */
        "ldmia sp, {r6, r8-r10}\n stmia r8!, {r0-r5}\n add r7, r7, r10\n cmp r8, r9\n bne 1b\n" /* sums of this panel; the next */
        "add sp, sp, #28\n pop {r4-r11, pc}\n");
}

%   end
%   if need.dot_fours then
/*
 * Pairs of pixels that stand together against fours of outputs, whose weights are int16 by now: for each, eight sums to begin with
 * [output][pixel], for every two values the outputs' words, and four multipliers. What comes of it are int8, or where there is
 * room for them, sums[output][pixel] of one pair.
 */
struct fours {
    int8_t *to0, *to1;
    const int8_t *x0, *x1;
    int32_t *column, *column_end;
    const int32_t *fours, *end;
    int32_t quads, unused, *sums, zero, pairs, step; /* from what is written of a pixel to the next but one */
};

/* r0-r7 sums, r12 column, lr fours; r8 and r9 two values of a pixel and of the other, r10 and r11 weights of an output and of the next. */
#define ADD_OUTPUTS(a, b, c, d) \
    "ldrd r10, r11, [lr], #8\n" ADD_PRODUCTS(a, "r8", "r10") ADD_PRODUCTS(b, "r9", "r10") ADD_PRODUCTS(c, "r8", "r11") ADD_PRODUCTS(d, "r9", "r11")
#define TWO_VALUES "ldrd r8, r9, [r12], #8\n" ADD_OUTPUTS(0, 1, 2, 3) ADD_OUTPUTS(4, 5, 6, 7)
#define FOUR_VALUES TWO_VALUES TWO_VALUES
#define SCALE_BYTE(sum, to) "smmlar " sum ", " sum ", r11, r10\n ssat " sum ", #8, " sum "\n strb " sum ", [" to "], #1\n"
#define SCALE_BYTES(p, q) "ldr r11, [lr], #4\n" SCALE_BYTE(p, "r8") SCALE_BYTE(q, "r9")
ASM_TILE void dot_fours(const struct fours *UNUSED(f))
{
    __asm__ volatile(
        ".p2align 2\n"
        "push {r4-r11, lr}\n sub sp, sp, #56\n mov r8, sp\n"
        "ldmia r0!, {r1-r7}\n stmia r8!, {r1-r7}\n ldmia r0!, {r1-r7}\n stmia r8!, {r1-r7}\n"
        "rsb r2, r2, #0\n and r2, r2, #3\n mov r8, #88\n adr.w r9, 3f\n mla r2, r2, r8, r9\n orr r2, r2, #1\n" /* so that whole rounds are left */
        "cmp r4, #0\n ite eq\n adreq.w r3, 4f\n adrne.w r3, 5f\n orr r3, r3, #1\n"
        "strd r2, r3, [sp, #32]\n" /* entry, exit */
        "0: ldrd r8, r9, [sp, #8]\n ldrd r12, r10, [sp, #16]\n"
        "1: ldr r4, [r8], #4\n ldr r5, [r9], #4\n"
        "sxtb16 r0, r4\n sxtb16 r1, r5\n sxtb16 r2, r4, ror #8\n sxtb16 r3, r5, ror #8\n"
        "stmia r12!, {r0-r3}\n cmp r12, r10\n bne 1b\n"
        "sub r8, r9, r8\n add r8, r8, r9\n strd r9, r8, [sp, #8]\n ldr lr, [sp, #24]\n" /* the pixels after these */
        "2: ldmia lr!, {r0-r7}\n ldr r12, [sp, #16]\n ldr pc, [sp, #32]\n"
        ".p2align 2\n"
        "3:\n"
        FOUR_VALUES FOUR_VALUES FOUR_VALUES FOUR_VALUES
        "ldr r8, [sp, #20]\n cmp r12, r8\n bne 3b\n"
        "ldr pc, [sp, #36]\n"
        ".p2align 2\n"
        "4: ldrd r8, r9, [sp]\n ldr r10, [sp, #44]\n"
        SCALE_BYTES("r0", "r1") SCALE_BYTES("r2", "r3") SCALE_BYTES("r4", "r5") SCALE_BYTES("r6", "r7")
        "strd r8, r9, [sp]\n ldr r10, [sp, #28]\n cmp lr, r10\n bne 2b\n"
        "ldr r10, [sp, #52]\n add r8, r8, r10\n add r9, r9, r10\n strd r8, r9, [sp]\n"
        "ldr r10, [sp, #48]\n subs r10, r10, #1\n str r10, [sp, #48]\n bne 0b\n"
        "b 6f\n"
        ".p2align 2\n"
        "5: ldr r8, [sp, #40]\n stmia r8!, {r0-r7}\n str r8, [sp, #40]\n"
        "add lr, lr, #16\n ldr r8, [sp, #28]\n cmp lr, r8\n bne 2b\n"
        "6: add sp, sp, #56\n pop {r4-r11, pc}\n");
}

%   end
%   if need.dot_pairs then
#else
#ifdef AVX2
/* Eight values of two pixels as int16, four of one and four of the other by turns. */
INLINE __m256i columns_of(const int8_t *x0, const int8_t *x1)
{
    const __m128i a = _mm_loadl_epi64((const __m128i *)(const void *)x0), b = _mm_loadl_epi64((const __m128i *)(const void *)x1);

    return _mm256_cvtepi8_epi16(_mm_unpacklo_epi32(a, b));
}

INLINE void put_columns(int32_t *to, const int8_t *x0, const int8_t *x1, int n)
{
    int64_t last[2] = {0, 0};
    int k = 0;

    for (; k + 8 <= n; k += 8, to += 8)
        store_eight(to, columns_of(x0 + k, x1 + k));
    if (k < n) {
        memcpy(last, x0 + k, (size_t)(n - k));
        memcpy(last + 1, x1 + k, (size_t)(n - k));
        const __m256i v = columns_of((const int8_t *)last, (const int8_t *)(last + 1));
        if (n - k > 4)
            store_eight(to, v);
        else
            store_half(to, _mm256_castsi256_si128(v));
    }
}

/* Weights of three channels as int16, a channel in each quarter; the last quarter is without use. */
INLINE __m256i load_weights(const int8_t *w)
{
    return _mm256_cvtepi8_epi16(load_half(w));
}

/* The same where nothing may be read behind them. */
INLINE __m256i load_last(const int8_t *w)
{
    int32_t last;

    memcpy(&last, w + 8, 4);
    return _mm256_cvtepi8_epi16(_mm_insert_epi32(_mm_loadl_epi64((const __m128i *)(const void *)w), last, 2));
}

/* The sums of three channels, of both pixels by turns, from halves of theirs. */
INLINE __m256i sums_of(__m256i halves0, __m256i halves1)
{
    return _mm256_shuffle_epi32(_mm256_hadd_epi32(halves0, halves1), 0xd8);
}

%   -- Products of four inputs; the last panel's weights may be the last of all.
%   local function quad(panels, at, safe)
        x0 = _mm256_broadcastq_epi64(_mm_loadl_epi64((const __m128i *)(const void *)(columns$(at == "" and "" or " + 4 * " .. at))));
        x1 = _mm256_broadcastq_epi64(_mm_loadl_epi64((const __m128i *)(const void *)(columns + $(at == "" and "" or "4 * " .. at .. " + ")2)));
%     for p = 0, panels - 1 do
        v = $(safe and p == panels - 1 and "load_last" or "load_weights")(w + 12 * $(at)$(p == 1 and " + panel" or p > 1 and " + " .. p .. " * panel" or ""));
        s$(p) = add_products(s$(p), v, x0);
        t$(p) = add_products(t$(p), v, x1);
%     end
%   end
%   for _, panels in ipairs { 4, 2 } do
INLINE void dot_panels_$(panels)(int32_t *sums, const int32_t *base, const int32_t *columns, const int8_t *w, int quads, int panel)
{
    __m256i x0, x1, v;
%     for p = 0, panels - 1 do -- bases in the first halves; none may be read behind those of six channels
%       local at = p % 2 == 0 and "load_half(base" .. (p > 0 and " + " .. 3 * p or "") .. ")" or "_mm_srli_si128(load_half(base + " .. 3 * p - 1 .. "), 4)"
    __m256i s$(p) = _mm256_cvtepu32_epi64($(at)), t$(p) = s$(p);
%     end

    {
%     quad(panels, "(quads - 1)", true)
    }
    for (int q = 0; q + 1 < quads; q++) {
%     quad(panels, "q")
    }
%     for p = 0, panels - 1 do
    s$(p) = sums_of(s$(p), t$(p));
%     end
%     if panels == 4 then
    store_eight(sums, _mm256_blend_epi32(s0, _mm256_permute4x64_epi64(s1, 0x00), 0xc0)); /* by 64 bits: 3 of each, then x */
    store_eight(sums + 8, _mm256_blend_epi32(_mm256_permute4x64_epi64(s1, 0x09), _mm256_permute4x64_epi64(s2, 0x40), 0xf0));
    store_eight(sums + 16, _mm256_blend_epi32(_mm256_permute4x64_epi64(s2, 0x02), _mm256_permute4x64_epi64(s3, 0x90), 0xfc));
%     else
    store_eight(sums, _mm256_blend_epi32(s0, _mm256_permute4x64_epi64(s1, 0x00), 0xc0));
    store_eight(sums + 8, _mm256_permute4x64_epi64(s1, 0x09)); /* there is room: four panels would fit */
%     end
}

%   end
TILE void dot_pairs(int32_t *sums, const int32_t *base, const int32_t *columns, const int8_t *w, int quads, int panels, int skip)
{
    static const int32_t none[12] = {0};
    const int panel = 12 * quads + skip;

    for (; panels > 0; panels -= 4, sums += 24, base = base ? base + 12 : NULL, w += 4 * panel) {
        const int32_t *begin = base ? base : none;
        int32_t more[24], *to = base ? sums : more;
        if (panels > 2)
            dot_panels_4(to, begin, columns, w, quads, panel);
        else
            dot_panels_2(to, begin, columns, w, quads, panel);
        for (int i = 0; !base && i < (panels > 2 ? 24 : 12); i++)
            sums[i] += more[i];
    }
}
#else
INLINE void put_columns(int32_t *columns, const int8_t *x0, const int8_t *x1, int n)
{
    int16 *to = (int16 *)columns;
    int k = 0;

    for (; k + 4 <= n; k += 4, to += 8)
        for (int u = 0; u < 4; u++) {
            to[u] = x0[k + u];
            to[4 + u] = x1[k + u];
        }
    for (int u = 0; k < n && u < 4; u++) {
        to[u] = k + u < n ? x0[k + u] : 0;
        to[4 + u] = k + u < n ? x1[k + u] : 0;
    }
}

TILE void dot_pairs(int32_t *sums, const int32_t *base, const int32_t *columns, const int8_t *w, int quads, int panels, int skip)
{
    const int32_t *from = base ? base : sums;
    const int other = base ? 0 : 1;

    for (; panels > 0; panels--, sums += 6, w += 12 * quads + skip)
        for (int c = 0; c < 3; c++, from += 1 + other) {
            const int16 *x = (const int16 *)columns;
            const int8_t *at = w + 4 * c;
            int32_t s0 = from[0], s1 = from[other];
            for (int q = 0; q < quads; q++, at += 12, x += 8) {
%   for u = 0, 3 do
                s0 += at[$(u)] * x[$(u)];
                s1 += at[$(u)] * x[$(4 + u)];
%   end
            }
            sums[2 * c] = s0;
            sums[2 * c + 1] = s1;
        }
}
#endif
%   end
#endif
% if target.helium then
#endif
% end

% end
% if need.panels and target.helium then
#ifdef HELIUM
/*
 * The same of pixels as they lie in memory, n values of each, 16 at a time: a load gathers four by four bytes of a channel
 * from its panel. sums[pixel][channel], 48 of a pixel.
 *
 * r0, r2, r4 sums of one pixel, r6, r8, r10 of the other; r1, r3 their values, r5 where the sums go, r7 the base, r9 n, r11
 * panels left, r12 bytes that the loop goes on; q6 where a panel's fours lie, and 48 before that.
 */
#define ADD_VECTORS(p, q, weights) "vmladava.s8 " p ", " weights ", q2\n vmladava.s8 " q ", " weights ", q3\n"
ASM_TILE void dot_vectors(int32_t *UNUSED(sums), const int32_t *UNUSED(base), const int8_t *UNUSED(x0), const int8_t *UNUSED(x1),
                          const int8_t *UNUSED(w), int UNUSED(n), int UNUSED(panels))
{
    __asm__ volatile(
        "push {r4-r11, lr}\n vpush {d8-d13}\n"
        "ldr r10, [sp, #84]\n ldr r9, [sp, #88]\n ldr r11, [sp, #92]\n"
        "mov r5, r0\n mov r7, r1\n mov r1, r2\n"
        "movs r4, #0\n vidup.u32 q6, r4, #4\n movs r4, #3\n vmul.i32 q6, q6, r4\n sub r10, r10, #48\n vadd.i32 q6, q6, r10\n"
        "adds r4, r9, #3\n bic r4, r4, #3\n add r4, r4, r4, lsl #1\n push {r4, r5}\n" /* bytes of a panel; whole eights */
        "add r12, r9, #15\n bic r12, r12, #15\n"
        "1: ldr r0, [sp]\n vmov q0, q6\n vadd.i32 q6, q6, r0\n"
        "ldmia r7!, {r0, r2, r4}\n mov r6, r0\n mov r8, r2\n mov r10, r4\n"
        "dlstp.8 lr, r9\n"
        "2: vldrb.u8 q2, [r1], #16\n vldrw.u32 q1, [q0, #48]!\n vldrb.u8 q3, [r3], #16\n vldrw.u32 q4, [q0, #4]\n"
        ADD_VECTORS("r0", "r6", "q1")
        "vldrw.u32 q5, [q0, #8]\n"
        ADD_VECTORS("r2", "r8", "q4") ADD_VECTORS("r4", "r10", "q5")
        "letp lr, 2b\n"
        "sub r1, r1, r12\n sub r3, r3, r12\n"
        "strd r6, r8, [r5, #192]\n str r10, [r5, #200]\n stmia r5!, {r0, r2, r4}\n"
        "subs r11, r11, #1\n bne 1b\n"
        "add sp, sp, #8\n vpop {d8-d13}\n pop {r4-r11, pc}\n");
}

/* Those sums as int8, n channels. r0, r1 where the pixels go, r2 sums, r3 multipliers, r4 the zero point. */
ASM_TILE void store_vectors(int8_t *UNUSED(to0), int8_t *UNUSED(to1), const int32_t *UNUSED(sums), const int32_t *UNUSED(multiplier),
                            int UNUSED(n), int32_t UNUSED(zero))
{
    __asm__ volatile(
        "push {r4, lr}\n ldr r12, [sp, #8]\n ldr r4, [sp, #12]\n"
        "dlstp.32 lr, r12\n"
        "1: vldrw.u32 q1, [r2, #192]\n vldrw.u32 q0, [r2], #16\n vldrw.u32 q2, [r3], #16\n"
        "vrmulh.s32 q1, q1, q2\n vrmulh.s32 q0, q0, q2\n"
        "vqmovnb.s32 q0, q0\n vqmovnt.s32 q0, q1\n vqadd.s16 q0, q0, r4\n vqmovnb.s16 q0, q0\n" /* the first in the lower half of each word */
        "vshr.u32 q1, q0, #16\n vstrb.32 q1, [r1], #4\n vstrb.32 q0, [r0], #4\n"
        "letp lr, 1b\n"
        "pop {r4, pc}\n");
}
#endif

% end
% if need.together then
/* How many of `rows` rows from `row` on stand together in a ring of n. */
INLINE int together(int rows, int row, int n)
{
    return rows < n - row % n ? rows : n - row % n;
}

% end
% -- The sum of a pixel's channel c: where there may be Helium, they stand in another order.
% local function sum(pixel) return target.helium and "SUM(" .. pixel .. ", c)" or pixel == 0 and "sums[2 * c]" or "sums[2 * c + 1]" end
% if target.helium and (need.convolve_tflite or need.convolve_clamped or need.add_channels) then
#ifdef HELIUM
#define SUM(pixel, channel) sums[48 * (pixel) + (channel)]
#else
#define SUM(pixel, channel) sums[2 * (channel) + (pixel)]
#endif
% end
% if need.add_pairs then
%   if target.helium then
#ifdef HELIUM
/* learnt_sum of four. */
INLINE int32x4_t learnt_four(float32x4_t v, int32_t limit)
{
    const int32x4_t sign = vandq_s32(vreinterpretq_s32_f32(v), vdupq_n_s32(INT32_MIN));
    const float32x4_t half = vreinterpretq_f32_s32(vorrq_s32(sign, vdupq_n_s32(0x3f000000)));

    return vminq_s32(vmaxq_s32(vcvtq_s32_f32(vaddq_f32(v, half)), vdupq_n_s32(-limit)), vdupq_n_s32(limit));
}
#endif

%   end
/* Floats of two pixels, in units of their channels' sums, added to these. */
TILE void add_pairs(int32_t *sums, const float *add0, const float *add1, const float *unit, int n, int32_t limit)
{
%   if target.helium then
#ifdef HELIUM
    for (int c = 0; c < n; c += 4) {
        const mve_pred16_t p = vctp32q((uint32_t)(n - c));
        const float32x4_t units = vldrwq_z_f32(unit + c, p);
        vstrwq_p_s32(sums + c, vaddq_s32(vldrwq_z_s32(sums + c, p), learnt_four(vmulq_f32(vldrwq_z_f32(add0 + c, p), units), limit)), p);
        vstrwq_p_s32(sums + 48 + c, vaddq_s32(vldrwq_z_s32(sums + 48 + c, p), learnt_four(vmulq_f32(vldrwq_z_f32(add1 + c, p), units), limit)), p);
    }
#else
%   end
    for (int c = 0; c < n; c++) {
        sums[2 * c] += learnt_sum(add0[c] * unit[c], limit);
        sums[2 * c + 1] += learnt_sum(add1[c] * unit[c], limit);
    }
%   if target.helium then
#endif
%   end
}

% end
% if need.store_pairs then
%   if target.helium then
#ifndef HELIUM
%   end
/* The sums of two pixels as int8, n channels of each. The first pixel comes last: they may be one. */
#ifdef DSP
/* r0, r1 where the pixels go, r2 sums, r3 multipliers, r12 channels left, lr the zero point. */
#define SCALE(sum, multiplier) "smmlar " sum ", " sum ", " multiplier ", lr\n"
#define SATURATE(sum) "ssat " sum ", #8, " sum "\n"
#define STORE(sum, to) "strb " sum ", [" to "], #1\n"
#define STORE_CHANNEL(p, q, multiplier) SCALE(q, multiplier) SCALE(p, multiplier) SATURATE(q) SATURATE(p) STORE(q, "r1") STORE(p, "r0")
ASM_TILE void store_pairs(int8_t *UNUSED(to0), int8_t *UNUSED(to1), const int32_t *UNUSED(sums), const int32_t *UNUSED(multiplier),
                          int UNUSED(n), int32_t UNUSED(zero))
{
    __asm__ volatile(
        "push {r4-r10, lr}\n"
        "ldr r12, [sp, #32]\n ldr lr, [sp, #36]\n"
        "subs r12, r12, #3\n blt 2f\n"
        "1: ldmia r3!, {r8-r10}\n ldmia r2!, {r4-r7}\n"
        STORE_CHANNEL("r4", "r5", "r8") STORE_CHANNEL("r6", "r7", "r9")
        "ldmia r2!, {r4-r5}\n"
        STORE_CHANNEL("r4", "r5", "r10")
        "subs r12, r12, #3\n bge 1b\n"
        "2: adds r12, r12, #3\n beq 4f\n"
        "3: ldr r8, [r3], #4\n ldmia r2!, {r4-r5}\n"
        STORE_CHANNEL("r4", "r5", "r8")
        "subs r12, r12, #1\n bne 3b\n"
        "4: pop {r4-r10, pc}\n");
}
#else
#ifdef AVX2
/* Eight channels of two pixels. */
INLINE void store_eights(int8_t *to0, int8_t *to1, const int32_t *sums, const int32_t *multiplier, int32_t zero)
{
    const __m256i eight = load_eight(multiplier), z = _mm256_set1_epi32(zero);
    const __m256i low = _mm256_permutevar8x32_epi32(eight, _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3));
    const __m256i high = _mm256_permutevar8x32_epi32(eight, _mm256_setr_epi32(4, 4, 5, 5, 6, 6, 7, 7));
    const __m256i v = _mm256_add_epi32(mul_high_eight(load_eight(sums), low), z);
    const __m256i w = _mm256_add_epi32(mul_high_eight(load_eight(sums + 8), high), z);
    const __m256i bytes = _mm256_packs_epi16(apart(v, w), _mm256_setzero_si256());

    _mm_storel_epi64((__m128i *)(void *)to1, _mm256_extracti128_si256(bytes, 1));
    _mm_storel_epi64((__m128i *)(void *)to0, _mm256_castsi256_si128(bytes));
}

#endif
TILE void store_pairs(int8_t *to0, int8_t *to1, const int32_t *sums, const int32_t *multiplier, int n, int32_t zero)
{
    int c = 0;

#ifdef AVX2
    for (; c + 8 <= n; c += 8)
        store_eights(to0 + c, to1 + c, sums + 2 * c, multiplier + c, zero);
#endif
    for (; c < n; c++) {
        to1[c] = (int8_t)int8_of(sums[2 * c + 1], multiplier[c], zero);
        to0[c] = (int8_t)int8_of(sums[2 * c], multiplier[c], zero);
    }
}
#endif
%   if target.helium then
#endif
%   end

% end
% if need.panels then
%   if target.helium then
#ifdef HELIUM
enum { AT_ONCE = 48 }; /* outputs whose sums stand beside each other */
#else
enum { AT_ONCE = 96 };
#endif

%   else
enum { AT_ONCE = 96 }; /* outputs whose sums stand beside each other */

%   end
/* A group of a convolution. */
struct panels {
    const int8_t *w;           /* in panels of `depth` bytes an output */
    const int32_t *base;       /* what sums begin with */
    const int32_t *multiplier; /* what makes int8 of them, with `zero` */
    const float *unit;         /* of floats that are added, at most `limit` of them */
%   if need.add_channels then
    const uint16_t *to;        /* the outputs that they belong to, ascending, or NULL: all */
    int adds;                  /* floats of a pixel */
%   end
    int32_t limit, zero;
    int inputs, depth, part;   /* values under a window; the same in whole fours, and those that a column has at a time */
    int outs, step;            /* outputs of this group; of all */
%   if target.dsp then
    int room;                  /* outputs whose weights there is room for as int16, or 0 */
    const int32_t *end;        /* where those of all end that are there, or NULL */
%   end
};

INLINE struct panels panels_of(const int8_t *w, const int32_t *base, const int32_t *multiplier, const float *unit, int32_t limit, int32_t zero,
                               int inputs, int part, int outs, int step$(target.dsp and ", int room" or ""))
{
    struct panels k;

    k.w = w;
    k.base = base;
    k.multiplier = multiplier;
    k.unit = unit;
%   if need.add_channels then
    k.to = NULL;
    k.adds = step;
%   end
    k.limit = limit;
    k.zero = zero;
    k.inputs = inputs;
    k.depth = (inputs + 3) / 4 * 4;
    k.part = part;
    k.outs = outs;
    k.step = step;
%   if target.dsp then
    k.room = room;
    k.end = NULL;
%   end
    return k;
}

%   if need.dot_fours then
#if defined DSP$(target.helium and " && !defined HELIUM" or "")
/* Outputs first to first + k->room - 1 as dot_fours takes them. Returns their end. */
TILE const int32_t *widen_fours(int32_t *to, const struct panels *k, int first)
{
    for (int o = first; o < first + k->room; o += 4, to += 4) {
        for (int u = 0; u < 4; u++, to += 2)
            to[0] = to[1] = k->base[o + u];
        for (int u = 0; u < 4; u += 2, to += 2) {
            const int8_t *w0 = k->w + (o + u) / 3 * 3 * k->depth + (o + u) % 3 * 4, *w1 = k->w + (o + u + 1) / 3 * 3 * k->depth + (o + u + 1) % 3 * 4;
            for (int32_t *next = to, *end = to + 2 * k->depth; next < end; next += 8, w0 += 12, w1 += 12) {
                int32_t four0, four1;
                memcpy(&four0, w0, 4);
                memcpy(&four1, w1, 4);
                __asm__("sxtb16 %0, %1" : "=r"(next[0]) : "r"(four0));
                __asm__("sxtb16 %0, %1" : "=r"(next[1]) : "r"(four1));
                __asm__("sxtb16 %0, %1, ror #8" : "=r"(next[4]) : "r"(four0));
                __asm__("sxtb16 %0, %1, ror #8" : "=r"(next[5]) : "r"(four1));
            }
        }
        to += 2 * k->depth - 4;
        memcpy(to, k->multiplier + o, 16);
    }
    return to;
}
#endif

%   end
%   if need.add_channels then
/* Floats of two pixels that belong to outputs k->to, from the j-th on, added to the sums of outputs first to end - 1; which comes next. */
TILE int add_channels(const struct panels *k, int32_t *sums, const float *add0, const float *add1, int j, int first, int end)
{
    for (; j < k->adds && k->to[j] < end; j++) {
        const int c = k->to[j] - first;
        $(sum(0)) += learnt_sum(add0[j] * k->unit[k->to[j]], k->limit);
        $(sum(1)) += learnt_sum(add1[j] * k->unit[k->to[j]], k->limit);
    }
    return j;
}

%   end
% -- Products, and what makes int8 of the sums: `store`, which takes `more`.
% local function convolve(name, more, store)
%   if need.dot_fours then
#if defined DSP$(target.helium and " && !defined HELIUM" or "")
/* The same, some outputs after the other: their weights stay in columns, behind a column. */
TILE void $(name)_fours(struct panels *k, $(more)int32_t *columns, const int8_t *from, const float *add, int8_t *to, int pixels)
{
    for (int next = 0; next < k->outs; next += k->room) {
        const int first = next + k->room <= k->outs ? next : k->outs - k->room, count = k->room; /* some of the last may be made twice */
        struct fours f = {to + first, to + first + k->step, from, from + k->inputs, columns, columns + k->depth, columns + k->depth, NULL, k->depth / 4, 0, NULL, k->zero, pixels / 2, 2 * k->step - count};

        f.end = k->end = k->end && k->room == k->outs ? k->end : widen_fours(columns + k->depth, k, first);
%   if name == "convolve" then
        if (!add) {
            if (f.pairs > 0)
                dot_fours(&f);
            if (pixels % 2 != 0) {
                f.to0 = f.to1 = to + first + (pixels - 1) * k->step;
                f.x0 = f.x1 = from + (pixels - 1) * k->inputs;
                f.pairs = 1;
                dot_fours(&f);
            }
            continue;
        }
%   end
%   if need.add_pairs or name ~= "convolve" then
        f.sums = columns + (f.end - columns);
        for (int p = 0; p < pixels; p += 2) {
            const int other = p + 1 < pixels; /* an odd pixel is its own companion */
            int8_t *to0 = to + first + p * k->step, *to1 = to0 + other * k->step;

            f.x0 = from + p * k->inputs;
            f.x1 = f.x0 + other * k->inputs;
            dot_fours(&f);
%     if need.add_pairs then
            if (add)
                add_pairs(f.sums, add + p * k->step + first, add + (p + other) * k->step + first, k->unit + first, count, k->limit);
%     end
            $((store:gsub("to %+ first, to1 %+ first, sums", "to0, to1, f.sums")))
        }
%   end
    }
}
#endif

%   end
/* Windows that stand together -> pixels that do, plus floats in their units unless NULL. columns has room for k->part, and two sums of AT_ONCE outputs. */
TILE void $(name)($(target.dsp and "" or "const ")struct panels *k, $(more)int32_t *columns, const int8_t *from, const float *add, int8_t *to, int pixels)
{
%   if need.dot_fours then
#if defined DSP$(target.helium and " && !defined HELIUM" or "")
    if (k->room > 0 && k->outs >= k->room && pixels >= 8) {
        $(name)_fours(k, $((more:gsub("const int8_t %*shift", "shift"):gsub("int ", "")))columns, from, add, to, pixels);
        return;
    }
#endif
%   end
    for (int p = 0; p < pixels; p += 2) {
        const int next = p + 1 < pixels; /* an odd pixel is its own companion */
        int8_t *to1 = to + next * k->step;
%   if need.add_channels then
        int added = 0;
%   end

        for (int first = 0, count; first < k->outs; first += count) {
            count = k->outs - first < AT_ONCE ? k->outs - first : AT_ONCE;
            int32_t *sums = columns + k->part;

#ifdef HELIUM
            dot_vectors(sums, k->base + first, from, from + next * k->inputs, k->w + first * k->depth, k->inputs, (count + 2) / 3);
#else
            for (int at = 0, part; at < k->depth; at += part) {
                part = k->depth - at < k->part ? k->depth - at : k->part;
                if (first == 0 || part < k->depth)
                    put_columns(columns, from + at, from + next * k->inputs + at, k->inputs - at < part ? k->inputs - at : part);
                dot_pairs(sums, at == 0 ? k->base + first : NULL, columns, k->w + first * k->depth + 3 * at, part / 4, (count + 2) / 3, 3 * (k->depth - part));
            }
#endif
%   if need.add_channels then
            if (add$(need.add_pairs and " && k->to" or ""))
                added = add_channels(k, sums, add, add + next * k->adds, added, first, first + count);
%   end
%   if need.add_pairs then
            $(need.add_channels and "else if" or "if") (add)
                add_pairs(sums, add + first, add + next * k->step + first, k->unit + first, count, k->limit);
%   end
%   if name == "convolve" then
#ifdef HELIUM
            store_vectors(to + first, to1 + first, sums, k->multiplier + first, count, k->zero);
#else
            $(store)
#endif
%   else
            $(store)
%   end
        }
        from += (1 + next) * k->inputs;
        to += (1 + next) * k->step;
%   if need.add_pairs or need.add_channels then
        add = add ? add + (1 + next) * k->$(need.add_channels and "adds" or "step") : add;
%   else
        (void)add;
%   end
    }
}

% end
% if need.convolve then
%   convolve("convolve", "", "store_pairs(to + first, to1 + first, sums, k->multiplier + first, count, k->zero);")
% end
% if need.convolve_tflite then
/* store_pairs as TFLite rounds, within lo and hi. */
HELPER void store_tflite(int8_t *to0, int8_t *to1, const int32_t *sums, const int32_t *multiplier, const int8_t *shift, int n, int32_t zero, int lo, int hi)
{
    for (int c = 0; c < n; c++) {
        to1[c] = (int8_t)clamp_int(tflite_scale($(sum(1)), multiplier[c], shift[c]) + zero, lo, hi);
        to0[c] = (int8_t)clamp_int(tflite_scale($(sum(0)), multiplier[c], shift[c]) + zero, lo, hi);
    }
}

%   convolve("convolve_tflite", "const int8_t *shift, int lo, int hi, ",
%       "store_tflite(to + first, to1 + first, sums, k->multiplier + first, shift + first, count, k->zero, lo, hi);")
% end
% if need.convolve_clamped then
/* store_pairs within lo and hi, of sums times 2^left: what leaves int32 saturates, which the generator knows to be right. */
HELPER void store_clamped(int8_t *to0, int8_t *to1, const int32_t *sums, const int32_t *multiplier, int left, int n, int32_t zero, int lo, int hi)
{
    const int32_t most = 0x7fffffff >> left;

    for (int c = 0; c < n; c++) {
        const int32_t sum1 = left ? clamp_int($(sum(1)), -most, most) * ((int32_t)1 << left) : $(sum(1));
        const int32_t sum0 = left ? clamp_int($(sum(0)), -most, most) * ((int32_t)1 << left) : $(sum(0));
        to1[c] = (int8_t)clamp_int(int8_of(sum1, multiplier[c], zero), lo, hi);
        to0[c] = (int8_t)clamp_int(int8_of(sum0, multiplier[c], zero), lo, hi);
    }
}

%   convolve("convolve_clamped", "int left, int lo, int hi, ",
%       "store_clamped(to + first, to1 + first, sums, k->multiplier + first, left, count, k->zero, lo, hi);")
% end
% end
