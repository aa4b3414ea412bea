% -- SPDX-License-Identifier: 0BSD
% include"learnt.c.tpl"
% include"window.c.tpl"
% need"integer"
% if tflite then need"tflite" end
% if has_mask then need"gate_bits" end
% local block = math.min(c, 32)
% local dsp = target.dsp and kw > 1 and dilated == "" and not tflite and not has_plus
% if dsp then
%   width, step, taps_h, taps_w = ow, sw, kh, kw
%   function weight(ky, kx) return "w[" .. (ky * kw + kx) * c .. " + ch]" end
%   some = false
%   include"plane.c.tpl"
% end
/*
 * Depthwise convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated), of int8: x $(h)x$(w)x$(c) -> y $(oh)x$(ow)x$(c), padding $(top) above, $(left) left
 * w int8 [$(kh)][$(kw)][$(c)]; y is clamped to $(lo) .. $(hi)
 * Used by: $(users)
 */
$(dsp and "NO_REORDER " or "")KERNEL void $(fn)($(params))
{
% limit_line(has_units and oc or 1)
% if dsp then
#ifdef DSP
%   local wide = w >= 8 and 7 * c < 4096 and 8 or 4
%   local rows = math.max(1, math.min(oh, (800 // pitch - kh) // sh + 1)) -- of the result, from one plane
    int32_t plane[$(((rows - 1) * sh + kh) * pitch // 2)], pair[$(kh * (kw - 1))];

    for (int i = 0; i < $(((rows - 1) * sh + kh) * pitch); i++)
        ((int16 *)plane)[i] = $(x_zero);
    for (int ch = 0; ch < $(c); ch++) {
        const int32_t scale = multiplier[ch];
%   if has_b then
        const int32_t base = $(offset_of("ch")) + learnt_sum($(learnt("ch")) * $(unit_of("ch")), limit);
%   else
        const int32_t base = offset[ch];
%   end
% weight_pairs("        ")
        for (int first = y0; first < y1; first += $(rows)) {
            const int count = y1 - first < $(rows) ? y1 - first : $(rows);
            for (int r = 0; r < (count - 1) * $(sh) + $(kh); r++) {
                int16 *to = (int16 *)plane + r * $(pitch) + $(left);
                const int iy = first * $(sh) - $(top) + r;
                if (iy >= 0 && iy < $(h)) {
                    const int8_t *from = x + iy % xn * $(w * c) + ch;
                    int i = 0;
                    for (; i + $(wide) <= $(w); i += $(wide), from += $(wide * c)) {
%   for n = 0, wide - 1 do
                        to[i + $(n)] = from[$(n * c)];
%   end
                    }
                    for (; i < $(w); i++, from += $(c))
                        to[i] = *from;
                } else {
                    for (int i = 0; i < $(w); i++)
                        to[i] = $(x_zero);
                }
            }
            for (int r = 0; r < count; r++) {
                const int32_t *at = plane + r * $(sh * pitch // 2);
                int8_t *to = y + (first + r) % yn * $(ow * c) + ch;
                for (int ox = 0; ox < $(ow); ox += $(tile), at += $(tile * sw // 2), to += $(tile * c)) {
                    int32_t $(tile == 4 and "a0 = base, a1 = base, a2 = base, a3 = base" or "a0 = base, a1 = base");
% product("                    ")
%   for n = 0, tile - 1 do
%     local q = "int8_of(" .. shifted("a" .. n) .. ", scale, " .. y_zero .. ")"
                    $(n >= (ow - 1) % tile + 1 and "if (ox + " .. n .. " < " .. ow .. ") " or "")to[$(n * c)] = (int8_t)$(lo == -128 and hi == 127 and q or "clamp_int(" .. q .. ", " .. lo .. ", " .. hi .. ")");
%   end
                }
            }
        }
    }
#else
% end
    for (int ch = 0; ch < $(c); ch += $(block)) {
        const int n = ch + $(block) < $(c) ? $(block) : $(c) - ch;
        int32_t base[$(block)];
        for (int k = 0; k < n; k++)
            base[k] = $(offset_of("ch + k"))$(has_b and " + learnt_sum(" .. learnt("ch + k") .. " * " .. unit_of("ch + k") .. ", limit)" or "");
        for (int p = y0 * $(ow); p < y1 * $(ow); p++) {
            const int oy = p / $(ow), ox = p % $(ow), iy = oy * $(sh) - $(top), ix = ox * $(sw) - $(left);
            int8_t *to = y + oy % yn * $(ow * c) + ox * $(c) + ch;
            int32_t sums[$(block)];
            memcpy(sums, base, sizeof *sums * (size_t)n);
            for (int ky = 0; ky < $(kh); ky++) {
                const int inside = iy + $(tap_at("ky", dh)) >= 0 && iy + $(tap_at("ky", dh)) < $(h);
                const int8_t *row = x + (inside ? (iy + $(tap_at("ky", dh))) % xn : 0) * $(w * c) + ch;
                for (int kx = 0; kx < $(kw); kx++) {
                    const int8_t *wt = w + (ky * $(kw) + kx) * $(c) + ch;
                    if (inside && ix + $(tap_at("kx", dw)) >= 0 && ix + $(tap_at("kx", dw)) < $(w)) {
                        const int8_t *xp = row + (ix + $(tap_at("kx", dw))) * $(c);
                        for (int k = 0; k < n; k++)
                            sums[k] += wt[k] * xp[k];
                    } else {
                        for (int k = 0; k < n; k++)
                            sums[k] += wt[k] * ($(x_zero));
                    }
                }
            }
            for (int k = 0; k < n; k++) {
                int32_t sum = sums[k];
% if has_plus then
                sum += learnt_sum(plus[oy % plusn * $(ow * c) + ox * $(c) + ch + k] * $(unit_of("ch + k")), limit);
% end
% if tflite then
                sum = tflite_scale(sum, multiplier[ch + k], shift[ch + k]);
% else
                sum = mul_high($(shifted("sum")), multiplier[ch + k]);
% end
                to[k] = (int8_t)clamp_int(sum + ($(y_zero)), $(lo), $(hi));
            }
        }
    }
% if dsp then
#endif
% end
% if has_mask then
    for (int row = y0; mask && row < y1; row++)
        gate_bits(mask + row % maskn * $((ow * c + 7) // 8), y + row % yn * $(ow * c), $(ow * c), $(lo), $(hi));
% end
}

