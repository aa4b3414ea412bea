% -- SPDX-License-Identifier: 0BSD
/*
 * Matrix products, the core of every convolution that is not depthwise. One call makes
 *
 *     c[i][j] = bias[j] + plus[i][j] + sum over rows r, taps t and k of a[r, t, i, k] * b[r, t, k, j]
 *
 * where i counts pixels (for gradients of weights: input channels), j output channels, r and t
 * the rows and columns of the filter, so that a sum is finished in registers and stored once
 * ("batch-reduce GEMM", Georganas et al., IPDPS 2020). The sum of an element is formed in the
 * same order in every tile: results do not depend on how a map is cut into strips.
 *
 *     gemm_f32  b of float32
% if need.gemm_i8 or need.gemm_i8k then
 *     gemm_i8   b of int8, quads of k: [k/4][j][4]; the sum times scale[j], then bias and plus
 *     gemm_i8k  the same, but each b is multiplied by scale[k]
% end
% if need.gemm_dot then
 *     gemm_dot  b of float32, transposed: [j][k]; with vectors it is turned, panel by panel
% end
% if need.gemm_bf16 or need.gemm_dot_bf16 then
 *     gemm_bf16, gemm_dot_bf16  b of bfloat16
% end
 */
struct product {
    int m, n, k;           /* c is m x n; products in one tap */
    int rows, taps;
    const float *const *a; /* element: a[r][a_0 + t * a_tap + i * a_i + k * a_k] */
    int a_0, a_tap, a_i, a_k;
% if need.gemm_i8 or need.gemm_i8k then
    const void *b;         /* element: b[r * b_row + t * b_tap + k * b_k + j]; int8: the steps are */
    int b_row, b_tap, b_k; /*   in bytes, b_k that of a quad; transposed: ... + j * b_k + k */
    const float *scale;    /* of int8 */
% else
    const void *b;         /* element: b[r * b_row + t * b_tap + k * b_k + j]; */
    int b_row, b_tap, b_k; /*   transposed: ... + j * b_k + k */
% end
    const float *bias;     /* or NULL */
    const float *plus;     /* element: plus[i * c_i + j]; may be c; or NULL */
    float *c;              /* element: c[i * c_i + j] */
    int c_i;
};


