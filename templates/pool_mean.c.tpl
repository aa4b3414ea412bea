% -- SPDX-License-Identifier: 0BSD
% need"integer"
% if tflite then need"tflite" end
% local bits = 31 - shift
/*
% if own then
 * Mean of $(pixels) pixels from their sum, in a scale of its own
% else
 * Mean of $(pixels) pixels from their sum, halves away from zero
% end
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++)
        for (int ch = 0; ch < $(c); ch++) {
            const int32_t sum = (int32_t)x[row % xn * $(c) + ch]$(own and from_zero ~= 0 and " - (" .. from_zero .. ")" or "");
% if tflite then
            y[row % yn * $(c) + ch] = (int8_t)saturate_int8(tflite_scale(sum, $(multiplier), $(shift)) + ($(to_zero)));
% elseif own then
            y[row % yn * $(c) + ch] = (int8_t)saturate_int8((int32_t)(((int64_t)sum * $(multiplier) + ((int64_t)1 << $(bits - 1))) >> $(bits)) + ($(to_zero)));
% else
            y[row % yn * $(c) + ch] = (int8_t)((sum + (sum > 0 ? $(pixels // 2) : -$(pixels // 2))) / $(pixels));
% end
        }
}

