% -- SPDX-License-Identifier: 0BSD
% include"gradient_rows.c.tpl"
% local integers = gtype ~= "f32"
% local factors, quotient, divisor = how == "excite_int8_dx", how == "div_int8_dx" or how == "div_int8_db", how == "div_int8_db"
% local title = {
%   mul_int8_dx = "Gradient of a product: dy * b, b int8", excite_int8_dx = "Gradient of what factors multiply: dy * b, b int8 of one pixel with c channels",
%   div_int8_dx = "Gradient of a quotient: dy / b, 0 where b is, b int8", div_int8_db = "Gradient of a divisor: -dy * y / b, 0 where b is, both int8",
% }
% local value
% if integers then
%   local product = { div_int8_dx = "dyr[e] * (int32_t)32768", div_int8_db = "-(int32_t)dyr[e] * (yr[e] - y_zero) * 128" }
%   local sum = quotient and "be == 0 ? 0 : " .. product[how] .. " / be" or "dyr[e] * be"
%   value = "turn_away(" .. sum .. ", &t)"
% else
%   local real = "((float)be * scale)"
%   value = divisor and "be == 0 ? 0.0f : -dyr[e] * ((float)(yr[e] - y_zero) * y_scale) / " .. real or quotient and "be == 0 ? 0.0f : dyr[e] / " .. real or "dyr[e] * " .. real
% end
% local values = { b_zero }
% if factors then table.insert(values, 1, c) end
% if divisor then values[#values + 1] = y_zero end
% if integers then
%   values[#values + 1], values[#values + 2] = mantissa, exponent
% else
%   values[#values + 1] = f(scale)
%   if divisor then values[#values + 1] = f(y_scale) end
% end
% gradient_rows {
%   name = how, title = title[how],
%   reads = "const int8_t *b, " .. (factors and "" or "int bn, ") .. (divisor and "const int8_t *y, int yn, " or ""),
%   pass = (factors and "b " or "b+ ") .. (divisor and "y+ " or ""),
%   numbers = (factors and ", int c" or "") .. ", int b_zero" .. (divisor and ", int y_zero" or "") ..
%       (integers and ", int32_t mantissa, int exponent" or ", float scale" .. (divisor and ", float y_scale" or "")),
%   values = values,
%   before = integers and function()
    const struct turn t = turn_of(mantissa, exponent + range[0] - dy_range[0]);
%   end,
%   row = function()
%     if factors then
        int ch = 0;
%     else
        const int8_t *br = b + row % bn * n;
%     end
%     if divisor then
        const int8_t *yr = y + row % yn * n;
%     end
%   end,
%   element = function()
            const int32_t be = $(factors and "b[ch]" or "br[e]") - b_zero;
%   end,
%   value = value,
%   after = factors and function()
            ch = ch + 1 < c ? ch + 1 : 0;
%   end,
% }
