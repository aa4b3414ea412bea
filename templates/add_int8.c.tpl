% -- SPDX-License-Identifier: 0BSD
% need"integer"
% if tflite then need"tflite" end
% if has_mask then need"gate_bits" end
/*
 * Sum of two int8 maps of $(h)x$(w)x$(c), each with a scale of its own
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++) {
        const int8_t *ar = a + row % an * $(w * c), *br = b + row % bn * $(w * c);
        int8_t *yr = y + row % yn * $(w * c);
        for (int e = 0; e < $(w * c); e++) {
% if tflite then
            int32_t sum = tflite_scale((ar[e] - ($(a_zero))) * (1 << 20), $(a_multiplier), $(a_shift));
            sum += tflite_scale((br[e] - ($(b_zero))) * (1 << 20), $(b_multiplier), $(b_shift));
            sum = tflite_scale(sum, $(y_multiplier), $(y_shift));
% else
%   local constant = (1 << bits - 1) - a_zero * a_factor - b_zero * b_factor
            const int32_t sum = (ar[e] * $(a_factor) + br[e] * $(b_factor) + ($(constant))) >> $(bits);
% end
            yr[e] = (int8_t)$(lo == -128 and hi == 127 and "saturate_int8(sum + (" .. y_zero .. "))" or "clamp_int(sum + (" .. y_zero .. "), " .. lo .. ", " .. hi .. ")");
        }
% if has_mask then
        if (mask)
            gate_bits(mask + row % maskn * $((w * c + 7) // 8), yr, $(w * c), $(lo), $(hi));
% end
    }
}

