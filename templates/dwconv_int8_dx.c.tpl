% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
% include"window.c.tpl"
% local block = math.min(c, 32)
% local dsp = target.dsp and kw > 1 and dilated == "" and not (target.helium and c > 8191)
% local function turn_at(o) return "turn_of(mul_high(multiplier[" .. o .. "], turn[0]), exponent" .. (has_shift and " + shift[" .. o .. "])" or ")") end
% -- Vectors (avx2.c.tpl): strips of 16 columns of dy.
% local class_h, class_w = (kh + sh - 1) // sh, (kw + sw - 1) // sw
% local pairs = (class_w + 1) // 2
% local room = 15 + 2 * pairs
% local eights = target.avx2 and dilated == "" and class_h * (room + sh * sw * pairs) <= 288
% if eights then need("pairs_" .. gtype) need("dwconv_dx_eight_" .. gtype) end
% local rows = 0
% -- With a stride of 2, results of even columns meet every second tap, those of odd columns the others: each a row of taps for itself.
% local parity = dsp and sw == 2 and not target.helium
% local origin, halves = kw - 1 - left, {}
% if parity then
%   for column = 0, 1 do
%     local first, list = (origin + column) % 2, {}
%     for _ = 1, (column + first - origin) // 2 + origin // 2 do list[1] = -1 end -- no tap
%     for kx = first, kw - 1, 2 do list[#list + 1] = kx end
%     while #list < 2 do list[#list + 1] = -1 end
%     halves[column] = list
%   end
% end
% if dsp then
%   width, step, taps_h, taps_w = w, 1, kh, kw
%   local function place(tap) return tap == 0 and "ch" or tap == 1 and "c + ch" or tap .. " * c + ch" end
%   function weight(ky, kx)
%     if taps then kx = taps[kx + 1] end
%     return kx < 0 and "0" or "w[" .. place((kh - 1 - ky) * kw + kw - 1 - kx) .. "]"
%   end
%   function some(ky) return ky == 0 and "live & 1" or "live >> " .. ky .. " & 1" end
%   taps = false
%   include"plane.c.tpl"
%   rows = math.max(1, math.min(h, 33 - kh, 800 // pitch - kh + 1))
%   if parity then
%     width, taps_w = (w + 1) // 2, math.max(#halves[0], #halves[1])
%     include"plane.c.tpl"
%     pitch = math.max(pitch, (ow + origin // 2 + 1) // 2 * 2)
%   end
% end
% -- Calls write for all columns, or for those of each parity.
% local function halves_of(write)
%   if not parity then return write(0, 1) end
%   for column = 0, 1 do
%     taps = halves[column]
%     taps_w = #taps
%     write(column, 2)
%     first_pair = first_pair + kh * (taps_w - 1)
%   end
%   first_pair = 0
% end
% local helium = dsp and target.helium
% if helium then need"four_offsets" need"columns" need("columns_" .. gtype) end
% local attribute = dsp and "NO_REORDER " or ""
% local apart = parity and 1 or sw -- columns of the plane from one of dy to the next
% local name = "dwconv_int8_dx" .. window_name .. "_" .. gtype .. (helium and "_x" .. vectors or "") .. (dsp and tile < 4 and "_by" .. tile or "") .. (parity and "_left" .. left or "") .. (block < 32 and "_c" .. block or "") .. (has_shift and "_shift" or "")
% shared(name, function()
/*
 * Transpose of depthwise convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated): dy [oh][ow][c] -> dx [..][width][c], plus what is there already; top rows and left
 * columns of padding
% if dsp then
 * A pair is a weight with the next of its row, in a word. Row u of the plane's map is row u / $(sh) of dy$(sh > 1 and "; rows and columns between are zeros, and rows are skipped" or "").$(parity and " Columns have none:\n * results of even columns meet every second tap, those of odd columns the others." or "")
% end
 */
$(attribute)BODY void $(name)(const $(gradient) *dy, int dyn, const int32_t *dy_range, const int8_t *w, const int32_t *multiplier, $(has_shift and "const int8_t *shift, " or "")const int32_t *turn,
        const $(gradient) *plus, int plusn, const int32_t *plus_range, $(gradient) *dx, int dxn, int32_t *range, int y0, int y1, $(dsp and "int32_t *plane, int32_t *pair, int pitch, int rows, " or "")int width, int c, int oh, int ow, int top, int left)
{
    const int exponent = turn[1] + range[0] - dy_range[0], up = plus ? range[0] - plus_range[0] : 0;
    int32_t bits = 0;

% if dsp then
#ifdef DSP
#ifdef HELIUM
    const uint32x4_t results = four_offsets(c);
    int32x4_t seen = vdupq_n_s32(0);
#else
    const int odd = (width - 1) % $(parity and 2 * tile or tile); /* the last result of a row's last tile */
#endif
%   if parity then
    (void)left;
%   end

    memset(plane, 0, sizeof *plane * (size_t)((rows + $(kh - 1)) * pitch / 2));
    for (int ch = 0; ch < c; ch++) {
        const struct turn t = $(turn_at("ch"));
#ifdef HELIUM
        for (int tap = 0; tap < $(kh * kw); tap++)
            pair[tap] = w[($(kh * kw - 1) - tap) * c + ch];
#else
% halves_of(function() weight_pairs("        ") end)
#endif
        for (int first = y0; first < y1; first += rows) {
            const int count = y1 - first < rows ? y1 - first : rows;
            uint32_t there = 0; /* rows of the plane that exist */
            for (int r = 0; r < count + $(kh - 1); r++) {
                int16 *to = (int16 *)plane + r * pitch + $(parity and origin // 2 or kw - 1 .. " - left");
                const int u = first + top - $(kh - 1) + r;
%   if sh == 1 then
                if (u < 0 || u >= oh)
                    continue;
                const $(gradient) *from = dy + u % dyn * (ow * c) + ch;
%   else
                if (u < 0 || u % $(sh) != 0 || u / $(sh) >= oh)
                    continue;
                const $(gradient) *from = dy + u / $(sh) % dyn * (ow * c) + ch;
%   end
                there |= (uint32_t)1 << r;
#ifdef HELIUM
                gather_$(gtype)(to, $(sw), from, c, ow);
#else
                int i = 0;
                for (; i + 4 <= ow; i += 4, to += $(4 * apart), from += 4 * c) {
%   for n = 0, 3 do
                    to[$(n * apart)] = from[$(n == 0 and "0" or n == 1 and "c" or n .. " * c")];
%   end
                }
                for (; i < ow; i++, to += $(apart), from += c)
                    *to = *from;
#endif
            }
            for (int r = 0; r < count; r++) {
                const uint32_t live = there >> r;
#ifndef HELIUM
                const int32_t *at = plane + r * (pitch / 2);
#endif
                $(gradient) *to = dx + (first + r) % dxn * (width * c) + ch;
                const $(gradient) *add = plus ? plus + (first + r) % plusn * (width * c) + ch : plus;
#ifdef HELIUM
% if helium then
%   local letter = gtype == "i16" and "h" or "b"
%   local offsets = gtype == "i16" and "shifted_offset" or "offset"
                for (int ix = 0; ix < width; ix += $(4 * vectors)) {
                    const int16 *at = (const int16 *)plane + r * pitch + ix;
                    mve_pred16_t p;
% product_of_vectors("                    ", "vdupq_n_s32(0)")
%   for n = 0, vectors - 1 do
%     local column = n == 0 and "ix" or "(ix + " .. 4 * n .. ")"
                    p = $(n > 0 and "ix + " .. 4 * n .. " >= width ? 0 : " or "")vctp32q((uint32_t)(width - $(column)));
                    v$(n) = turn_four(v$(n), &t);
                    if (plus)
                        v$(n) = vaddq_s32(v$(n), shift_four(vldr$(letter)q_gather_$(offsets)_z_s32(add + $(column) * c, results, p), up));
                    seen = see_four(seen, v$(n), p);
                    v$(n) = vminq_s32(vmaxq_s32(v$(n), vdupq_n_s32($(gtype == "i16" and -32768 or -127))), vdupq_n_s32($(most)));
                    vstr$(letter)q_scatter_$(offsets)_p_s32(to + $(column) * c, results, v$(n), p);
%   end
                }
% end
#else
                for (int ix = 0; ix < width; ix += $(parity and 2 * tile or tile), at += $(tile // 2)) {
% halves_of(function(begin, stride)
%   if parity then
                    {
%   end
                    int32_t $(tile == 4 and "a0 = 0, a1 = 0, a2 = 0, a3 = 0" or "a0 = 0, a1 = 0");
%   product("                    ")
                    if (t.left > 0) { /* turn_sum of all together */
%   local seen = {}
%   for n = 0, tile - 1 do seen[n + 1] = ("(a%d ^ a%d >> 31)"):format(n, n) end
                        if (($(table.concat(seen, " | "))) >= t.most) {
%   for n = 0, tile - 1 do
                            a$(n) = clamp_int(a$(n), -t.most, t.most);
%   end
                        }
%   for n = 0, tile - 1 do
                        a$(n) *= 1 << t.left;
%   end
                    }
%   for n = 0, tile - 1 do
%     local at = begin + stride * n
%     local column = at == 0 and "ix" or "(ix + " .. at .. ")"
                    $(at > 0 and "if (" .. at .. " <= odd || ix + " .. at .. " < width) " or ""){
                        int32_t v = mul_high(a$(n), t.multiplier);
                        if (plus)
                            v += shift_value(add[$(column) * c], up);
                        bits |= v ^ v >> 31;
                        to[$(column) * c] = ($(gradient))$(saturate("v"));
                    }
%   end
%   if parity then
                    }
%   end
% end)
                }
#endif
            }
        }
    }
#ifdef HELIUM
    bits |= bits_of(seen);
#endif
#else
    (void)plane, (void)pair, (void)pitch, (void)rows;
% end
% if eights then
    int eights = 0; /* channels that vectors take */
#ifdef AVX2
    __m256i seen = _mm256_setzero_si256();
    for (; eights + 8 <= c; eights += 8) {
        int32_t factor[8], most[8], left_by[8], columns[$(8 * class_h * room)], weight[$(8 * sh * sw * class_h * pairs)];
        for (int k = 0; k < 8; k++) {
            const struct turn t = $(turn_at("eights + k"));
            factor[k] = t.multiplier, most[k] = t.most, left_by[k] = t.left;
        }
        seen = dwconv_dx_eight_$(gtype)(dy + eights, dyn, w + eights, factor, most, left_by, plus ? plus + eights : NULL, plusn, up, dx + eights, dxn, seen, y0, y1,
                                        columns, weight, $(room), $(kh), $(kw), $(sh), $(sw), width, c, oh, ow, top, left);
    }
    bits = bits_of(seen);
#endif
% end
    for (int ch = $(eights and "eights" or "0"); ch < c; ch += $(block)) {
        const int n = ch + $(block) < c ? $(block) : c - ch;
        struct turn t[$(block)];
        for (int k = 0; k < n; k++)
            t[k] = $(turn_at("ch + k"));
        for (int row = y0; row < y1; row++)
            for (int column = 0; column < width; column++) {
                $(gradient) *to = dx + row % dxn * (width * c) + column * c + ch;
                int32_t sums[$(block)] = {0};
                for (int ky = 0; ky < $(kh); ky++) {
                    const int v = row + top - $(tap_at("ky", dh)), oy = v / $(sh);
                    if (v < 0 || v % $(sh) != 0 || oy >= oh)
                        continue;
                    for (int kx = 0; kx < $(kw); kx++) {
                        const int u = column + left - $(tap_at("kx", dw)), ox = u / $(sw);
                        if (u < 0 || u % $(sw) != 0 || ox >= ow)
                            continue;
                        const int8_t *wt = w + (ky * $(kw) + kx) * c + ch;
                        const $(gradient) *from = dy + oy % dyn * (ow * c) + ox * c + ch;
                        for (int k = 0; k < n; k++)
                            sums[k] += wt[k] * from[k];
                    }
                }
                for (int k = 0; k < n; k++) {
                    int32_t v = turn_sum(sums[k], &t[k]);
                    if (plus)
                        v += shift_value(plus[row % plusn * (width * c) + column * c + ch + k], up);
                    bits |= v ^ v >> 31;
                    to[k] = ($(gradient))$(saturate("v"));
                }
            }
    }
% if dsp then
#endif
% end
    range_see(range, bits);
}

% end)
% local arrays, numbers = { attribute = attribute }, {}
% if dsp then
%   arrays[1] = ("int32_t plane[%d], pair[%d];"):format((rows + kh - 1) * pitch // 2, helium and kh * kw or parity and kh * (#halves[0] + #halves[1] - 2) or kh * (kw - 1))
%   numbers = { "plane", "pair", pitch, rows }
% end
% for _, n in ipairs { w, c, oh, ow, top, left } do table.insert(numbers, n) end
% kernel(name, "dy+ dy_range w multiplier " .. (has_shift and "shift " or "") .. "turn ?plus+ ?plus_range dx+ range", arrays, table.unpack(numbers))
