% -- SPDX-License-Identifier: 0BSD
% if inside then need"taps_inside" end
% if own then need"integer" end
% if tflite then need"tflite" end
% local name = "avg_pool_int8" .. (tflite and "_tflite" or own and "_own" or "") .. (inside and "_inside" or pads and "_pads" or "")
% local more = (pads and ", int height, int top, int left" or "") .. (pads and not inside and ", int x_zero" or "") ..
%     (tflite and ", int32_t from_zero, int32_t multiplier, int shift, int zero" or own and ", int32_t from_zero, int32_t multiplier, int bits, int zero" or "")
% shared(name, function()
/*
 * Mean under windows of kh x kw, stride sh,sw, $(own and "in a scale of its own" or "halves away from zero"): x [height][width][c] -> y [..][ow][c]
% if inside then
 * Padding, top rows and left columns, does not count
% elseif pads then
 * Padding, top rows and left columns, counts as 0, which is x_zero
% end
 */
BODY void $(name)(const int8_t *x, int xn, int8_t *y, int yn, int y0, int y1, int width, int c, int ow, int kh, int kw, int sh, int sw$(more))
{
    for (int oy = y0; oy < y1; oy++)
        for (int ox = 0; ox < ow; ox++) {
            int8_t *to = y + oy % yn * (ow * c) + ox * c;
% if inside then
            const int32_t count = taps_inside(oy * sh - top, kh, height) * taps_inside(ox * sw - left, kw, width);
% end
            for (int ch = 0; ch < c; ch++) {
                int32_t sum = 0;
% if pads then
                for (int iy = oy * sh - top, ky = 0; ky < kh; ky++, iy++)
                    for (int ix = ox * sw - left, kx = 0; kx < kw; kx++, ix++)
                        sum += iy >= 0 && iy < height && ix >= 0 && ix < width ? x[iy % xn * (width * c) + ix * c + ch] : $(inside and 0 or "x_zero");
% else
                for (int ky = 0; ky < kh; ky++) {
                    const int8_t *from = x + (oy * sh + ky) % xn * (width * c) + ox * sw * c + ch;
                    for (int kx = 0; kx < kw; kx++)
                        sum += from[kx * c];
                }
% end
                to[ch] =
% if tflite then
                    (int8_t)saturate_int8(tflite_scale(sum - from_zero, multiplier, shift) + zero);
% elseif own then
                    (int8_t)saturate_int8((int32_t)(((int64_t)(sum - from_zero) * multiplier + ((int64_t)1 << (bits - 1))) >> bits) + zero);
% elseif inside then
                    (int8_t)((sum + (sum > 0 ? count / 2 : -(count / 2))) / count);
% else
                    (int8_t)((sum + (sum > 0 ? kh * kw / 2 : -(kh * kw / 2))) / (kh * kw));
% end
            }
        }
}

% end)
% local numbers = { w, c, ow, kh, kw, sh, sw }
% local function add(...) for _, n in ipairs { ... } do table.insert(numbers, n) end end
% if pads then add(h, top, left) end
% if pads and not inside then add(x_zero) end
% if tflite then add(from_zero, multiplier, shift, to_zero) elseif own then add(from_zero, multiplier, 31 - shift, to_zero) end
% kernel(name, "x+ y+", table.unpack(numbers))
