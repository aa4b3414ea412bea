% include"learnt.c.tpl"
% need"integer" need"dot_pairs"
% if tflite then need"tflite" end
% if has_mask then need"gate_bits" end
% local ci, co = c // groups, oc // groups
% local depth = (kh * kw * ci + 3) // 4 * 4  -- values under a window of one group
% local stride, panels = (co + 5) // 6 * 2, (co + 2) // 3
% local each = math.min(panels, 16)           -- panels at a time
% local plain = not tflite and shift_left == 0 and lo == -128 and hi == 127
% if plain then need"store_pairs" end
% local pointwise = kh == 1 and kw == 1 and sh == 1 and sw == 1 and top == 0 and left == 0 and
%                   oh == h and ow == w and groups == 1
/*
 * Convolution $(kh)x$(kw), stride $(sh),$(sw)$(groups > 1 and ", " .. groups .. " groups" or ""), of int8: x $(h)x$(w)x$(c) -> y $(oh)x$(ow)x$(oc), padding $(top) above, $(left) left
 * w int8 [$(groups)][$(stride)][$(depth // 4)][3][4]; y is clamped to $(lo) .. $(hi)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% limit_line()
    int32_t columns[$(depth)], sums[$(6 * each)];
    const int pixels = (y1 - y0) * $(ow);
% if has_b then -- what learns turns into units of the sum once a call
    int32_t base[$((oc + 5) // 6 * 6)] = {0};

    for (int o = 0; o < $(oc); o++)
        base[o] = offset[o] + learnt_sum($(learnt("o")) * $(unit_of("o")), limit);
% end

    for (int p = 0; p < pixels; p += 2) {
        int8_t *to[2];
% if has_plus then
        const float *add[2];
% end
% if groups > 1 then
        for (int g = 0; g < $(groups); g++) {
% end
        for (int i = 0; i < 2; i++) {
            const int at = p + i < pixels ? p + i : p; /* an odd pixel is its own companion */
            const int oy = y0 + at / $(ow), ox = at % $(ow);
            to[i] = y + oy % yn * $(ow * oc) + ox * $(oc)$(groups > 1 and " + g * " .. co or "");
% if has_plus then
            add[i] = plus + oy % plusn * $(ow * oc) + ox * $(oc)$(groups > 1 and " + g * " .. co or "");
% end
% if pointwise then
            put_column(columns, i, x + oy % xn * $(w * c) + ox * $(c), $(c));
% else
            int8_t window[$(depth)];
            const int iy = oy * $(sh) - $(top), ix = ox * $(sw) - $(left);
%   local border = top > 0 or left > 0 or (oh - 1) * sh - top + kh > h or (ow - 1) * sw - left + kw > w
%   local line = kw * ci -- bytes under a row of the window
%   local function at(ky, kx) return "x + (iy + " .. ky .. ") % xn * " .. w * c .. " + (ix + " .. kx .. ") * " .. c .. (groups > 1 and " + g * " .. ci or "") end
%   if border then
            if (iy < 0 || iy + $(kh) > $(h) || ix < 0 || ix + $(kw) > $(w)) {
                memset(window, $(x_zero), sizeof window);
                for (int ky = 0; ky < $(kh); ky++)
                    for (int kx = 0; kx < $(kw); kx++)
                        if (iy + ky >= 0 && iy + ky < $(h) && ix + kx >= 0 && ix + kx < $(w))
                            memcpy(window + (ky * $(kw) + kx) * $(ci), $(at("ky", "kx")), $(ci));
            } else
%   end
            for (int ky = 0; ky < $(kh); ky++)
%   if groups == 1 then
                memcpy(window + ky * $(line), $(at("ky", 0)), $(line));
%   else
                for (int kx = 0; kx < $(kw); kx++)
                    memcpy(window + (ky * $(kw) + kx) * $(ci), $(at("ky", "kx")), $(ci));
%   end
            put_column(columns, i, window, $(kh * kw * ci));
% end
        }
        for (int first = 0; first < $(panels); first += $(each)) {
            const int count = first + $(each) < $(panels) ? $(each) : $(panels) - first;
            const int last = 3 * (first + count) < $(co) ? 3 * (first + count) : $(co);
% if not plain then
            const int32_t *s = sums;
% end
            dot_pairs(sums, $(has_b and "base" or "offset") + $(groups > 1 and "g * " .. co .. " + " or "")3 * first, columns, w + $(groups > 1 and "(g * " .. stride .. " + first)" or "first") * $(3 * depth), $(depth // 4), count);
% if plain then
%   if has_plus then
%     need"add_pairs"
            add_pairs(sums, add[0] + 3 * first, add[1] + 3 * first, unit + $(groups > 1 and "g * " .. co .. " + " or "")3 * first, last - 3 * first, limit);
%   end
            store_pairs(to[0] + 3 * first, to[1] + 3 * first, sums, multiplier + $(groups > 1 and "g * " .. co .. " + " or "")3 * first, last - 3 * first, $(y_zero));
% else
            for (int n = 3 * first; n < last; n++, s += 2) {
% local o = groups > 1 and "g * " .. co .. " + n" or "n"
%   for i = 1, 0, -1 do -- the first pixel last: it may be both
%   local sum = "s[" .. i .. "]"
%   if has_plus then
%     sum = sum .. " + learnt_sum(add[" .. i .. "][n] * unit[" .. o .. "], limit)"
%   end
%   if tflite then
                to[$(i)][n] = (int8_t)clamp_int(tflite_scale($(sum), multiplier[$(o)], shift[$(o)]) + ($(y_zero)), $(lo), $(hi));
%   else
%     if shift_left > 0 then sum = "(" .. sum .. ") * " .. (1 << shift_left) end
%     local q = "int8_of(" .. sum .. ", multiplier[" .. o .. "], " .. y_zero .. ")"
                to[$(i)][n] = (int8_t)$(lo == -128 and hi == 127 and q or "clamp_int(" .. q .. ", " .. lo .. ", " .. hi .. ")");
%   end
%   end
            }
% end
        }
% if groups > 1 then
        }
% end
    }
% if has_mask then
    for (int row = y0; row < y1; row++)
        gate_bits(mask + row % maskn * $((ow * oc + 7) // 8), y + row % yn * $(ow * oc), $(ow * oc), $(lo), $(hi));
% end
}

