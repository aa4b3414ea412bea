% -- SPDX-License-Identifier: 0BSD
% include"learnt.c.tpl"
% include"window.c.tpl"
% need"integer" need"gate_bits"
% if tflite then need"tflite" end
% local block = math.min(c, 32)
% -- Vectors (avx2.c.tpl): strips of 16 columns of the map, or of four results, on the stack where a window has not too many rows for that.
% local room = math.max(16 // sw, 4) * sw - sw + (kw + 1) // 2 * 2
% local eights = target.avx2 and dilated == "" and kh * (room + (kw + 1) // 2) <= 288
% if eights then need"pairs_i8" need"dwconv_eight" end
% if eights and has_plus then need"dwconv_plus" end
% local full = lo == -128 and hi == 127
% local dsp = target.dsp and kw > 1 and dilated == "" and not tflite and not has_plus and not (target.helium and (c > 4095 or sw > 2))
% local wide, rows = w >= 8 and 7 * c < 4096 and 8 or 4, 0
% if dsp then
%   width, step, taps_h, taps_w = ow, sw, kh, kw
%   local function place(tap) return tap == 0 and "ch" or tap == 1 and "c + ch" or tap .. " * c + ch" end
%   function weight(ky, kx) return "w[" .. place(ky * kw + kx) .. "]" end
%   some = false
%   include"plane.c.tpl"
%   rows = math.max(1, math.min(oh, (800 // pitch - kh) // sh + 1)) -- of the result, from one plane
% end
% local helium = dsp and target.helium
% if helium then need"four_offsets" need"columns" need"columns_i8" end
% local offsets = params:match"const%s+([%w_]+)%s+%*offset"
% local by_unit = offsets == "int16" and " * offset_unit" or ""
% local function learnt_part(o) return has_b and " + learnt_sum(" .. learnt(o) .. " * " .. unit_of(o) .. ", limit)" or "" end
% local name = "dwconv_int8" .. window_name .. (helium and "_x" .. vectors or "") .. (dsp and (tile < 4 and "_by" .. tile or "") .. (wide < 8 and "_gather" .. wide or "") or "") ..
%     (block < 32 and "_c" .. block or "") .. (has_b and "_b" .. (btype == "bf16" and "_bf16" or "") or "") .. (has_plus and "_plus" or "") ..
%     ((has_b or has_plus) and has_units and "_units" or "") .. (offsets == "int16" and "_i16" or "") .. (tflite and "_tflite" or "") ..
%     (full and "" or "_clamped") .. (shift_left > 0 and "_shift" .. shift_left or "")
% local attribute = dsp and "NO_REORDER " or ""
% shared(name, function()
/*
 * Depthwise convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated), of int8: x [height][width][c] -> y [..][ow][c]; top rows and left columns of padding
% if dsp then
 * Cores with the DSP extension gather what `rows` rows of a channel's results need into a plane, rows of `pitch` int16; a pair is a weight with the next of its row.
% end
 * w int8 [$(kh)][$(kw)][c]
 */
$(attribute)BODY void $(name)(const int8_t *x, int xn, const int8_t *w, const $(offsets) *offset, const int32_t *multiplier, $(tflite and "const int8_t *shift, " or "")$(has_b and "const " .. (btype == "bf16" and "uint16_t" or "float") .. " *b, " or "")$((has_b or has_plus) and "const float *unit, " or "")$(has_plus and "const float *plus, int plusn, " or "")int8_t *y, int yn,
        uint8_t *mask, int maskn, int y0, int y1, $(dsp and "int32_t *plane, int32_t *pair, int pitch, int rows, " or "")int height, int width, int c, int oh, int ow, int top, int left, $(by_unit ~= "" and "int offset_unit, " or "")int x_zero, int zero, int lo, int hi)
{
% limit_line(has_units and "c" or "1")
% if dsp then
#ifdef DSP
#ifdef HELIUM
    const uint32x4_t results = four_offsets(c);
% if helium and sw == 2 then
    const int half = pitch / 2;
% end
#else
    const int odd = (ow - 1) % $(tile); /* the last result of a row's last tile */
#endif

    (void)oh;
    for (int i = 0; i < ((rows - 1) * $(sh) + $(kh)) * pitch / 2; i++)
        plane[i] = (x_zero & 0xffff) | x_zero * 65536;
    for (int ch = 0; ch < c; ch++) {
        const int32_t scale = multiplier[ch];
        const int32_t base = offset[ch]$(by_unit)$(learnt_part("ch"));
#ifdef HELIUM
        for (int tap = 0; tap < $(kh * kw); tap++)
            pair[tap] = w[tap * c + ch];
#else
% weight_pairs("        ")
#endif
        for (int first = y0; first < y1; first += rows) {
            const int count = y1 - first < rows ? y1 - first : rows;
% if kh > sh then
            const int kept = first > y0 ? $(kh - sh) : 0; /* rows of the plane that are there */
            if (kept)
                memmove(plane, plane + rows * $(sh == 1 and "pitch / 2" or "(" .. sh .. " * pitch / 2)"), sizeof(int16) * (size_t)(kept * pitch));
            for (int r = kept; r < $(tap_at("(count - 1)", sh)) + $(kh); r++) {
% else
            for (int r = 0; r < $(tap_at("(count - 1)", sh)) + $(kh); r++) {
% end
                int16 *to = (int16 *)plane + r * pitch + left;
                const int iy = $(tap_at("first", sh)) - top + r;
                if (iy >= 0 && iy < height) {
                    const int8_t *from = x + iy % xn * (width * c) + ch;
#ifdef HELIUM
% if sw == 2 then
                    int16 *row = (int16 *)plane + r * pitch;
                    gather_i8(row + (left & 1 ? half : 0) + left / 2, 1, from, 2 * c, (width + 1) / 2);
                    gather_i8(row + (left & 1 ? 0 : half) + (left + 1) / 2, 1, from + c, 2 * c, width / 2);
% else
                    gather_i8(to, 1, from, c, width);
% end
#else
                    int i = 0;
                    for (; i + $(wide) <= width; i += $(wide), from += $(wide) * c) {
%   for n = 0, wide - 1 do
                        to[i$(n > 0 and " + " .. n or "")] = from[$(n == 0 and "0" or n == 1 and "c" or n .. " * c")];
%   end
                    }
                    for (; i < width; i++, from += c)
                        to[i] = *from;
#endif
                } else {
#ifdef HELIUM
                    to -= left;
                    for (int i = 0; i < pitch; i++)
#else
                    for (int i = 0; i < width; i++)
#endif
                        to[i] = (int16_t)x_zero;
                }
            }
            for (int r = 0; r < count; r++) {
#ifdef HELIUM
                int8_t *to = y + (first + r) % yn * (ow * c) + ch;
% if helium then
                for (int ox = 0; ox < ow; ox += $(4 * vectors)) {
                    const int16 *at = (const int16 *)plane + r * $(sh == 1 and "" or sh .. " * ")pitch + ox;
% product_of_vectors("                    ", "vdupq_n_s32(base)")
%   for n = 0, vectors - 1 do
%     local column, v = n == 0 and "ox" or "(ox + " .. 4 * n .. ")", "v" .. n
%     if shift_left > 0 then
                    v$(n) = vshlq_n_s32(vminq_s32(vmaxq_s32(v$(n), vdupq_n_s32(-$(0x7fffffff >> shift_left))), vdupq_n_s32($(0x7fffffff >> shift_left))), $(shift_left));
%     end
                    v$(n) = vaddq_n_s32(vrmulhq_s32(v$(n), vdupq_n_s32(scale)), zero);
                    v$(n) = vminq_s32(vmaxq_s32(v$(n), vdupq_n_s32(lo)), vdupq_n_s32(hi));
                    $(n > 0 and "if (ox + " .. 4 * n .. " < ow) " or "")vstrbq_scatter_offset_p_s32(to + $(column) * c, results, v$(n), vctp32q((uint32_t)(ow - $(column))));
%   end
                }
% end
#else
                const int32_t *at = plane + r * ($(sh == 1 and "" or sh .. " * ")pitch / 2);
                int8_t *to = y + (first + r) % yn * (ow * c) + ch;
                for (int ox = 0; ox < ow; ox += $(tile), at += $(tile * sw // 2), to += $(tile) * c) {
                    int32_t $(tile == 4 and "a0 = base, a1 = base, a2 = base, a3 = base" or "a0 = base, a1 = base");
% product("                    ")
%   for n = 0, tile - 1 do
%     local q = "int8_of(" .. shifted("a" .. n) .. ", scale, zero)"
                    $(n > 0 and "if (" .. n .. " <= odd || ox + " .. n .. " < ow) " or "")to[$(n == 0 and "0" or n == 1 and "c" or n .. " * c")] = (int8_t)$(full and q or "clamp_int(" .. q .. ", lo, hi)");
%   end
                }
#endif
            }
        }
    }
#else
    (void)plane, (void)pair, (void)pitch, (void)rows, (void)oh;
% else
    (void)oh;
% end
% if eights then
    int eights = 0; /* channels that vectors take */
#ifdef AVX2
    for (; eights + 8 <= c; eights += 8) {
        int32_t base[8], columns[$(8 * kh * room)], weight[$(8 * kh * ((kw + 1) // 2))];
%   if has_plus then
        float units[8];
%   end
        for (int k = 0, ch = eights; k < 8; k++, ch++) {
            base[k] = offset[ch]$(by_unit)$(learnt_part("ch"));
%   if has_plus then
            units[k] = $(unit_of("ch"));
%   end
        }
        dwconv_eight(x + eights, xn, w + eights, base, multiplier + eights, $(tflite and "shift + eights" or "NULL"), $(shift_left), $(has_plus and "plus + eights, plusn, units, limit" or "NULL, 0, NULL, 0"), y + eights, yn, y0, y1, columns, weight, $(room),
                     $(kh), $(kw), $(sh), $(sw), height, width, c, ow, top, left, x_zero, zero, lo, hi);
    }
#endif
% end
    for (int ch = $(eights and "eights" or "0"); ch < c; ch += $(block)) {
        const int n = ch + $(block) < c ? $(block) : c - ch;
        int32_t base[$(block)];
        for (int k = 0; k < n; k++)
            base[k] = offset[ch + k]$(by_unit)$(learnt_part("ch + k"));
        for (int p = y0 * ow; p < y1 * ow; p++) {
            const int oy = p / ow, ox = p % ow, iy = $(tap_at("oy", sh)) - top, ix = $(tap_at("ox", sw)) - left;
            int8_t *to = y + oy % yn * (ow * c) + ox * c + ch;
            int32_t sums[$(block)];
            memcpy(sums, base, sizeof *sums * (size_t)n);
            for (int ky = 0; ky < $(kh); ky++) {
                const int inside = iy + $(tap_at("ky", dh)) >= 0 && iy + $(tap_at("ky", dh)) < height;
                const int8_t *row = x + (inside ? (iy + $(tap_at("ky", dh))) % xn : 0) * (width * c) + ch;
                for (int kx = 0; kx < $(kw); kx++) {
                    const int8_t *wt = w + (ky * $(kw) + kx) * c + ch;
                    if (inside && ix + $(tap_at("kx", dw)) >= 0 && ix + $(tap_at("kx", dw)) < width) {
                        const int8_t *xp = row + (ix + $(tap_at("kx", dw))) * c;
                        for (int k = 0; k < n; k++)
                            sums[k] += wt[k] * xp[k];
                    } else {
                        for (int k = 0; k < n; k++)
                            sums[k] += wt[k] * x_zero;
                    }
                }
            }
            for (int k = 0; k < n; k++) {
                int32_t sum = sums[k];
% if has_plus then
                sum += learnt_sum(plus[oy % plusn * (ow * c) + ox * c + ch + k] * $(unit_of("ch + k")), limit);
% end
% if tflite then
                sum = tflite_scale(sum, multiplier[ch + k], shift[ch + k]);
% else
                sum = mul_high($(shifted("sum")), multiplier[ch + k]);
% end
                to[k] = (int8_t)clamp_int(sum + zero, lo, hi);
            }
        }
    }
% if dsp then
#endif
% end
    for (int row = y0; mask && row < y1; row++)
        gate_bits(mask + row % maskn * ((ow * c + 7) / 8), y + row % yn * (ow * c), ow * c, lo, hi);
}

% end)
% local arrays, numbers = { attribute = attribute }, {}
% if dsp then
%   arrays[1] = ("int32_t plane[%d], pair[%d];"):format(((rows - 1) * sh + kh) * pitch // 2, helium and kh * kw or kh * (kw - 1))
%   numbers = { "plane", "pair", pitch, rows }
% end
% for _, n in ipairs { h, w, c, oh, ow, top, left } do table.insert(numbers, n) end
% if by_unit ~= "" then table.insert(numbers, offset_unit) end
% for _, n in ipairs { x_zero, y_zero, lo, hi } do table.insert(numbers, n) end
% kernel(name, "x+ w offset multiplier " .. (tflite and "shift " or "") .. (has_b and "b " or "") .. ((has_b or has_plus) and "unit " or "") .. (has_plus and "plus+ " or "") .. "y+ ?mask+", arrays, table.unpack(numbers))
