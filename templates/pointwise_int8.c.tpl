% -- SPDX-License-Identifier: 0BSD
% -- conv_int8 where a window is one pixel: rows that stand together need no gathering.
% need"together" need"gate_bits"
% local offsets = params:match"const%s+([%w_]+)%s+%*offset"
% local name = "conv_int8_pointwise" .. (has_b and "_b" or "") .. (btype == "bf16" and "_bf16" or "") .. (has_units and "_units" or "") .. (offsets == "int16" and "_i16" or "")
% if not has_b then btype = "f32" end
% shared(name, function()
/*
 * Convolution 1x1 of int8: x [..][width][c] -> y [..][width][oc]; w int8 in panels of three outputs, [..][(c + 3) / 4][3][4]
% if has_b then
 * What learns turns into units of the sums once a call, in `base`; they begin with that and offset$(offsets == "int16" and " * offset_unit" or "").
% end
 */
BODY void $(name)(const int8_t *x, int xn, const int8_t *w, const $(offsets) *offset, const int32_t *multiplier, $(has_b and "const " .. (btype == "bf16" and "uint16_t" or "float") .. " *b, " or "")const float *unit,
        const float *plus, int plusn, int8_t *y, int yn, uint8_t *mask, int maskn, int y0, int y1, int32_t *columns, $(has_b and "int32_t *base, " or "")int width, int c, int oc,
        $(offsets == "int16" and "int offset_unit, " or "")int zero)
{
% if has_b then
    const int32_t limit = (int32_t)unit[$(has_units and "oc" or "1")];

    for (int o = 0; o < oc; o++)
        base[o] = offset[o]$(offsets == "int16" and " * offset_unit" or "") + learnt_sum($(learnt("o")) * $(unit_of("o")), limit);
% else
    const int32_t limit = plus ? (int32_t)unit[$(has_units and "oc" or "1")] : 0;

% end
    const struct panels panels = panels_of(w, $(has_b and "base" or "offset"), multiplier, plus ? unit : NULL, plus ? limit : 0, zero, c, oc, oc);
    for (int row = y0, rows; row < y1; row += rows) {
        rows = together(together(y1 - row, row, xn), row, yn);
        rows = plus ? together(rows, row, plusn) : rows;
        convolve(&panels, columns, x + row % xn * (width * c), plus ? plus + row % plusn * (width * oc) : plus, y + row % yn * (width * oc), rows * width);
    }
    for (int row = y0; mask && row < y1; row++)
        gate_bits(mask + row % maskn * ((width * oc + 7) / 8), y + row % yn * (width * oc), width * oc, -128, 127);
}

% end)
% local arrays = { ("int32_t columns[%d];"):format((c + 3) // 4 * 4) }
% if has_b then arrays[2] = ("int32_t base[%d] = {0};"):format((oc + 5) // 6 * 6) end
% local numbers = { "columns" }
% if has_b then table.insert(numbers, "base") end
% for _, n in ipairs { w, c, oc } do table.insert(numbers, n) end
% if offsets == "int16" then table.insert(numbers, offset_unit) end
% table.insert(numbers, y_zero)
% kernel(name, "x+ w offset multiplier " .. (has_b and "b " or "") .. "?unit ?plus+ y+ ?mask+", arrays, table.unpack(numbers))
