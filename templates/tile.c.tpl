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
 *     gemm_i8   b of int8, quads of k: [k/4][j][4]; the sum times scale[j], then bias and plus
 *     gemm_i8k  the same, but each b is multiplied by scale[k]
 *     gemm_dot  b of float32, transposed: [j][k]
% if need.gemm_bf16 or need.gemm_dot_bf16 then
 *     gemm_bf16, gemm_dot_bf16  b of bfloat16
% end
 */
struct product {
    int m, n, k;           /* c is m x n; products in one tap */
    int rows, taps;
    const float *const *a; /* element: a[r][a_0 + t * a_tap + i * a_i + k * a_k] */
    int a_0, a_tap, a_i, a_k;
    const void *b;         /* element: b[r * b_row + t * b_tap + k * b_k + j]; int8: the steps are */
    int b_row, b_tap, b_k; /*   in bytes, b_k that of a quad; transposed: ... + j * b_k + k */
    const float *scale;
    const float *bias;     /* or NULL */
    const float *plus;     /* element: plus[i * c_i + j]; may be c; or NULL */
    float *c;              /* element: c[i * c_i + j] */
    int c_i;
};


% local exact = need.exact -- lanes of 1: the float part of an int8 network
% local span = exact and 1 or 3
%
% -- One line: text for n = 0 .. count - 1, where @n stands for n, @m for m, @o for the offset of
% -- the n-th vector of a row ("", " + LANES", " + 2 * LANES"), @t for span * n.
% local function each(count, text, m, lanes, separator)
%     local list, lanes = {}, lanes or ""
%     for n = 0, count - 1 do
%         local offset = n == 0 and "" or n == 1 and " + " .. lanes or " + " .. n .. " * " .. lanes
%         list[#list + 1] = text:gsub("@(%a)", { n = n, m = m, o = offset, t = span * n })
%     end
%     return table.concat(list, separator or " ")
% end
%
% local function add_plus(v, rows, vecs, lanes)
    if (p->plus) {
        const float *plus = p->plus + i * p->c_i + j;
%   for m = 0, rows - 1 do
        $(each(vecs, "c@m_@n += load" .. v .. "(plus@o);", m, lanes))
%     if m < rows - 1 then
        plus += p->c_i;
%     end
%   end
    }
% end
%
% -- The products of one k, x columns from where the pointers of a stand. Every third row (with lanes of 1: every row) has a
% -- pointer; the rows between are reached by a_i and 2 * a_i, which address modes give for free.
% local function multiply(v, rows, vecs, x)
%   for m = 0, rows - 1 do
%     local at = m % span == 0 and x or (m % 3 == 1 and "a_i" or "2 * a_i") .. (x == "0" and "" or " + " .. x)
                x = splat$(v)(a$(m // span * span)[$(at)]);
                $(each(vecs, "c@m_@n = mul_add" .. v .. "(x, w@n, c@m_@n);", m))
%   end
% end
%
% local function tile(kind, rows, vecs, v, lanes)
%   local V, i8 = "vec" .. v, kind:find("i8") ~= nil
TILE void tile_$(kind)_$(rows)x$(vecs)$(v ~= "" and "_" .. v or "")(const struct product *p, int i, int j)
{
%   for m = 0, rows - 1 do
    $(V) $(each(vecs, "c@m_@n = {0}", m, lanes, ", "));
%   end
%   if not i8 then
    if (p->bias) {
        const float *bias = p->bias + j;
        $(each(vecs, "c0_@n = load" .. v .. "(bias@o);", 0, lanes))
%     for m = 1, rows - 1 do
        $(each(vecs, "c@m_@n = c0_@n;", m))
%     end
    }
%     add_plus(v, rows, vecs, lanes)
%   end
    for (int r = 0; r < p->rows; r++)
        for (int t = 0; t < p->taps; t++) {
            const float *a0 = p->a[r] + p->a_0 + t * p->a_tap + i * p->a_i;
%   if rows > 1 then
            const int a_i = p->a_i;
%   end
%   for m = span, rows - 1, span do
            const float *a$(m) = a$(m - span) + $(span > 1 and span .. " * " or "")a_i;
%   end
%   local bases = (rows + span - 1) // span
%   if not i8 then
            const $(kind == "bf16" and "uint16_t" or "float") *b = (const $(kind == "bf16" and "uint16_t" or "float") *)p->b + r * p->b_row + t * p->b_tap + j;
            const int b_k = p->b_k, a_k = p->a_k;
            for (int k = p->k; k > 0; k--) {
                const $(V) $(each(vecs, "w@n = load" .. (kind == "bf16" and "_bf16" or "") .. v .. "(b@o)", 0, lanes, ", "));
                $(V) x;
%     multiply(v, rows, vecs, "0")
                $(each(bases, "a@t += a_k;", 0, lanes))
                b += b_k;
            }
%   else
%     local scaled = kind == "i8k" and " * scale[@u]" or ""
%     local last = kind == "i8k" and " * scale[u]" or ""
            const int8_t *b = (const int8_t *)p->b + r * p->b_row + t * p->b_tap + 4 * j;
%     if kind == "i8k" then
            const float *scale = p->scale;
%     end
            const int b_k = p->b_k;
            int k = p->k;
            $(V) x;
            for (; k >= 4; k -= 4) {
                const quad$(v) $(each(vecs, "q@n = load_quad" .. v .. "(b@o)", 0, "4 * " .. lanes, ", "));
                $(V) $(each(vecs, "w@n", 0, lanes, ", "));
%     for u = 0, 3 do
                $(each(vecs, "w@n = widen" .. v .. "(q@n, " .. u .. ")" .. scaled:gsub("@u", tostring(u)) .. ";"))
%       multiply(v, rows, vecs, tostring(u))
%     end
                $(each(bases, "a@t += 4;", 0, lanes))
                b += b_k;
%     if kind == "i8k" then
                scale += 4;
%     end
            }
            for (int u = 0; u < k; u++) {
                const $(V) $(each(vecs, "w@n = widen" .. v .. "(load_quad" .. v .. "(b@o), u)" .. last, 0, "4 * " .. lanes, ", "));
%     multiply(v, rows, vecs, "u")
            }
%   end
        }
%   if i8 then
    $(V) $(each(vecs, "s@n = {0}", 0, lanes, ", "));
    if (p->bias) {
        const float *bias = p->bias + j;
        $(each(vecs, "s@n = load" .. v .. "(bias@o);", 0, lanes))
    }
%     if kind == "i8" then
    const float *scale = p->scale + j;
    const $(V) $(each(vecs, "f@n = load" .. v .. "(scale@o)", 0, lanes, ", "));
%     end
%     for m = 0, rows - 1 do
    $(each(vecs, kind == "i8" and "c@m_@n = mul_add" .. v .. "(c@m_@n, f@n, s@n);" or "c@m_@n += s@n;", m))
%     end
%     add_plus(v, rows, vecs, lanes)
%   end
    float *c = p->c + i * p->c_i + j;
%   for m = 0, rows - 1 do
    $(each(vecs, "store" .. v .. "(c@o, c@m_@n);", m, lanes))
%     if m < rows - 1 then
    c += p->c_i;
%     end
%   end
}

% end
%
% -- Rows i0 to i1 of a panel of `vecs` vectors of columns. 6 x 2 sums, 2 vectors of b and one of a
% -- fill 16 registers; int8 needs some to widen b, and is faster with 4 x 2.
% local function panel(kind, vecs, v, lanes, guard)
%   local V = vecs .. (v ~= "" and "_" .. v or "")
%   if guard then
#if $(guard)
%   end
%   local wide = not exact and ((kind == "f32" or kind == "bf16") and 12 or 8)
%   local six = not exact and (kind == "f32" or kind == "bf16")
%   if wide then
#if LANES == 16 /* and 32 registers */
%   tile(kind, wide, vecs, v, lanes)
#endif
%   end
%   if six then
%     tile(kind, 6, vecs, v, lanes)
%   end
%   tile(kind, 4, vecs, v, lanes)
%   tile(kind, 1, vecs, v, lanes)
static void panel_$(kind)_$(V)(const struct product *p, int i0, int i1, int j)
{
    int i = i0;

%   if wide then
#if LANES == 16
    for (; i + $(wide) <= i1; i += $(wide))
        tile_$(kind)_$(wide)x$(V)(p, i, j);
#endif
%   end
%   if six then
    for (; i + 10 <= i1 || i + 7 == i1 || i + 6 == i1; i += 6) /* 8 and 9 are better cut in 4s */
        tile_$(kind)_6x$(V)(p, i, j);
%   end
    for (; i + 4 <= i1; i += 4)
        tile_$(kind)_4x$(V)(p, i, j);
    for (; i < i1; i++)
        tile_$(kind)_1x$(V)(p, i, j);
}
%   if guard then
#endif
%   end

% end
%
% local function driver(kind)
%   local most = exact and 4 or 2
%   panel(kind, most, "", "LANES")
%   panel(kind, 1, "", "LANES")
%   for _, tail in ipairs { { "8", 8, "LANES > 8" }, { "4", 4, "LANES > 4" }, { "1", 1, "LANES > 1" } } do
%     if not exact and need["gemm_" .. kind .. "_" .. tail[1]] then panel(kind, 1, tail[1], tail[2], tail[3]) end
%   end
static void gemm_$(kind)(const struct product *p)
{
    /* As many rows of a as stay in the first cache while all of b goes by. */
    const int depth = p->k * p->taps * p->rows; /* not positive where all is padding */
    const int block = depth > 0 ? 12 * (1 + 512 / depth) : p->m;

    for (int i0 = 0, i1; i0 < p->m; i0 = i1) {
        int j = 0;

        i1 = p->m - i0 <= block ? p->m : i0 + block;
        for (; p->n - j >= $(most) * LANES; j += $(most) * LANES)
            panel_$(kind)_$(most)(p, i0, i1, j);
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

% end
% if need.gemm_f32 then driver("f32") end
% if need.gemm_bf16 then driver("bf16") end
% if need.gemm_i8 then driver("i8") end
% if need.gemm_i8k then driver("i8k") end
% if need.gemm_dot or need.gemm_dot_bf16 then
% -- Both operands run along k, LANES at a time; what is left of k is padded with zeros.
HELPER float sum_lanes(vec x)
{
    float t[LANES];

    store(t, x);
    for (int n = LANES / 2; n > 0; n /= 2)
        for (int l = 0; l < n; l++)
            t[l] += t[l + n];
    return t[0];
}

HELPER vec load_part(const float *p, int n)
{
    float t[LANES] = {0};

    for (int l = 0; l < n; l++)
        t[l] = p[l];
    return load(t);
}

static void finish_dot(const struct product *p, int i, int j, float sum)
{
    const int e = i * p->c_i + j;

    if (p->bias)
        sum += p->bias[j];
    if (p->plus)
        sum += p->plus[e];
    p->c[e] = sum;
}

%   for _, dot in ipairs { "dot", "dot_bf16" } do
%     local element, load = "float", "load"
%     if dot == "dot_bf16" then element, load = "uint16_t", "load_bf16" end
%     if need["gemm_" .. dot] then
%   local wide = exact and 4 or 2
%   for _, rows in ipairs { 4, 1 } do
%     for _, columns in ipairs { wide, 1 } do
TILE void tile_$(dot)_$(rows)x$(columns)(const struct product *p, int i, int j)
{
%       for m = 0, rows - 1 do
    vec $(each(columns, "c@m_@n = {0}", m, "", ", "));
%       end
    for (int r = 0; r < p->rows; r++)
        for (int t = 0; t < p->taps; t++) {
            const float *a0 = p->a[r] + p->a_0 + t * p->a_tap + i * p->a_i;
%       for m = 1, rows - 1 do
            const float *a$(m) = a$(m - 1) + p->a_i;
%       end
            const $(element) *b0 = (const $(element) *)p->b + r * p->b_row + t * p->b_tap + j * p->b_k;
%       for n = 1, columns - 1 do
            const $(element) *b$(n) = b$(n - 1) + p->b_k;
%       end
            const int k = p->k;
            int x = 0;
            for (; x + LANES <= k; x += LANES) {
                const vec $(each(columns, "w@n = " .. load .. "(b@n + x)", 0, "", ", "));
%       for m = 0, rows - 1 do
                const vec x$(m) = load(a$(m) + x);
%       end
%       for m = 0, rows - 1 do
                $(each(columns, "c@m_@n = mul_add(x@m, w@n, c@m_@n);", m))
%       end
            }
#if LANES > 1
            if (x < k) {
                const vec $(each(columns, "w@n = " .. load .. "_part(b@n + x, k - x)", 0, "", ", "));
%       for m = 0, rows - 1 do
                const vec x$(m) = load_part(a$(m) + x, k - x);
%       end
%       for m = 0, rows - 1 do
                $(each(columns, "c@m_@n = mul_add(x@m, w@n, c@m_@n);", m))
%       end
            }
#endif
        }
%       for m = 0, rows - 1 do
%         for n = 0, columns - 1 do
    finish_dot(p, i + $(m), j + $(n), sum_lanes(c$(m)_$(n)));
%         end
%       end
}

%     end
%   end
static void gemm_$(dot)(const struct product *p)
{
    int i = 0;

    for (; i + 4 <= p->m; i += 4) {
        int j = 0;
        for (; j + $(wide) <= p->n; j += $(wide))
            tile_$(dot)_4x$(wide)(p, i, j);
        for (; j < p->n; j++)
            tile_$(dot)_4x1(p, i, j);
    }
    for (; i < p->m; i++) {
        int j = 0;
        for (; j + $(wide) <= p->n; j += $(wide))
            tile_$(dot)_1x$(wide)(p, i, j);
        for (; j < p->n; j++)
            tile_$(dot)_1x1(p, i, j);
    }
}

%     end
%   end
% end
