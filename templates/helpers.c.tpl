% -- SPDX-License-Identifier: 0BSD
% if need.bf16 then
/* bfloat16, the upper half of a float. */
HELPER float widen_bf16(uint16_t h)
{
    const uint32_t bits = (uint32_t)h << 16;
    float v;

    memcpy(&v, &bits, sizeof v);
    return v;
}

%   if need.exact and target.avx2 and (need.gemm_bf16 or need.gemm_dot_bf16) then
#ifdef AVX2
HELPER __m256 widen_eight(const uint16_t *p)
{
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(const void *)p)), 16));
}
#endif

%   end
%   for _, v in ipairs { "", "8", "4", "1" } do
%     local lanes = v == "" and "LANES" or v
%     if v ~= "" then
#if LANES > $(v)
%     end
HELPER vec$(v) load_bf16$(v)(const uint16_t *p)
{
    float t[$(lanes)];

    for (int l = 0; l < $(lanes); l++)
        t[l] = widen_bf16(p[l]);
    return load$(v)(t);
}
%     if v ~= "" then
#endif
%     end

%   end
% end
% if need.copy_floats then
/* What is added to is often where the result goes: then there is nothing to copy. */
static void copy_floats(float *to, const float *from, int n)
{
    if (to != from)
        memcpy(to, from, sizeof(float) * (size_t)n);
}

% end
% if need.add_scaled then
/* y += a * x, n elements. */
static void add_scaled(float *y, float a, const float *x, int n)
{
    int e = 0;

    for (; e + LANES <= n; e += LANES)
        store(y + e, load(y + e) + a * load(x + e));
#if LANES > 1
    for (; e < n; e++)
        y[e] += a * x[e];
#endif
}

% end
% if need.magnitudes then
/* The sum of |x|, n elements. */
static float magnitudes(const float *x, int n)
{
    float sum = 0.0f;
    int e = 0;

#if LANES > 1
    const vec zero = {0};
    vec sums = zero;
    float lanes[LANES];

    for (; e + LANES <= n; e += LANES)
        sums += pick(load(x + e) < zero, zero - load(x + e), load(x + e));
    store(lanes, sums);
    for (int l = 0; l < LANES; l++)
        sum += lanes[l];
#endif
    for (; e < n; e++)
        sum += x[e] < 0.0f ? -x[e] : x[e];
    return sum;
}

% end
% if need.taps_inside then
/* How many of k places from `at` on lie in a map of n. */
HELPER int taps_inside(int at, int k, int n)
{
    return (at + k < n ? at + k : n) - (at > 0 ? at : 0);
}

% end
% if need.add_pixels then
%   local function lane(k) return k == 0 and "" or k == 1 and " + LANES" or " + " .. k .. " * LANES" end
/* sum[c] += the sum over the pixels of a row, x [pixels][c]. */
static void add_pixels(float *sum, const float *x, int pixels, int c)
{
    int ch = 0;

% local steps = { { "", "LANES", 4 }, { "", "LANES", 1 }, { "1", "1", 1 } }
% if target.lanes ~= 1 then table.insert(steps, 2, { "", "LANES", 2 }) end
% for _, s in ipairs(steps) do
%   local v, lanes, count = s[1], s[2], s[3]
%   if v == "1" then
#if LANES > 1
%   end
    for (; c - ch >= $(count > 1 and count .. " * " or "")$(lanes); ch += $(count > 1 and count .. " * " or "")$(lanes)) {
        const float *p = x + ch;
        vec$(v) s0 = {0}$(count > 1 and ", s1 = s0" or "")$(count > 2 and ", s2 = s0, s3 = s0" or "");
        for (int i = 0; i < pixels; i++, p += c) {
%   for k = 0, count - 1 do
            s$(k) += load$(v)(p$(lane(k)));
%   end
        }
%   for k = 0, count - 1 do
%     local at = "sum + ch" .. lane(k)
        store$(v)($(at), load$(v)($(at)) + s$(k));
%   end
    }
%   if v == "1" then
#endif
%   end
% end
}

% end
