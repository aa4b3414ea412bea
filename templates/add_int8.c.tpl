% -- SPDX-License-Identifier: 0BSD
% need"integer" need"gate_bits"
% if tflite then need"tflite" end
% local full = lo == -128 and hi == 127
% local name = "add_int8" .. (tflite and "_tflite" or "") .. (full and "" or "_clamped")
% local factors = tflite and "int a_zero, int32_t a_multiplier, int a_shift, int b_zero, int32_t b_multiplier, int b_shift, int32_t y_multiplier, int y_shift" or
%     "int32_t a_factor, int32_t b_factor, int32_t constant, int bits"
% shared(name, function()
/*
 * Sum of two int8 maps, each with a scale of its own, n elements a row$(full and "" or ", clamped to lo .. hi"); the mask, unless it is NULL, says where
 * a gradient passes
 */
BODY void $(name)(const int8_t *a, int an, const int8_t *b, int bn, int8_t *y, int yn, uint8_t *mask, int maskn, int y0, int y1, int n, $(factors),
        int zero, int lo, int hi)
{
    for (int row = y0; row < y1; row++) {
        const int8_t *ar = a + row % an * n, *br = b + row % bn * n;
        int8_t *yr = y + row % yn * n;
        int e = 0;
% if not tflite then
        for (; e + 4 <= n; e += 4) {
%   for u = 0, 3 do
%     local at = u == 0 and "e" or "e + " .. u
            const int32_t sum$(u) = (constant + ar[$(at)] * a_factor + br[$(at)] * b_factor) >> bits;
            yr[$(at)] = (int8_t)$(full and "saturate_int8(sum" .. u .. " + zero)" or "clamp_int(sum" .. u .. " + zero, lo, hi)");
%   end
        }
% end
        for (; e < n; e++) {
% if tflite then
            int32_t sum = tflite_scale((ar[e] - a_zero) * (1 << 20), a_multiplier, a_shift);
            sum += tflite_scale((br[e] - b_zero) * (1 << 20), b_multiplier, b_shift);
            sum = tflite_scale(sum, y_multiplier, y_shift);
% else
            const int32_t sum = (constant + ar[e] * a_factor + br[e] * b_factor) >> bits;
% end
            yr[e] = (int8_t)$(full and "saturate_int8(sum + zero)" or "clamp_int(sum + zero, lo, hi)");
        }
        if (mask)
            gate_bits(mask + row % maskn * ((n + 7) / 8), yr, n, lo, hi);
    }
}

% end)
% if tflite then
%   kernel(name, "a+ b+ y+ ?mask+", w * c, a_zero, a_multiplier, a_shift, b_zero, b_multiplier, b_shift, y_multiplier, y_shift, y_zero, lo, hi)
% else
%   kernel(name, "a+ b+ y+ ?mask+", w * c, a_factor, b_factor, (1 << bits - 1) - a_zero * a_factor - b_zero * b_factor, bits, y_zero, lo, hi)
% end
