% -- SPDX-License-Identifier: 0BSD
% include"gradient_rows.c.tpl"
% local integers = gtype ~= "f32"
% gradient_rows {
%   name = "table_dx", title = "Gradient of what is looked up: dy * slope[x]", more = "Slopes are in " .. (integers and "units of 2^-fraction" or "steps"),
%   reads = "const int8_t *x, int xn, const int16_t *slope, ", pass = "x+ slope ",
%   numbers = integers and ", int fraction" or ", float step", values = { integers and bits or f(2.0 ^ -bits) },
%   before = integers and function()
    const int up = range[0] - dy_range[0] - fraction;
%   end,
%   row = function()
        const int8_t *xr = x + row % xn * n;
%   end,
%   value = integers and "shift_sum((int32_t)dyr[e] * slope[(uint8_t)xr[e]], up)" or "dyr[e] * ((float)slope[(uint8_t)xr[e]] * step)",
% }
