% -- SPDX-License-Identifier: 0BSD
% local quads = need.quads or need.gemm_i8 or need.gemm_i8k
% if need.exact then
/* In a network of floats a `vec` may hold several; in one of int8 it is one. */
% elseif target.lanes == 1 then
/*
 * On other targets a `vec` holds several floats; here it is one.
% if quads then
 * A quad is 4 bytes: consecutive weights of one output channel, stored as int8. widen(q, u) makes a float of the u-th.
% end
 */
#ifndef LANES
#define LANES 1
#endif
% else
/*
 * Vectors. `vec` is LANES floats, as many as a register of the target holds; where there is no
 * vector unit, or no GNU C, LANES is 1, vec is float, and the same text is portable C99.
 * vec8, vec4 and vec1 are for what is left of a row of channels.
% if quads then
 *
 * A quad is 4 bytes for each lane: 4 consecutive weights of one output channel, stored as int8.
 * widen(q, u) makes floats of the u-th byte of each lane. (It shifts lanes of 32 bits because
 * compilers take conversions straight from int8 to float apart, lane by lane.)
% end
 */
#ifndef LANES
#if defined TINYTL_PORTABLE || !defined __GNUC__ || !defined __BYTE_ORDER__
#define LANES 1
#elif __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#define LANES 1
#elif defined __AVX512F__ && defined __FMA__
#define LANES 16
#elif defined __AVX__
#define LANES 8
#elif defined __SSE2__ || defined __ARM_NEON
#define LANES 4
#else
#define LANES 1
#endif
#endif
% end

#ifdef __GNUC__
#define HELPER static inline __attribute__((unused))
#ifdef __OPTIMIZE__
#define BODY static inline __attribute__((always_inline, unused)) /* of kernels, which have constants for it */
#else
#define BODY HELPER
#endif
#define TILE static __attribute__((noinline)) /* or its inner loop lacks registers */
#define KERNEL static __attribute__((noinline)) /* or the stack of all kernels adds up */
#else
#define HELPER static inline
#define BODY static inline
#define TILE static
#define KERNEL static
#endif

% if target.lanes ~= 1 then
/* Asks for the cache line of p[i], which may lie anywhere: an address, no access. */
#if LANES > 1
#define FETCH(p, i) __builtin_prefetch((const void *)((uintptr_t)(p) + sizeof *(p) * (size_t)(i)))
#else
#define FETCH(p, i) ((void)(i))
#endif

% end
% if need.exact then
/* mul_add is a * b + c, never fused. */
% else
/*
 * mul_add is a * b + c. Left to themselves compilers fuse the two in one tile and not in the next,
 * and results would depend on how maps are cut; so it is always fused where the target can.
 */
% end
% if need.integer or need.exact then
#if defined __AVX2__ && !defined TINYTL_PORTABLE /* vectors of integers, and of floats where each lane is a sum of its own */
#define AVX2 1
#include <immintrin.h>
#endif
% end
% if target.lanes ~= 1 then
#if LANES > 1 && defined __FMA__
#include <immintrin.h>
#define FUSED_4(a, b, c) _mm_fmadd_ps(a, b, c)
#define FUSED_8(a, b, c) _mm256_fmadd_ps(a, b, c)
#define FUSED_16(a, b, c) _mm512_fmadd_ps(a, b, c)
#elif LANES > 1 && defined __ARM_FEATURE_FMA
#include <arm_neon.h>
#define FUSED_4(a, b, c) vfmaq_f32(c, a, b)
#endif
% end
% if need.exact then
#define FUSED_1(a, b, c) ((a) * (b) + (c))
% else
#if (defined __FMA__ || defined __ARM_FEATURE_FMA || defined __FP_FAST_FMAF) && defined __GNUC__
#define FUSED_1(a, b, c) __builtin_fmaf(a, b, c)
#elif defined __ARM_FEATURE_FMA || defined __FP_FAST_FMAF
#include <math.h>
#define FUSED_1(a, b, c) fmaf(a, b, c)
#else
#define FUSED_1(a, b, c) ((a) * (b) + (c))
#endif
% end
% if target.lanes ~= 1 then
#ifndef FUSED_4
#define FUSED_4(a, b, c) ((a) * (b) + (c))
#define FUSED_8(a, b, c) ((a) * (b) + (c))
#endif
#if LANES == 16
#define FUSED_LANES FUSED_16
#elif LANES == 8
#define FUSED_LANES FUSED_8
#else
#define FUSED_LANES FUSED_4
#endif
% end

% local function vectors(v, lanes)
typedef float vec$(v) __attribute__((vector_size(4 * $(lanes))));
typedef int32_t ivec$(v) __attribute__((vector_size(4 * $(lanes))));
typedef uint32_t uvec$(v) __attribute__((vector_size(4 * $(lanes))));
% if quads then
typedef ivec$(v) quad$(v);
% end
typedef vec$(v) vec$(v)_at __attribute__((aligned(4), may_alias)); /* in memory: any address */
% if quads then
typedef quad$(v) quad$(v)_at __attribute__((aligned(1), may_alias));
% end

