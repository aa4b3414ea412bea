% -- SPDX-License-Identifier: 0BSD
% need"integer"
% if tflite then need"tflite" end
% local title = { sub = "Difference of two int8 maps", mul = "Product of two int8 maps", div = "Quotient of two int8 maps; by 0 an end of int8",
%                 excite = "Every pixel of an int8 map times b" }
% local name, factors = how .. "_int8" .. (tflite and "_tflite" or ""), how == "excite"
% local scales = not tflite and "int32_t factor, " .. (how == "sub" and "int32_t b_factor, " or "") .. "int bits" or
%     (how == "sub" and "int32_t a_multiplier, int a_shift, int32_t b_multiplier, int b_shift, " or "") .. "int32_t y_multiplier, int y_shift"
% shared(name, function()
/* $(title[how]), in steps of y, n elements a row$(factors and ", c to a pixel" or "")$(tflite and "; rounded as TFLite does" or "") */
BODY void $(name)(const int8_t *a, int an, const int8_t *b, $(factors and "" or "int bn, ")int8_t *y, int yn, int y0, int y1, int n, $(factors and "int c, " or "")int a_zero, int b_zero, int y_zero, $(scales))
{
% if not tflite then
    const int32_t half = ((int32_t)1 << bits) / 2;

% end
    for (int row = y0; row < y1; row++) {
        const int8_t *ar = a + row % an * n$(factors and "" or ", *br = b + row % bn * n");
        int8_t *yr = y + row % yn * n;
% if factors then
        int ch = 0;
% end
        for (int e = 0; e < n; e++) {
            const int32_t ae = ar[e] - a_zero, be = $(factors and "b[ch]" or "br[e]") - b_zero;
% if tflite and how == "sub" then
            const int32_t v = tflite_scale(tflite_scale(ae * (1 << 20), a_multiplier, a_shift) - tflite_scale(be * (1 << 20), b_multiplier, b_shift), y_multiplier, y_shift);
% elseif tflite then
            const int32_t v = tflite_scale(ae * be, y_multiplier, y_shift);
% elseif how == "sub" then
            const int32_t v = (ae * factor - be * b_factor + half) >> bits;
% elseif how == "div" then
            const int32_t v = be == 0 ? 256 * ((ae > 0) - (ae < 0)) : (ae * factor / be + half) >> bits;
% else
            const int32_t v = (ae * be * factor + half) >> bits;
% end
            yr[e] = (int8_t)saturate_int8(v + y_zero);
% if factors then
            ch = ch + 1 < c ? ch + 1 : 0;
% end
        }
    }
}

% end)
% local values = { a_zero, b_zero, y_zero }
% local function value(...) for _, v in ipairs { ... } do values[#values + 1] = v end end
% if factors then table.insert(values, 1, c) end
% if tflite then
%   if how == "sub" then value(a_multiplier, a_shift, b_multiplier, b_shift) end
%   value(y_multiplier, y_shift)
% else
%   value(factor)
%   if how == "sub" then value(b_factor) end
%   value(bits)
% end
% kernel(name, factors and "a+ b y+" or "a+ b+ y+", w * c, table.unpack(values))
