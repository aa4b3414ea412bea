% -- SPDX-License-Identifier: 0BSD
% include"learnt.c.tpl"
% include"window.c.tpl"
% need"integer" need"dot_pairs"
% if tflite then need"tflite" end
% if has_mask then need"gate_bits" end
% local ci, co = c // groups, oc // groups
% local depth = (kh * kw * ci + 3) // 4 * 4  -- values under a window of one group
% local stride = (co + 5) // 6 * 2           -- panels of a group
% local function of_group(name) return groups > 1 and name .. " + g * " .. co or name end
% local function of_input(name) return groups > 1 and name .. " + g * " .. ci or name end
% local sums_base = has_b and "base" or "offset"
% local weights = groups > 1 and "w + g * " .. stride * 3 * depth or "w"
% local plain = not tflite and shift_left == 0 and lo == -128 and hi == 127
% if plain then need"convolve" need"store_pairs" end
% if plain and has_plus then need"add_pairs" end
% if is_pointwise and plain then include"pointwise_int8.c.tpl" return end
/*
 * Convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated)$(groups > 1 and ", " .. groups .. " groups" or ""), of int8: x $(h)x$(w)x$(c) -> y $(oh)x$(ow)x$(oc), padding $(top) above, $(left) left
 * w int8 [$(groups)][$(stride)][$(depth // 4)][3][4]; y is clamped to $(lo) .. $(hi)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% limit_line(has_units and oc or 1)
    int32_t columns[$(depth)];
% if has_b then -- what learns turns into units of the sum once a call
    int32_t base[$(oc + (6 - co % 6) % 6)] = {0}; /* panels of the last group, too, are whole */

    for (int o = 0; o < $(oc); o++)
        base[o] = $(offset_of("o")) + learnt_sum($(learnt("o")) * $(unit_of("o")), limit);
% end
% local function panels()
    const struct panels panels = panels_of($(weights), $(of_group(sums_base)), $(of_group("multiplier")), $(has_plus and of_group("unit") .. ", limit" or "NULL, 0"), $(y_zero),
                                           $(kh * kw * ci), $(co), $(oc));
% end
%
% -- Pixels that stand together: those of several rows where no window has to be gathered, else two.
% if is_pointwise then
%   if plain then panels() end
%   need"together"
%   local rows = "together(together(y1 - row, row, xn), row, yn)"
%   if has_plus then rows = "together(" .. rows .. ", row, plusn)" end

    for (int row = y0, rows; row < y1; row += rows) {
        rows = $(rows);
        const int8_t *from = x + row % xn * $(w * c);
        int8_t *to = y + row % yn * $(ow * oc);
%   if has_plus then
        const float *add = plus + row % plusn * $(ow * oc);
%   end
        const int pixels = rows * $(w);
% else
    int8_t from[$(2 * kh * kw * ci)];

    for (int p = y0 * $((ow + 1) // 2 * groups); p < y1 * $((ow + 1) // 2 * groups); p++) {
        const int $(groups > 1 and "g = p % " .. groups .. ", " or "")oy = p / $((ow + 1) // 2 * groups), ox = p$(groups > 1 and " / " .. groups or "") % $((ow + 1) // 2) * 2;
        const int pixels = $(ow % 2 == 0 and "2" or "ox + 1 < " .. ow .. " ? 2 : 1");
        int8_t *to = $(of_group("y + oy % yn * " .. ow * oc .. " + ox * " .. oc));
%   if has_plus then
        const float *add = $(of_group("plus + oy % plusn * " .. ow * oc .. " + ox * " .. oc));
%   end
%   if plain then panels() end

        for (int i = 0; i < pixels; i++) {
            int8_t *window = from + i * $(kh * kw * ci);
            const int iy = oy * $(sh) - $(top), ix = (ox + i) * $(sw) - $(left);
%   local border = top > 0 or left > 0 or (oh - 1) * sh - top + window_h > h or (ow - 1) * sw - left + window_w > w
%   local line = kw * ci -- bytes under a row of the window
%   local function at(ky, kx) return of_input("x + (iy + " .. ky .. ") % xn * " .. w * c .. " + " .. (kx == 0 and "ix" or "(ix + " .. kx .. ")") .. " * " .. c) end
%   local row, column = tap_at("ky", dh), tap_at("kx", dw)
%   if border then
            if (iy < 0 || iy + $(window_h) > $(h) || ix < 0 || ix + $(window_w) > $(w)) {
                memset(window, $(x_zero), $(kh * kw * ci));
                for (int ky = 0; ky < $(kh); ky++)
                    for (int kx = 0; kx < $(kw); kx++)
                        if (iy + $(row) >= 0 && iy + $(row) < $(h) && ix + $(column) >= 0 && ix + $(column) < $(w))
                            memcpy(window + (ky * $(kw) + kx) * $(ci), $(at(row, column)), $(ci));
            } else
%   end
            for (int ky = 0; ky < $(kh); ky++)
%   if groups == 1 and dw == 1 then
                memcpy(window + ky * $(line), $(at(row, 0)), $(line));
%   else
                for (int kx = 0; kx < $(kw); kx++)
                    memcpy(window + (ky * $(kw) + kx) * $(ci), $(at(row, column)), $(ci));
%   end
        }
% end
% if plain then
        convolve(&panels, columns, from, $(has_plus and "add" or "NULL"), to, pixels);
% else
        for (int i = 0; i < pixels; i += 2) {
            const int next = i + 1 < pixels; /* an odd pixel is its own companion */
            put_columns(columns, from + i * $(kh * kw * ci), from + (i + next) * $(kh * kw * ci), $(kh * kw * ci));
            for (int first = 0; first < $(co); first += 48) {
                const int end = first + 48 < $(co) ? first + 48 : $(co);
                int32_t sums[96];
                dot_pairs(sums, $(of_group(sums_base)) + first, columns, $(weights) + first * $(depth), $(depth // 4), (end - first + 2) / 3);
                for (int n = first; n < end; n++) {
%   for k = 0, 1 do
%     local o, pixel = of_group("n"), k == 0 and "i * " .. oc .. " + n" or "(i + next) * " .. oc .. " + n"
%     local sum = "sums[2 * (n - first) + " .. k .. "]"
%     if has_plus then
%       sum = sum .. " + learnt_sum(add[" .. pixel .. "] * unit[" .. o .. "], limit)"
%     end
%     if tflite then
                    to[$(pixel)] = (int8_t)clamp_int(tflite_scale($(sum), multiplier[$(o)], shift[$(o)]) + ($(y_zero)), $(lo), $(hi));
%     else
%       if shift_left > 0 then sum = shifted(sum) end
%       local q = "int8_of(" .. sum .. ", multiplier[" .. o .. "], " .. y_zero .. ")"
                    to[$(pixel)] = (int8_t)$(lo == -128 and hi == 127 and q or "clamp_int(" .. q .. ", " .. lo .. ", " .. hi .. ")");
%     end
%   end
                }
            }
        }
% end
    }
% if has_mask then
    for (int row = y0; mask && row < y1; row++)
        gate_bits(mask + row % maskn * $((ow * oc + 7) // 8), y + row % yn * $(ow * oc), $(ow * oc), $(lo), $(hi));
% end
}