% local exact = need.exact -- lanes of 1: the float part of an int8 network
% local span = exact and 1 or 3 -- every so manieth row of a tile has a pointer into a
% local usual = exact and 4 or 2 -- vectors in a row of a tile
% local most = usual -- of the kind that is written
%
% -- A line of text for each vector of a row: write(n, its offset as C). guarded: those that a narrow tile has not are left out.
% local function each(write, guarded, lanes)
%   local list = {}
%   for n = 0, most - 1 do
%     local offset = n == 0 and "" or " + " .. (n > 1 and n .. " * " or "") .. (lanes or "LANES")
%     list[#list + 1] = (guarded and n > 0 and "if (vecs > " .. n .. ") " or "") .. write(n, offset)
%   end
%   return table.concat(list, " ")
% end
% local function named(text) -- "w# = load(b&)": with the vector's number, and its offset
%   return function(n, offset) return (text:gsub("#", n):gsub("&", offset)) end
% end
%
% -- The products of one k, a's values x columns from where its pointers stand. The rows between those with a pointer are
% -- reached by a_i and 2 * a_i, which address modes give for free.
% local function multiply(v, rows, x)
%   for m = 0, rows - 1 do
%     local at = m % span == 0 and x or (m % 3 == 1 and "a_i" or "2 * a_i") .. (x == "0" and "" or " + " .. x)
                $(m > 0 and "if (rows > " .. m .. ") { " or "")x = splat$(v)(a$(m // span * span)[$(at)]); $(each(named(("c%d_# = mul_add%s(x, w#, c%d_#);"):format(m, v, m))))$(m > 0 and " }" or "")
%   end
% end
%
% -- Adds, stores: something for every row of a tile, between which `pointer` moves on.
% local function each_row(rows, pointer, text)
%   for m = 0, rows - 1 do
        $(m > 0 and "if (rows > " .. m .. ") { " .. pointer .. " += p->c_i; " or "")$(each(named((text:gsub("@", m))), true))$(m > 0 and " }" or "")
%   end
% end
%
% -- The tiles of panels of `vecs` vectors: how many rows, and where. 12 sums (4 x 3, 6 x 2), b's vectors and one of a fill 16
% -- registers. 8 sums are as many as are under way at a time, and reach 60 % of the peak: one that is late delays all its
% -- others. int8 needs registers to widen b, and is faster with 4 x 2.
% local function tiles_of(kind, vecs)
%   if exact then return { { 4 }, { 1 } } end
%   if kind:find "i8" then return { { 8, "LANES == 16" }, { 4 }, { 1 } } end
%   if vecs == 3 then return { { 4 }, { 1 } } end
%   if target.lanes == 1 then return { { 6 }, { 4 }, { 1 } } end
%   return { { 12, vecs == 2 and "LANES == 16" }, { 5 }, { 6 }, { 4 }, { 1 } }
% end
%
% local function tile(kind, v)
%   local V, i8 = "vec" .. v, kind:find("i8") ~= nil
%   local rows = tiles_of(kind, 1)[1][1]
%   local element = kind == "bf16" and "uint16_t" or "float"
/* `rows` x `vecs` vectors of c, all constants: the sums are registers. */
BODY void tile_$(kind)$(v)(const struct product *p, int i, int j, int rows, int vecs)
{
%   for m = 0, rows - 1 do
    $(V) $(each(function(n) return ("c%d_%d = %s%s"):format(m, n, m + n == 0 and "{0}" or "c0_0", n < most - 1 and "," or ";") end))
%   end
%   if not i8 then
    if (p->bias) {
        const float *bias = p->bias + j;
        $(each(named("c0_# = load" .. v .. "(bias&);"), true))
%     for m = 1, rows - 1 do
        $(each(named(("c%d_# = c0_#;"):format(m))))
%     end
    }
    if (p->plus) {
        const float *plus = p->plus + i * p->c_i + j;
%     each_row(rows, "plus", "c@_# += load" .. v .. "(plus&);")
    }
%   end
%   local of_b = ("(const %s *)p->b + %%s%s"):format(i8 and "int8_t" or element, i8 and "4 * j" or "j")
    if (p->rows > 0 && p->taps > 0) {
        const int a_i = p->a_i$(i8 and "" or ", a_k = p->a_k"), b_k = p->b_k;
        const float *a0 = p->a[0] + p->a_0 + i * a_i;
        const $(i8 and "int8_t" or element) *b = $(of_b:format(""));
%   local fetches = v == "" and most == 3
%   if fetches then
        /* In the next panel, to its last column: as rows of b lie far apart, nobody else foresees it. Of two lines one tile fetches one, the next the other. */
        const int ahead = (vecs == 3 && (i & 4) ? 5 : 2 * vecs) * LANES - 1;
%   end
        for (int r = 0, t = 0;;) {
%   for m = span, rows - 1, span do
            const float *a$(m) = rows > $(m) ? a$(m - span) + $(span > 1 and span .. " * " or "")a_i : a0;
%   end
%   local function move(step)
%     for m = 0, rows - 1, span do
                a$(m) += $(step);
%     end
%   end
%   if not i8 then
            for (int k = p->k; k > 0; k--, b += b_k) {
%     local load = "load" .. (kind == "bf16" and "_bf16" or "") .. v
%     if fetches then
                if (vecs > 1)
                    FETCH(b, ahead);
%     end
                $(fetches and "" or "const ")$(V) $((each(function(n, offset) return n == 0 and ("w0 = %s(b)"):format(load) or (", w%d = vecs > %d ? %s(b%s) : w0"):format(n, n, load, offset) end):gsub(" ,", ",")));
                $(V) x;
%     if fetches then
                if (vecs == 3)
                    KEPT(w0, w1, w2);
%     end
%     multiply(v, rows, "0")
%     move("a_k")
            }
%   else
%     local function widened(u, scale) return each(function(n) return ("w%d = widen%s(q%d, %s)%s;"):format(n, v, n, u, kind == "i8k" and " * scale[" .. scale .. "]" or "") end) end
%     if kind == "i8k" then
            const float *scale = p->scale;
%     end
            int k = p->k;
            $(V) x;
            for (; k >= 4; k -= 4, b += b_k) {
%     local quads = each(function(n, offset) return n == 0 and ("q0 = load_quad%s(b)"):format(v) or (", q%d = vecs > %d ? load_quad%s(b%s) : q0"):format(n, n, v, offset) end, false, "4 * LANES")
                const quad$(v) $((quads:gsub(" ,", ",")));
                $(V) $(each(function(n) return "w" .. n .. (n < most - 1 and "," or ";") end))
%     for u = 0, 3 do
                $(widened(u, u))
%       multiply(v, rows, tostring(u))
%     end
%     move("4")
%     if kind == "i8k" then
                scale += 4;
%     end
            }
            for (int u = 0; u < k; u++) {
                const quad$(v) $((quads:gsub(" ,", ",")));
                const $(V) $(each(function(n) return ("%sw%d = widen%s(q%d, u)%s"):format(n > 0 and ", " or "", n, v, n, kind == "i8k" and " * scale[u]" or "") end));
%     multiply(v, rows, "u")
            }
%   end
            if (++t >= p->taps) {
                if (++r >= p->rows)
                    break;
                t = 0;
            }
            /* Here, not in the loop's head: most products have one tap, and would keep all this in registers. */
            a0 = p->a[r] + p->a_0 + t * p->a_tap + i * p->a_i;
            b = $(of_b:format("r * p->b_row + t * p->b_tap + "));
        }
    }
%   if i8 then
    $(V) $(each(function(n) return ("s%d = %s%s"):format(n, n == 0 and "{0}" or "s0", n < most - 1 and "," or ";") end))
    if (p->bias) {
        const float *bias = p->bias + j;
        $(each(named("s# = load" .. v .. "(bias&);"), true))
    }
%     if kind == "i8" then
    const float *scale = p->scale + j;
    const $(V) $(each(function(n, offset) return n == 0 and ("f0 = load%s(scale)"):format(v) or (", f%d = vecs > %d ? load%s(scale%s) : f0"):format(n, n, v, offset) end));
%     end
%     for m = 0, rows - 1 do
    $(each(named(((kind == "i8" and "c@_# = mul_add" .. v .. "(c@_#, f#, s#);" or "c@_# += s#;"):gsub("@", m)))))
%     end
    if (p->plus) {
        const float *plus = p->plus + i * p->c_i + j;
%     each_row(rows, "plus", "c@_# += load" .. v .. "(plus&);")
    }
%   end
    {
        float *c = p->c + i * p->c_i + j;
%   each_row(rows, "c", "store" .. v .. "(c&, c@_#);")
    }
}

% end
%
% -- Rows i0 to i1 of a panel of `vecs` vectors of columns.
% local function panel(kind, vecs, v, guard)
%   local V, list = vecs .. (v ~= "" and "_" .. v or ""), tiles_of(kind, vecs)
%   if guard then
#$(guard:find "LANES_3" and "ifdef" or "if") $(guard)
%   end
%   if v ~= "" then
%     tile(kind, v)
%   end
%   for _, size in ipairs(list) do
%     if size[2] then
#if $(size[2]) /* and 32 registers */
%     end
TILE void tile_$(kind)_$(size[1])x$(V)(const struct product *p, int i, int j) { tile_$(kind)$(v)(p, i, j, $(size[1]), $(vecs)); }
%     if size[2] then
#endif
%     end
%   end

static void panel_$(kind)_$(V)(const struct product *p, int i0, int i1, int j)
{
    int i = i0;

%   for _, size in ipairs(list) do
%     if size[2] then
#if $(size[2])
%     end
%     if size[1] == 5 then
    for (; (i1 - i) % 6 > 0 && i + 5 * (6 - (i1 - i) % 6) <= i1; i += 5) /* until 6s are left: 4 rows are too few sums */
%     elseif size[1] == 6 then
    for (; i + 10 <= i1 || i + 7 == i1 || i + 6 == i1; i += 6) /* 8 and 9 are better cut in 4s */
%     elseif size[1] == 1 then
    for (; i < i1; i++)
%     else
    for (; i + $(size[1]) <= i1; i += $(size[1]))
%     end
        tile_$(kind)_$(size[1])x$(V)(p, i, j);
%     if size[2] then
#endif
%     end
%   end
}
%   if guard then
#endif
%   end

% end
%
% -- For Helium: a vector is four outputs, each of whose sums has its order, multiplied and added one by one.
% local function helium_driver(kind)
%   local bf16 = kind == "bf16"
static void gemm_$(kind)(const struct product *p)
{
    for (int j = 0; j < p->n; j += 4) {
        const mve_pred16_t here = vctp32q((uint32_t)(p->n - j));
        for (int i = 0; i < p->m; i += 4) { /* of four pixels, what is beyond the last is that one again */
%   for y = 1, 3 do
            const int at$(y) = p->m - i > $(y) ? $(y) : $(y == 1 and "0" or "at" .. y - 1);
%   end
            float *c = p->c + i * p->c_i + j;
            float32x4_t sum0 = p->bias ? vldrwq_z_f32(p->bias + j, here) : vdupq_n_f32(0.0f), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            if (p->plus) {
                const float *plus = p->plus + i * p->c_i + j;
%   for y = 0, 3 do
                sum$(y) = vaddq_f32(sum$(y), vldrwq_z_f32(plus$(y > 0 and " + at" .. y .. " * p->c_i" or ""), here));
%   end
            }
            for (int r = 0; r < p->rows; r++)
                for (int t = 0; t < p->taps; t++) {
                    const float *a0 = p->a[r] + p->a_0 + t * p->a_tap + i * p->a_i, *a1 = a0 + at1 * p->a_i, *a2 = a0 + at2 * p->a_i, *a3 = a0 + at3 * p->a_i;
                    const $(bf16 and "uint16_t" or "float") *b = (const $(bf16 and "uint16_t" or "float") *)p->b + r * p->b_row + t * p->b_tap + j;
                    const int a_k = p->a_k, b_k = p->b_k;
%   local function products(next) -- of one k
                            const float32x4_t w = $(bf16 and "vreinterpretq_f32_u32(vshlq_n_u32(vldrhq_z_u32(b, here), 16))" or "vldrwq_z_f32(b, here)");
%     for y = 0, 3 do
                            sum$(y) = vaddq_f32(sum$(y), vmulq_n_f32(w, *a$(y)$(next)));
%     end
%   end
                    if (a_k == 1)
                        for (int k = p->k; k > 0; k--, b += b_k) {
%   products("++")
                        }
                    else
                        for (int k = p->k; k > 0; k--, b += b_k, a0 += a_k, a1 += a_k, a2 += a_k, a3 += a_k) {
%   products("")
                        }
                }
            vstrwq_p_f32(c, sum0, here);
%   for y = 1, 3 do
            if (at$(y) == $(y))
                vstrwq_p_f32(c + $(y == 1 and "p->c_i" or y .. " * p->c_i"), sum$(y), here);
%   end
        }
    }
}
% end
%
% -- The same for AVX2: rows i0 to i1 of `vecs` vectors of eight outputs.
% local function eights(kind, vecs)
%   local bf16 = kind == "bf16"
%   local function each_sum(write) for y = 0, 3 do for v = 0, vecs - 1 do write(y, v, v > 0 and " + " .. 8 * v or "") end end end
TILE void eights_$(kind)_$(vecs)(const struct product *p, int i0, int i1, int j)
{
    for (int i = i0; i < i1; i += 4) { /* what is beyond the last row is that one again */
%   for y = 1, 3 do
        const int at$(y) = i1 - i > $(y) ? $(y) : $(y == 1 and "0" or "at" .. y - 1);
%   end
        float *c = p->c + i * p->c_i + j;
%   for v = 0, vecs - 1 do
        __m256 s0_$(v) = p->bias ? _mm256_loadu_ps(p->bias + j$(v > 0 and " + 8" or "")) : _mm256_setzero_ps(), s1_$(v) = s0_$(v), s2_$(v) = s0_$(v), s3_$(v) = s0_$(v);
%   end
        if (p->plus) {
            const float *plus = p->plus + i * p->c_i + j;
%   each_sum(function(y, v, offset)
            s$(y)_$(v) = _mm256_add_ps(s$(y)_$(v), _mm256_loadu_ps(plus$(y > 0 and " + at" .. y .. " * p->c_i" or "")$(offset)));
%   end)
        }
        for (int r = 0; r < p->rows; r++)
            for (int t = 0; t < p->taps; t++) {
                const float *a0 = p->a[r] + p->a_0 + t * p->a_tap + i * p->a_i, *a1 = a0 + at1 * p->a_i, *a2 = a0 + at2 * p->a_i, *a3 = a0 + at3 * p->a_i;
                const $(bf16 and "uint16_t" or "float") *b = (const $(bf16 and "uint16_t" or "float") *)p->b + r * p->b_row + t * p->b_tap + j;
                const int a_k = p->a_k, b_k = p->b_k;
                for (int k = p->k; k > 0; k--, b += b_k, a0 += a_k, a1 += a_k, a2 += a_k, a3 += a_k) {
%   for v = 0, vecs - 1 do
                    const __m256 w$(v) = $(bf16 and "widen_eight(b" .. (v > 0 and " + 8" or "") .. ")" or "_mm256_loadu_ps(b" .. (v > 0 and " + 8" or "") .. ")");
%   end
                    __m256 x;
%   for y = 0, 3 do
                    x = _mm256_broadcast_ss(a$(y));
%     for v = 0, vecs - 1 do
                    s$(y)_$(v) = _mm256_add_ps(s$(y)_$(v), _mm256_mul_ps(x, w$(v)));
%     end
%   end
                }
            }
%   each_sum(function(y, v, offset)
        $(y > 0 and "if (at" .. y .. " == " .. y .. ") " or "")_mm256_storeu_ps(c$(y == 0 and "" or y == 1 and " + p->c_i" or " + " .. y .. " * p->c_i")$(offset), s$(y)_$(v));
%   end)
    }
}

% end
%
% local function driver(kind)
%   most = not exact and target.lanes ~= 1 and not kind:find "i8" and 3 or usual
%   local wide = exact and target.avx2 and (kind == "f32" or kind == "bf16")
%   if wide then
#ifdef AVX2
%     eights(kind, 2)
%     eights(kind, 1)
#endif

%   end
%   local helium = exact and target.helium and (kind == "f32" or kind == "bf16")
%   if helium then
#ifdef HELIUM
%     helium_driver(kind)
#else
%   end
%   tile(kind, "")
%   if most == 3 then panel(kind, 3, "", "LANES_3") end
%   panel(kind, usual, "")
%   panel(kind, 1, "")
%   for _, tail in ipairs { { "8", 8, "LANES > 8" }, { "4", 4, "LANES > 4" }, { "1", 1, "LANES > 1" } } do
%     if not exact and need["gemm_" .. kind .. "_" .. tail[1]] then panel(kind, 1, tail[1], tail[3]) end
%   end
static void $(most == 3 and "part" or "gemm")_$(kind)(const struct product *p)
{
    /* As many rows of a as stay in the first cache while all of b goes by. */
    const int depth = p->k * p->taps * p->rows; /* not positive where all is padding */
    const int block = depth > 0 ? 12 * (1 + 512 / depth) : p->m;

    for (int i0 = 0, i1; i0 < p->m; i0 = i1) {
        int j = 0;

        i1 = p->m - i0 <= block ? p->m : i0 + block;
%   if wide then
#ifdef AVX2
        for (; p->n - j >= 16; j += 16)
            eights_$(kind)_2(p, i0, i1, j);
        for (; p->n - j >= 8; j += 8)
            eights_$(kind)_1(p, i0, i1, j);
#endif
%   end
%   if most == 3 then
#ifdef LANES_3
        for (; p->n - j >= 3 * LANES && p->n - j != 4 * LANES; j += 3 * LANES)
            panel_$(kind)_3(p, i0, i1, j);
#endif
%   end
        for (; p->n - j >= $(usual) * LANES; j += $(usual) * LANES)
            panel_$(kind)_$(usual)(p, i0, i1, j);
        for (; p->n - j >= LANES; j += LANES)
            panel_$(kind)_1(p, i0, i1, j);
%   for _, tail in ipairs { 8, 4, 1 } do
%     if not exact and need["gemm_" .. kind .. "_" .. tail] then
#if LANES > $(tail)
        for (; p->n - j >= $(tail); j += $(tail))
            panel_$(kind)_1_$(tail)(p, i0, i1, j);
#endif
%     end
%   end
    }
}
%   if most == 3 then

/* In parts of k, of which a panel of b and the next stay in the first cache: the sums go on where the last part ended. */
static void gemm_$(kind)(const struct product *p)
{
    enum { DEPTH = 96 };
    struct product q;

    if (p->rows != 1 || p->taps != 1 || p->k <= 128) {
        part_$(kind)(p);
        return;
    }
    q = *p;
    for (int k = 0; k < p->k; k += DEPTH) {
        q.k = p->k - k < DEPTH ? p->k - k : DEPTH;
        q.a_0 = p->a_0 + k * p->a_k;
        q.b = (const $(kind == "bf16" and "uint16_t" or "float") *)p->b + k * p->b_k;
        part_$(kind)(&q);
        q.bias = NULL;
        q.plus = q.c;
    }
}
%   end
%   if helium then
#endif
%   end

% end
% if target.lanes ~= 1 and not exact then
#if LANES == 8 && defined __FMA__
#define LANES_3 1 /* there are tiles of three vectors */
#define KEPT(x, y, z) __asm__("" : "+x"(x), "+x"(y), "+x"(z)) /* in registers: GCC reads them from memory for each sum */
#else
#define KEPT(x, y, z) ((void)0)
#endif

% end
% if need.gemm_f32 then driver("f32") end
% if need.gemm_bf16 then driver("bf16") end
% if need.gemm_i8 then driver("i8") end
% if need.gemm_i8k then driver("i8k") end
% most = usual
% if need.gemm_dot or need.gemm_dot_bf16 then
% if target.lanes ~= 1 and need.gemm_dot then
#if LANES > 1
typedef float four __attribute__((vector_size(16)));
typedef four four_at __attribute__((aligned(4), may_alias));
#ifndef __clang__
typedef int32_t four_places __attribute__((vector_size(16)));
#endif
%   for name, places in ("low 0,4,1,5 high 2,6,3,7 left 0,1,4,5 right 2,3,6,7"):gmatch "(%w+) (%S+)" do
HELPER four $(name)_of(four x, four y)
{
#ifdef __clang__
    return __builtin_shufflevector(x, y, $((places:gsub(",", ", "))));
#else
    const four_places p = {$((places:gsub(",", ", ")))};
    return __builtin_shuffle(x, y, p);
#endif
}

%   end
HELPER void transpose_4x4(const float *from, int from_row, float *to, int to_row)
{
    const four a = *(const four_at *)from, b = *(const four_at *)(from + from_row);
    const four c = *(const four_at *)(from + 2 * from_row), d = *(const four_at *)(from + 3 * from_row);
    const four e = low_of(a, b), f = low_of(c, d);
    const four g = high_of(a, b), h = high_of(c, d);

    *(four_at *)to = left_of(e, f);
    *(four_at *)(to + to_row) = right_of(e, f);
    *(four_at *)(to + 2 * to_row) = left_of(g, h);
    *(four_at *)(to + 3 * to_row) = right_of(g, h);
}
#endif

% end
%   local function eight_of(write) -- write(0), write(1), ...
%     local list = {}
%     for n = 0, 7 do list[#list + 1] = write(n) end
%     return table.concat(list, ", ")
%   end
%   for _, dot in ipairs { "dot", "dot_bf16" } do
%     if need["gemm_" .. dot] then
%       local bf16 = dot == "dot_bf16"
%       local element = bf16 and "uint16_t" or "float"
#if LANES == 1
%   local function columns(write, guarded)
%     return (each(write, guarded):gsub("vecs", "columns"))
%   end
%   local function each_element(indent, text) -- @ and # are the numbers of the row and of the column, & is where it stands in c and plus
%     for m = 0, 3 do
$(indent)$(m > 0 and "if (rows > " .. m .. ") { " or "")$(columns(function(n) return (text:gsub("@", m):gsub("#", n):gsub("&", (m == 0 and "" or m == 1 and "c_i" or m .. " * c_i") .. (m * n > 0 and " + " or "") .. (n > 0 and n or m == 0 and "0" or "")):gsub("~", n)) end, true))$(m > 0 and " }" or "")
%     end
%   end
/* `rows` x `columns` elements of c, both constants: the sums are registers. */
BODY void tile_$(dot)(const struct product *p, int i, int j, int rows, int columns)
{
    const int c_i = p->c_i;
    float *c = p->c + i * c_i + j;
%   for m = 0, 3 do
    float $(each(function(n) return ("c%d_%d = %s%s"):format(m, n, m + n == 0 and "0" or "c0_0", n < most - 1 and "," or ";") end))
%   end
%   local function first_values()
    if (p->bias) {
        const float *bias = p->bias + j;
%     each_element("        ", "c@_# += bias[~];")
    }
    if (p->plus) {
        const float *plus = p->plus + i * c_i + j;
%     each_element("        ", "c@_# += plus[&];")
    }
%   end
%   if not exact then first_values() end
    for (int r = 0; r < p->rows; r++)
        for (int t = 0; t < p->taps; t++) {
            const float *a0 = p->a[r] + p->a_0 + t * p->a_tap + i * p->a_i;
%   for m = 1, 3 do
            const float *a$(m) = rows > $(m) ? a$(m - 1) + p->a_i : a0;
%   end
            const $(element) *b0 = (const $(element) *)p->b + r * p->b_row + t * p->b_tap + j * p->b_k;
%   for n = 1, most - 1 do
            const $(element) *b$(n) = columns > $(n) ? b$(n - 1) + p->b_k : b0;
%   end
            const int k = p->k;
            for (int x = 0; x < k; x++) {
                const float $(columns(function(n) return ("w%d = %s%s"):format(n, bf16 and ("widen_bf16(b%d[x])"):format(n) or ("b%d[x]"):format(n), n < most - 1 and "," or ";") end))
%   for m = 0, 3 do
                const float x$(m) = $(m > 0 and "rows > " .. m .. " ? " or "")a$(m)[x]$(m > 0 and " : x0" or "");
%   end
%   for m = 0, 3 do
                $(columns(named(("c%d_# = FUSED_1(x%d, w#, c%d_#);"):format(m, m, m))))
%   end
            }
        }
%   if exact then first_values() end
%   each_element("    ", "c[&] = c@_#;")
}

%   local wide = most
%   for _, rows in ipairs { 4, 1 } do
%     for _, columns in ipairs { wide, 1 } do
TILE void tile_$(dot)_$(rows)x$(columns)(const struct product *p, int i, int j) { tile_$(dot)(p, i, j, $(rows), $(columns)); }
%     end
%   end

%   local eights = exact and target.avx2
%   if eights then
#ifdef AVX2
/* Eight columns of c, whose sums have their order: blocks of 8 x 8 of b are turned as they are read. */
TILE void eights_$(dot)(const struct product *p, int j)
{
    for (int i = 0; i < p->m; i += 4) { /* what is beyond the last row is that one again */
%     for y = 1, 3 do
        const int at$(y) = p->m - i > $(y) ? $(y) : $(y == 1 and "0" or "at" .. y - 1);
%     end
        float *c = p->c + i * p->c_i + j;
        __m256 $((columns(function(n) return ("s%d = _mm256_setzero_ps()"):format(n) .. (n < most - 1 and "," or ";") end)))
        for (int r = 0; r < p->rows; r++)
            for (int t = 0; t < p->taps; t++) {
                const float *a0 = p->a[r] + p->a_0 + t * p->a_tap + i * p->a_i, *a1 = a0 + at1 * p->a_i, *a2 = a0 + at2 * p->a_i, *a3 = a0 + at3 * p->a_i;
                const $(element) *b = (const $(element) *)p->b + r * p->b_row + t * p->b_tap + j * p->b_k;
                const int b_k = p->b_k;
                int k = 0;
%     local function products(w, next)
%       for y = 0, 3 do
                    s$(y) = _mm256_add_ps(s$(y), _mm256_mul_ps(_mm256_broadcast_ss(a$(y) + k$(next)), $(w)));
%       end
%     end
                for (; k + 8 <= p->k; k += 8) {
%     for n = 0, 7 do
                    const __m256 b$(n) = $(bf16 and "widen_eight" or "_mm256_loadu_ps")(b + $(n == 0 and "" or n == 1 and "b_k + " or n .. " * b_k + ")k);
%     end
%     for _, half in ipairs { "lo", "hi" } do
%       for n = 0, 6, 2 do
                    const __m256 $(half)$(n) = _mm256_unpack$(half)_ps(b$(n), b$(n + 1));
%       end
%     end
%     for u = 0, 3 do -- columns u and u + 4 of the block
%       local half, places = u < 2 and "lo" or "hi", u % 2 == 0 and "0x44" or "0xee"
                    const __m256 x$(u) = _mm256_shuffle_ps($(half)0, $(half)2, $(places)), y$(u) = _mm256_shuffle_ps($(half)4, $(half)6, $(places));
%     end
%     for u = 0, 7 do
%       products(("_mm256_permute2f128_ps(x%d, y%d, %s)"):format(u % 4, u % 4, u < 4 and "0x20" or "0x31"), u > 0 and " + " .. u or "")
%     end
                }
                for (; k < p->k; k++) {
                    const __m256 w = _mm256_setr_ps($(eight_of(function(n) local at = ("b[%sk]"):format(n == 0 and "" or n == 1 and "b_k + " or n .. " * b_k + ") return bf16 and "widen_bf16(" .. at .. ")" or at end)));
%     products("w", "")
                }
            }
%     for y = 0, 3 do
        if (p->bias)
            s$(y) = _mm256_add_ps(s$(y), _mm256_loadu_ps(p->bias + j));
        if (p->plus)
            s$(y) = _mm256_add_ps(s$(y), _mm256_loadu_ps(p->plus + (i$(y > 0 and " + at" .. y or "")) * p->c_i + j));
%     end
%     for y = 0, 3 do
        $(y > 0 and "if (at" .. y .. " == " .. y .. ") " or "")_mm256_storeu_ps(c$(y == 0 and "" or y == 1 and " + p->c_i" or " + " .. y .. " * p->c_i"), s$(y));
%     end
    }
}
#endif

%   end
static void gemm_$(dot)(const struct product *p)
{
    int i = 0$(eights and ", first = 0" or "");

%   if eights then
#ifdef AVX2
    for (; first + 8 <= p->n; first += 8)
        eights_$(dot)(p, first);
#endif
%   end
    for (; i + 4 <= p->m; i += 4) {
        int j = $(eights and "first" or "0");
        for (; j + $(wide) <= p->n; j += $(wide))
            tile_$(dot)_4x$(wide)(p, i, j);
        for (; j < p->n; j++)
            tile_$(dot)_4x1(p, i, j);
    }
    for (; i < p->m; i++) {
        int j = $(eights and "first" or "0");
        for (; j + $(wide) <= p->n; j += $(wide))
            tile_$(dot)_1x$(wide)(p, i, j);
        for (; j < p->n; j++)
            tile_$(dot)_1x1(p, i, j);
    }
}
%       if target.lanes ~= 1 then
#else
/* to[i][j] = b[j][i], j < n, i < k. */
static void transpose$(bf16 and "_bf16" or "")(const $(element) *b, int b_k, int n, int k, float *to, int to_row)
{
    int j = 0;

%         if not bf16 then
    for (; j + 4 <= n; j += 4)
        for (int i = 0; i + 4 <= k; i += 4)
            transpose_4x4(b + j * b_k + i, b_k, to + i * to_row + j, to_row);
    for (int i = k & ~3; i < k; i++)
        for (int l = 0; l < j; l++)
            to[i * to_row + l] = b[l * b_k + i];
%         end
    for (b += j * b_k; j < n; j++, b += b_k)
        for (int i = 0; i < k; i++)
            to[i * to_row + j] = $(bf16 and "widen_bf16(b[i])" or "b[i]");
}

%         if need["gemm_" .. dot .. "_panels"] then
/* A panel of b at a time, as much of it as the stack may hold: the sums go on where the last part ended. */
static void gemm_$(dot)(const struct product *p)
{
    enum { DEPTH = 128 };
    float panel[DEPTH * 2 * LANES];
    struct product q = *p;
    const int depth = p->k < DEPTH ? p->k : DEPTH;
    const int taps = depth < p->k ? 1 : p->taps * depth <= DEPTH ? p->taps : DEPTH / depth;
    const int rows = taps < p->taps || depth < p->k ? 1 : p->rows * taps * depth <= DEPTH ? p->rows : DEPTH / (taps * depth);

    if (p->rows <= 0 || p->taps <= 0) { /* all is padding */
        gemm_f32(p);
        return;
    }
    q.b = panel;
    q.b_k = 2 * LANES;
    for (int j = 0; j < p->n; j += 2 * LANES) {
        q.n = p->n - j < 2 * LANES ? p->n - j : 2 * LANES;
        q.c = p->c + j;
        q.bias = p->bias ? p->bias + j : NULL;
        q.plus = p->plus ? p->plus + j : NULL;
        for (int r = 0; r < p->rows; r += rows)
            for (int t = 0; t < p->taps; t += taps)
                for (int k = 0; k < p->k; k += depth) {
                    const $(element) *b = (const $(element) *)p->b + r * p->b_row + t * p->b_tap + j * p->b_k + k;

                    q.rows = p->rows - r < rows ? p->rows - r : rows;
                    q.taps = p->taps - t < taps ? p->taps - t : taps;
                    q.k = p->k - k < depth ? p->k - k : depth;
                    q.a = p->a + r;
                    q.a_0 = p->a_0 + t * p->a_tap + k * p->a_k;
                    q.b_tap = q.k * 2 * LANES;
                    q.b_row = q.taps * q.b_tap;
                    for (int y = 0; y < q.rows; y++)
                        for (int x = 0; x < q.taps; x++)
                            transpose$(bf16 and "_bf16" or "")(b + y * p->b_row + x * p->b_tap, p->b_k, q.n, q.k, panel + y * q.b_row + x * q.b_tap, 2 * LANES);
                    gemm_f32(&q);
                    q.bias = NULL;
                    q.plus = q.c;
                }
    }
}
%         end
%       end
#endif

%     end
%   end
% end
% include"gathered.c.tpl"