HELPER vec$(v) load$(v)(const float *p)
{
    return *(const vec$(v)_at *)p;
}

HELPER void store$(v)(float *p, vec$(v) x)
{
    *(vec$(v)_at *)p = x;
}

HELPER vec$(v) splat$(v)(float x)
{
    const vec$(v) zero = {0};
    return x - zero;
}

HELPER vec$(v) mul_add$(v)(vec$(v) a, vec$(v) b, vec$(v) c)
{
    return FUSED_$(lanes)(a, b, c);
}

% if quads then
HELPER quad$(v) load_quad$(v)(const int8_t *p)
{
    return *(const quad$(v)_at *)p;
}

HELPER vec$(v) widen$(v)(quad$(v) q, int u)
{
    return __builtin_convertvector((ivec$(v))((uvec$(v))q << (24 - 8 * u)) >> 24, vec$(v));
}

% end
/* Lane by lane: mask ? a : b; a mask is what comparing two vectors gives. */
HELPER vec$(v) pick$(v)(ivec$(v) mask, vec$(v) a, vec$(v) b)
{
    return (vec$(v))((mask & (ivec$(v))a) | (~mask & (ivec$(v))b));
}

% end
% local function scalars(v)
typedef float vec$(v);
typedef int ivec$(v);
% if quads then
typedef const int8_t *quad$(v);
% end

HELPER vec$(v) load$(v)(const float *p)
{
    return *p;
}

HELPER void store$(v)(float *p, vec$(v) x)
{
    *p = x;
}

HELPER vec$(v) splat$(v)(float x)
{
    return x;
}

HELPER vec$(v) mul_add$(v)(vec$(v) a, vec$(v) b, vec$(v) c)
{
    return FUSED_1(a, b, c);
}

% if quads then
HELPER quad$(v) load_quad$(v)(const int8_t *p)
{
    return p;
}

HELPER vec$(v) widen$(v)(quad$(v) q, int u)
{
    return (float)q[u];
}

% end
HELPER vec$(v) pick$(v)(ivec$(v) mask, vec$(v) a, vec$(v) b)
{
    return mask ? a : b;
}

% end
#if LANES == 1
% scalars("")
#else
% vectors("", "LANES")
% scalars("1")
#endif
% if target.lanes ~= 1 and need.limits then
%   for _, limit in ipairs { { "at_least", "low", "less", "<", "max" }, { "at_most", "high", "more", ">", "min" } } do
/* x, but no $(limit[3]) than $(limit[2]); NaN stays NaN. */
HELPER vec $(limit[1])(vec x, vec $(limit[2]))
{
%     if target.avx2 then
#if LANES == 8 && defined __FMA__
    return (vec)_mm256_$(limit[5])_ps((__m256)$(limit[2]), (__m256)x);
#else
%     end
    return pick(x $(limit[4]) $(limit[2]), $(limit[2]), x);
%     if target.avx2 then
#endif
%     end
}

%   end
% end
#if LANES > 8
% vectors("8", "8")
#endif
#if LANES > 4
% vectors("4", "4")
#endif
% if target.lanes ~= 1 and need.load_bytes then
#if LANES > 1
/* A byte in each lane. Compilers put a loop together byte by byte, in memory, where a vector's load has to wait for all of them. */
HELPER ivec load_bytes(const uint8_t *p)
{
#if LANES == 16 && defined __AVX512F__
    return (ivec)_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(const void *)p));
%   if target.avx2 then
#elif LANES == 8 && defined __AVX2__ && defined __FMA__
    return (ivec)_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)p));
%   end
#else
    int32_t lanes[LANES];
    ivec x;

    for (int l = 0; l < LANES; l++)
        lanes[l] = p[l];
    memcpy(&x, lanes, sizeof x);
    return x;
#endif
}
#endif

% end
% if target.lanes ~= 1 and need.store_bytes then
#if LANES > 1
/* The last byte of each lane, which is at most 255. */
HELPER void store_bytes(uint8_t *p, ivec x)
{
#if LANES == 16 && defined __AVX512F__
    _mm_storeu_si128((__m128i *)(void *)p, _mm512_cvtepi32_epi8((__m512i)x));
%   if target.avx2 then
#elif LANES == 8 && defined __AVX2__ && defined __FMA__
    const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128((__m256i)x), _mm256_extracti128_si256((__m256i)x, 1));
    _mm_storel_epi64((__m128i *)(void *)p, _mm_packus_epi16(words, words));
%   end
#else
    int32_t lanes[LANES];

    memcpy(lanes, &x, sizeof lanes);
    for (int l = 0; l < LANES; l++)
        p[l] = (uint8_t)lanes[l];
#endif
}
#endif

% end
