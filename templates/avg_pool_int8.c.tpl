% -- SPDX-License-Identifier: 0BSD
% if inside then need"taps_inside" end
% if own then need"integer" end
% if tflite then need"tflite" end
% local bits = 31 - shift
/*
 * Mean under windows of $(kh)x$(kw), stride $(sh),$(sw), $(own and "in a scale of its own" or "halves away from zero"): x $(h)x$(w)x$(c) -> y $(oh)x$(ow)x$(c)
% if inside then
 * Padding $(top) above, $(left) left does not count
% elseif pads then
 * Padding $(top) above, $(left) left counts as 0, which is $(x_zero)
% end
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int oy = y0; oy < y1; oy++)
        for (int ox = 0; ox < $(ow); ox++)$(inside and " {" or "")
% if inside then
            const int32_t count = taps_inside(oy * $(sh) - $(top), $(kh), $(h)) * taps_inside(ox * $(sw) - $(left), $(kw), $(w));
% end
            for (int ch = 0; ch < $(c); ch++) {
                int32_t sum = 0;
% if pads then
                for (int iy = oy * $(sh) - $(top), ky = 0; ky < $(kh); ky++, iy++)
                    for (int ix = ox * $(sw) - $(left), kx = 0; kx < $(kw); kx++, ix++)
                        sum += iy >= 0 && iy < $(h) && ix >= 0 && ix < $(w) ? x[iy % xn * $(w * c) + ix * $(c) + ch] : $(inside and 0 or x_zero);
% else
                for (int ky = 0; ky < $(kh); ky++)
                    for (int kx = 0; kx < $(kw); kx++)
                        sum += x[(oy * $(sh) + ky) % xn * $(w * c) + (ox * $(sw) + kx) * $(c) + ch];
% end
                y[oy % yn * $(ow * c) + ox * $(c) + ch] =
% if tflite then
                    (int8_t)saturate_int8(tflite_scale(sum - ($(from_zero)), $(multiplier), $(shift)) + ($(to_zero)));
% elseif own then
                    (int8_t)saturate_int8((int32_t)(((int64_t)(sum - ($(from_zero))) * $(multiplier) + ((int64_t)1 << $(bits - 1))) >> $(bits)) + ($(to_zero)));
% elseif inside then
                    (int8_t)((sum + (sum > 0 ? count / 2 : -(count / 2))) / count);
% else
                    (int8_t)((sum + (sum > 0 ? $(kh * kw // 2) : -$(kh * kw // 2))) / $(kh * kw));
% end
            }
% if inside then
        }
% end
}

