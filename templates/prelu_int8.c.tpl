% -- SPDX-License-Identifier: 0BSD
% need"integer" need"gate_bits"
% if tflite then need"tflite" end
% local name = "prelu_int8" .. (tflite and "_tflite" or "")
% local factors = tflite and "int32_t open, int open_shift, int32_t multiplier, int shift" or "int32_t open, int bits"
% shared(name, function()
/*
 * PReLU of int8, x and y [..][width][c], each with a scale of its own: above its zero point x is multiplied with `open`,
 * else with the slope of its channel; the mask, unless it is NULL, says where it is above, between lo and hi
 */
BODY void $(name)(const int8_t *x, int xn, const int32_t *slope, int8_t *y, int yn, uint8_t *mask, int maskn, int y0, int y1, int width, int c, int x_zero, $(factors), int y_zero, int lo, int hi)
{
% if not tflite then
    const int32_t half = ((int32_t)1 << bits) / 2;

% end
    for (int row = y0; row < y1; row++) {
        const int8_t *xr = x + row % xn * (width * c);
        int8_t *yr = y + row % yn * (width * c);
        if (mask)
            gate_bits(mask + row % maskn * ((width * c + 7) / 8), xr, width * c, lo, hi);
        for (int i = 0; i < width; i++, xr += c, yr += c)
            for (int ch = 0; ch < c; ch++) {
                const int32_t xe = xr[ch] - x_zero;
% if tflite then
                const int32_t v = xe > 0 ? tflite_scale(xe, open, open_shift) : tflite_scale(xe * slope[ch], multiplier, shift);
% else
                const int32_t v = (xe * (xe > 0 ? open : slope[ch]) + half) >> bits;
% end
                yr[ch] = (int8_t)saturate_int8(v + y_zero);
            }
    }
}

% end)
% if tflite then
%   kernel(name, "x+ slope y+ ?mask+", w, c, x_zero, open, open_shift, multiplier, shift, y_zero, lo, hi)
% else
%   kernel(name, "x+ slope y+ ?mask+", w, c, x_zero, open, bits, y_zero, lo, hi)
% end
