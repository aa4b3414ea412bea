% need"integer"
% if tflite then need"tflite" end
% if has_mask then need"gate_bits" end
% if has_b or has_plus then need"learnt_sum" end
% if btype == "bf16" then need"bf16" end
% local block = math.min(c, 32)
/*
 * Depthwise convolution $(kh)x$(kw), stride $(sh),$(sw), of int8: x $(h)x$(w)x$(c) -> y $(oh)x$(ow)x$(c), padding $(top) above, $(left) left
 * w int8 [$(kh)][$(kw)][$(c)]; y is clamped to $(lo) .. $(hi)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int oy = y0; oy < y1; oy++)
        for (int ox = 0; ox < $(ow); ox++) {
            const int iy = oy * $(sh) - $(top), ix = ox * $(sw) - $(left);
            int8_t *to = y + oy % yn * $(ow * c) + ox * $(c);
            for (int ch = 0; ch < $(c); ch += $(block)) {
                const int n = ch + $(block) < $(c) ? $(block) : $(c) - ch;
                int32_t sums[$(block)];
                memcpy(sums, offset + ch, sizeof *sums * (size_t)n);
                for (int ky = 0; ky < $(kh); ky++)
                    for (int kx = 0; kx < $(kw); kx++) {
                        const int8_t *wt = w + (ky * $(kw) + kx) * $(c) + ch;
                        if (iy + ky >= 0 && iy + ky < $(h) && ix + kx >= 0 && ix + kx < $(w)) {
                            const int8_t *xp = x + (iy + ky) % xn * $(w * c) + (ix + kx) * $(c) + ch;
                            for (int k = 0; k < n; k++)
                                sums[k] += wt[k] * xp[k];
                        } else {
                            for (int k = 0; k < n; k++)
                                sums[k] += wt[k] * ($(x_zero));
                        }
                    }
                for (int k = 0; k < n; k++) {
                    int32_t sum = sums[k];
% if has_b or has_plus then
%   local value = {}
%   if has_b then value[#value + 1] = btype == "bf16" and "widen_bf16(b[ch + k])" or "b[ch + k]" end
%   if has_plus then value[#value + 1] = "plus[oy % plusn * " .. ow * c .. " + ox * " .. c .. " + ch + k]" end
                    sum += learnt_sum(($(table.concat(value, " + "))) * unit[ch + k], $(limit));
% end
% if tflite then
                    sum = tflite_scale(sum, multiplier[ch + k], shift[ch + k]);
% else
                    sum = mul_high(sum$(shift_left > 0 and " * " .. (1 << shift_left) or ""), multiplier[ch + k]);
% end
                    to[ch + k] = (int8_t)clamp_int(sum + ($(y_zero)), $(lo), $(hi));
                }
            }
        }
% if has_mask then
    for (int row = y0; row < y1; row++)
        gate_bits(mask + row % maskn * $((ow * c + 7) // 8), y + row % yn * $(ow * c), $(ow * c), $(lo), $(hi));
% end
}

