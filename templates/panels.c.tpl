% -- SPDX-License-Identifier: 0BSD
% -- Convolutions of int8: two pixels against panels of three outputs.
% if need.dot_pairs then
/*
 * Two pixels against panels of three output channels. A column holds the values under a pixel's window as
 * int16, four of one pixel and four of the other by turns; a panel, for every four of them, four int8 weights of
 * each channel. sums[panel][channel][pixel] start from base[panel][channel].
 */
#ifdef DSP
/* Four of each pixel: the first and third, then the second and fourth, as sxtb16 gives them. */
INLINE void put_fours(int32_t *to, const int8_t *x0, const int8_t *x1)
{
    int32_t four0, four1, v[4];

    memcpy(&four0, x0, 4);
    memcpy(&four1, x1, 4);
    __asm__("sxtb16 %0, %1" : "=r"(v[0]) : "r"(four0));
    __asm__("sxtb16 %0, %1" : "=r"(v[1]) : "r"(four1));
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(v[2]) : "r"(four0));
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(v[3]) : "r"(four1));
    memcpy(to, v, sizeof v);
}

INLINE void put_columns(int32_t *to, const int8_t *x0, const int8_t *x1, int n)
{
    int32_t last[2] = {0, 0};

    for (; n >= 4; n -= 4, x0 += 4, x1 += 4, to += 4)
        put_fours(to, x0, x1);
    if (n > 0) {
        memcpy(last, x0, (size_t)n);
        memcpy(last + 1, x1, (size_t)n);
        put_fours(to, (const int8_t *)last, (const int8_t *)(last + 1));
    }
}

% local unrolled, quad_bytes = 12, 88
/*
 * r0-r5 sums, r6 column, r7 weights. $(unrolled) fours of $(quad_bytes) bytes of code; a panel enters among them so that
 * what is left is a multiple of $(unrolled), and has one test for every $(unrolled).
 */
#define LOAD_COLUMN "ldmia.w r6!, {r8-r11}\n"                                          /* r8, r10: four of a pixel; r9, r11: of the other */
#define LOAD_WEIGHTS "ldr.w r12, [r7], #4\n sxtb16 lr, r12\n sxtb16 r12, r12, ror #8\n" /* lr: first and third; r12: second and fourth */
#define ADD_PRODUCTS(sum, values, weights) "smlad r" #sum ", " values ", " weights ", r" #sum "\n"
#define CHANNEL(p, q) LOAD_WEIGHTS ADD_PRODUCTS(p, "r8", "lr") ADD_PRODUCTS(q, "r9", "lr") ADD_PRODUCTS(p, "r10", "r12") ADD_PRODUCTS(q, "r11", "r12")
#define FOUR LOAD_COLUMN CHANNEL(0, 1) CHANNEL(2, 3) CHANNEL(4, 5)
ASM_TILE void dot_pairs(int32_t *UNUSED(sums), const int32_t *UNUSED(base), const int32_t *UNUSED(columns), const int8_t *UNUSED(w),
                        int UNUSED(quads), int UNUSED(panels))
{
    __asm__ volatile(
        ".p2align 2\n" /* adr counts from a multiple of 4 */
        "push {r4-r11, lr}\n"
        "ldr r4, [sp, #36]\n ldr r5, [sp, #40]\n"
        "mov r7, r3\n"
        "add r6, r2, r4, lsl #4\n" /* where the column ends */
        /* r4 = 3f - $(quad_bytes) * (1 + (quads - 1) % $(unrolled)): where a panel enters; bit 0 says Thumb */
        "subs r4, r4, #1\n movs r3, #$(unrolled)\n udiv r8, r4, r3\n mls r4, r8, r3, r4\n adds r4, r4, #1\n"
        "movs r3, #$(quad_bytes)\n mul r3, r4, r3\n adr.w r4, 3f\n subs r4, r4, r3\n orr r4, r4, #1\n"
        "push {r0, r1, r2, r4, r5, r6}\n" /* sums, base, column, entry, panels, end */
        "1: ldr r6, [sp, #4]\n ldmia r6!, {r0, r2, r4}\n str r6, [sp, #4]\n" /* a panel: its three bases, for both pixels */
        "mov r1, r0\n mov r3, r2\n mov r5, r4\n"
        "ldr r6, [sp, #8]\n ldr pc, [sp, #12]\n" /* to the entry */
        "2:\n"
        $(("FOUR "):rep(unrolled):sub(1, -2))
        "3: ldr lr, [sp, #20]\n cmp r6, lr\n bne 2b\n"                          /* until the column ends */
        "ldr lr, [sp, #0]\n stmia lr!, {r0-r5}\n str lr, [sp, #0]\n"            /* sums of this panel */
        "ldr lr, [sp, #16]\n subs lr, lr, #1\n str lr, [sp, #16]\n bne 1b\n"     /* the next panel */
        "add sp, sp, #24\n pop {r4-r11, pc}\n");
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

TILE void dot_pairs(int32_t *sums, const int32_t *base, const int32_t *columns, const int8_t *w, int quads, int panels)
{
    for (; panels > 0; panels--, sums += 6, base += 3, w += 12 * quads) {
        int done = 0;
#if defined __AVX2__ && !defined TINYTL_PORTABLE
        const int16 *pair = (const int16 *)columns;
        __m256i v0 = _mm256_setzero_si256(), v1 = v0; /* four lanes each: pairs of a channel, the last without use */
        int32_t part0[8], part1[8];
        for (; done < quads - 1; done++, pair += 8) { /* 16 bytes are read, 12 used */
            const __m256i v = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(const void *)(w + 12 * done)));
            const __m256i x01 = _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)pair));
            v0 = _mm256_add_epi32(v0, _mm256_madd_epi16(v, _mm256_permute4x64_epi64(x01, 0x00)));
            v1 = _mm256_add_epi32(v1, _mm256_madd_epi16(v, _mm256_permute4x64_epi64(x01, 0x55)));
        }
        memcpy(part0, &v0, sizeof part0);
        memcpy(part1, &v1, sizeof part1);
