% -- SPDX-License-Identifier: 0BSD
% include"learnt.c.tpl"
% include"window.c.tpl"
% need"integer" need"dot_pairs" need"panels" need"gate_bits"
% if has_plus then need(has_to and "add_channels" or "add_pairs") end
% -- What makes int8 of sums: a multiplier alone, or as TFLite rounds it, or within limits.
% local plain = not tflite and shift_left == 0 and lo == -128 and hi == 127
% local store = plain and "" or tflite and "_tflite" or "_clamped"
% need("convolve" .. store)
% if plain then need"store_pairs" end
% local blocks = target.dsp and room > 0
% if blocks then need"dot_fours" end
% if tflite then need"tflite" end
% local offsets = params:match"const%s+([%w_]+)%s+%*offset"
% if not has_b then btype = "f32" end
% local name = "conv_int8" .. (is_pointwise and "_pointwise" or window_name) .. store .. (has_b and "_b" or "") ..
%     (btype == "bf16" and "_bf16" or "") .. (has_units and "_units" or "") .. (has_to and "_to" or "") .. (offsets == "int16" and "_i16" or "") .. (pads_channels and not is_pointwise and "_channels" or "")
% local extra = plain and "" or tflite and "shift + o, lo, hi, " or "shift_left, lo, hi, "
% local window = "window_int8" .. taps_name .. (pads_channels and "_channels" or "")
% if is_pointwise then
%   need"together"
% else
%   shared(window, function()
/* Window $(kh)x$(kw)$(dilated) of int8 whose first tap meets row iy and column ix: ci of the map's c channels, the zero point outside of it$(pads_channels and ", a byte of `zero` for each channel" or "") */
BODY void $(window)(int8_t *to, const int8_t *x, int xn, int h, int width, int c, int ci, int iy, int ix, $(pads_channels and "int32_t" or "int") zero)
{
    if (iy < 0 || iy + $(window_h) > h || ix < 0 || ix + $(window_w) > width) {
%     if pads_channels then
        for (int i = 0; i < $(kh * kw) * ci; i++)
            to[i] = (int8_t)(zero >> 8 * (i % ci));
%     else
        memset(to, zero, (size_t)($(kh * kw) * ci));
%     end
        for (int ky = 0; ky < $(kh); ky++)
            for (int kx = 0; kx < $(kw); kx++) {
                const int row = iy + $(tap_at("ky", dh)), column = ix + $(tap_at("kx", dw));
                if (row >= 0 && row < h && column >= 0 && column < width)
                    memcpy(to + (ky * $(kw) + kx) * ci, x + row % xn * (width * c) + column * c, (size_t)ci);
            }
        return;
    }
    for (int ky = 0; ky < $(kh); ky++) {
        const int8_t *row = x + (iy + $(tap_at("ky", dh))) % xn * (width * c) + ix * c;
%     if dw == 1 then
        if (ci == c) {
%       if target.dsp then
#ifdef DSP /* words, of which the last two may overlap */
            const int n = $(kw) * ci;
            for (int i = 0; n >= 4 && i < n; i += 4)
                memcpy(to + ky * n + (i < n - 4 ? i : n - 4), row + (i < n - 4 ? i : n - 4), 4);
            if (n < 4)
#endif
%       end
            memcpy(to + ky * $(kw) * ci, row, (size_t)($(kw) * ci));
            continue;
        }
%     end
        for (int kx = 0; kx < $(kw); kx++)
            memcpy(to + (ky * $(kw) + kx) * ci, row + $(tap_at("kx", dw)) * c, (size_t)ci);
    }
}

%   end)
% end
% shared(name, function()
/*
% if is_pointwise then
 * Convolution 1x1 of int8: x [..][width][c] -> y [..][width][oc]; w int8 in panels of three outputs, [..][(c + 3) / 4][3][4]
% else
 * Convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated), of int8: x [h][width][c] -> y [..][ow][oc], in groups, top rows and left columns
 * of padding; w int8 in panels of three outputs, [groups][..][(taps * c / groups + 3) / 4][3][4]. `from` is room for two windows$(target.dsp and ", or 12" or "")
% end
% if has_to then
 * plus has plus_c channels, which belong to outputs `to`.
% end
% if has_b then
 * What learns turns into units of the sums once a call, in `base`$(is_pointwise and ", of `block` outputs at a time" or ""); they begin with that and offset$(offsets == "int16" and " * offset_unit" or "").
% end
 */
BODY void $(name)(const int8_t *x, int xn, const int8_t *w, const $(offsets) *offset, const int32_t *multiplier, $(tflite and "const int8_t *shift, " or "")$(has_b and "const " .. (btype == "bf16" and "uint16_t" or "float") .. " *b, " or "")const float *unit,
        const float *plus, int plusn, $(has_to and "const uint16_t *to, " or "")int8_t *y, int yn, uint8_t *mask, int maskn, int y0, int y1, int32_t *columns, $(has_b and "int32_t *base, " or "")$(is_pointwise and "" or "int8_t *from, int h, ")int width, int c, $(is_pointwise and "" or "int ow, ")int oc, int part,
        $(is_pointwise and "int block, " or "")$(has_to and "int plus_c, " or "")$(is_pointwise and "" or "int groups, int top, int left, " .. (pads_channels and "int32_t" or "int") .. " x_zero, ")$(offsets == "int16" and "int offset_unit, " or "")int zero$(plain and "" or tflite and ", int lo, int hi" or ", int shift_left, int lo, int hi")$(target.dsp and ", int room" or ""))
{
% if has_b then
    const int32_t limit = (int32_t)unit[$(has_units and "oc" or "1")];
% else
    const int32_t limit = plus ? (int32_t)unit[$(has_units and "oc" or "1")] : 0;
% end
% if not is_pointwise then
    const int ci = c / groups, co = oc / groups, depth = ($(kh * kw) * ci + 3) / 4 * 4$(target.dsp and ", most = room > 0 ? 12 : 2" or "");
% end

% -- Panels of `count` outputs from o on.
% local function panels(count, weights, inputs)
%   if has_b then
        for (int i = 0; i < $(count); i++)
            base[i] = offset[o + i]$(offsets == "int16" and " * offset_unit" or "") + learnt_sum($(learnt("o + i")) * $(unit_of("o + i")), limit);
%   end
        $((has_to or target.dsp) and "" or "const ")struct panels panels = panels_of(w + $(weights), $(has_b and "base" or "offset + o"), multiplier + o, plus ? unit$(has_units and " + o" or "") : NULL, plus ? limit : 0, zero,
                                         $(inputs), part, $(count), oc$(target.dsp and ", room" or ""));
%   if has_to then
        panels.to = to;
        panels.adds = plus_c;
%   end
% end
% local most, plus_c = target.dsp and "most" or "2", has_to and "plus_c" or "oc"
% if is_pointwise then
    for (int o = 0, outs; o < oc; o += outs) {
        outs = oc - o < block ? oc - o : block;
%   panels("outs", "o * ((c + 3) / 4 * 4)", "c")
        for (int row = y0, rows; row < y1; row += rows) {
            rows = together(together(y1 - row, row, xn), row, yn);
            rows = plus ? together(rows, row, plusn) : rows;
            convolve$(store)(&panels, $(extra)columns, x + row % xn * (width * c), plus ? plus + row % plusn * (width * $(plus_c)) + o : plus, y + row % yn * (width * oc) + o, rows * width);
        }
    }
    for (int row = y0; mask && row < y1; row++)
        gate_bits(mask + row % maskn * ((width * oc + 7) / 8), y + row % yn * (width * oc), width * oc, $(plain and "-128, 127" or "lo, hi"));
% else
    for (int g = 0; g < groups; g++) {
        const int o = g * co;
%   panels("co", "g * ((co + 5) / 6 * 2) * 3 * depth", "depth")
        for (int oy = y0; oy < y1; oy++)
            for (int ox = 0, pixels; ox < ow; ox += pixels) {
                pixels = ow - ox < $(most) ? ow - ox : $(most); /* whose windows are gathered at a time */
                for (int i = 0; i < pixels; i++)
                    $(window)(from + i * depth, x + g * ci, xn, h, width, c, ci, oy * $(sh) - top, (ox + i) * $(sw) - left, x_zero);
                convolve$(store)(&panels, $(extra)columns, from, plus ? plus + oy % plusn * (ow * $(plus_c)) + ox * $(plus_c) + o : plus, y + oy % yn * (ow * oc) + ox * oc + o, pixels);
            }
    }
    for (int row = y0; mask && row < y1; row++)
        gate_bits(mask + row % maskn * ((ow * oc + 7) / 8), y + row % yn * (ow * oc), ow * oc, $(plain and "-128, 127" or "lo, hi"));
% end
}

% end)
% local depth = (kh * kw * (c // groups) + 3) // 4 * 4
% local sums = (is_pointwise and block or oc // groups) > 48 and 192 or 96 -- AT_ONCE (panels.c.tpl)
% local arrays = { ("int32_t columns[%d];"):format(part + math.max(sums, blocks and room * (depth // 2 + (plain and not has_plus and 3 or 5)) or 0)) }
% local numbers = { "columns" }
% local function number(...) for _, n in ipairs { ... } do numbers[#numbers + 1] = n end end
% if has_b then
%   arrays[2] = ("int32_t base[%d] = {0};"):format((block + 5) // 6 * 6) -- of whole panels
%   number("base")
% end
% if not is_pointwise then
%   arrays[#arrays + 1] = ("int8_t from[%d] = {0};"):format((blocks and 12 or 2) * depth)
%   number("from", h)
% end
% number(w, c)
% if not is_pointwise then number(ow) end
% number(oc, part)
% if is_pointwise then number(block) end
% if has_to then number(plus_c) end
% if not is_pointwise then number(groups, top, left, x_zero) end
% if offsets == "int16" then number(offset_unit) end
% number(y_zero)
% if not plain and not tflite then number(shift_left) end
% if not plain then number(lo, hi) end
% if target.dsp then number(room) end
% kernel(name, "x+ w offset multiplier " .. (tflite and "shift " or "") .. (has_b and "b " or "") .. "?unit ?plus+ " .. (has_to and "to " or "") .. "y+ ?mask+", arrays, table.unpack(numbers))