#endif
        for (int c = 0; c < 3; c++) {
            const int16 *x = (const int16 *)columns + 8 * done;
            const int8_t *at = w + 12 * done + 4 * c;
            int32_t s0 = base[c], s1 = s0;
            for (int q = done; q < quads; q++, at += 12, x += 8) {
%   for u = 0, 3 do
                s0 += at[$(u)] * x[$(u)];
                s1 += at[$(u)] * x[$(4 + u)];
%   end
            }
            sums[2 * c] = s0;
            sums[2 * c + 1] = s1;
        }
#if defined __AVX2__ && !defined TINYTL_PORTABLE
        for (int c = 0; c < 3; c++) {
            sums[2 * c] += part0[2 * c] + part0[2 * c + 1];
            sums[2 * c + 1] += part1[2 * c] + part1[2 * c + 1];
        }
#endif
    }
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
% if need.add_pairs then
/* Floats of two pixels, in units of their channels' sums, added to these. */
TILE void add_pairs(int32_t *sums, const float *add0, const float *add1, const float *unit, int n, int32_t limit)
{
    for (int c = 0; c < n; c++) {
        sums[2 * c] += learnt_sum(add0[c] * unit[c], limit);
        sums[2 * c + 1] += learnt_sum(add1[c] * unit[c], limit);
    }
}

% end
% if need.store_pairs then
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
TILE void store_pairs(int8_t *to0, int8_t *to1, const int32_t *sums, const int32_t *multiplier, int n, int32_t zero)
{
    for (int c = 0; c < n; c++) {
        to1[c] = (int8_t)int8_of(sums[2 * c + 1], multiplier[c], zero);
        to0[c] = (int8_t)int8_of(sums[2 * c], multiplier[c], zero);
    }
}
#endif

% end
% if need.convolve then
/* A group of a convolution. */
struct panels {
    const int8_t *w;           /* in panels of `depth` bytes an output */
    const int32_t *base;       /* what sums begin with */
    const int32_t *multiplier; /* what makes int8 of them, with `zero` */
    const float *unit;         /* of floats that are added, at most `limit` of them */
    int32_t limit, zero;
    int inputs, depth;         /* values under a window; the same in whole fours */
    int outs, step;            /* outputs of this group; of all */
};

INLINE struct panels panels_of(const int8_t *w, const int32_t *base, const int32_t *multiplier, const float *unit, int32_t limit, int32_t zero,
                               int inputs, int outs, int step)
{
    struct panels k;

    k.w = w;
    k.base = base;
    k.multiplier = multiplier;
    k.unit = unit;
    k.limit = limit;
    k.zero = zero;
    k.inputs = inputs;
    k.depth = (inputs + 3) / 4 * 4;
    k.outs = outs;
    k.step = step;
    return k;
}

/* Windows that stand together -> pixels that do, plus floats in their units unless NULL. columns has room for k->depth. */
TILE void convolve(const struct panels *k, int32_t *columns, const int8_t *from, const float *add, int8_t *to, int pixels)
{
    for (int p = 0; p < pixels; p += 2) {
        const int next = p + 1 < pixels; /* an odd pixel is its own companion */
        int8_t *to1 = to + next * k->step;

        put_columns(columns, from, from + next * k->inputs, k->inputs);
        from += (1 + next) * k->inputs;
        for (int first = 0; first < k->outs; first += 48) {
            const int count = k->outs - first < 48 ? k->outs - first : 48;
            int32_t sums[96];

            dot_pairs(sums, k->base + first, columns, k->w + first * k->depth, k->depth / 4, (count + 2) / 3);
%   if need.add_pairs then
            if (add)
                add_pairs(sums, add + first, add + next * k->step + first, k->unit + first, count, k->limit);
%   end
            store_pairs(to + first, to1 + first, sums, k->multiplier + first, count, k->zero);
        }
        to += (1 + next) * k->step;
%   if need.add_pairs then
        add = add ? add + (1 + next) * k->step : add;
%   else
        (void)add;
%   end
    }
}

% end
