% -- SPDX-License-Identifier: 0BSD
% include"gradient_rows.c.tpl"
% local integers, masked = gtype ~= "f32", by == "mask"
% gradient_rows {
%   name = "prelu_int8_dx" .. (masked and "_mask" or ""),
%   title = "Gradient of PReLU of int8: dy, or dy * slope[channel] where " .. (masked and "the mask's bit is not set" or "x is not above x_zero"),
%   more = "Slopes are in " .. (integers and "units of 2^-fraction" or "steps") .. ", and slope[c] is 1: of what has c channels",
%   reads = (masked and "const uint8_t *gate, int gaten, " or "const int8_t *x, int xn, ") .. "const int16_t *slope, ", pass = "gate+ slope ",
%   numbers = ", int c" .. (masked and "" or ", int x_zero") .. (integers and ", int fraction" or ", float step"),
%   values = masked and { c, integers and bits or f(2.0 ^ -bits) } or { c, x_zero, integers and bits or f(2.0 ^ -bits) },
%   before = integers and function()
    const int up = range[0] - dy_range[0] - fraction;
%   end,
%   row = function()
%     if masked then
        const uint8_t *set = gate + row % gaten * ((n + 7) / 8);
        int byte = 0, bit = 0; /* element bit * bytes + byte of a row is bit `bit` of that byte */
%     else
        const int8_t *xr = x + row % xn * n;
%     end
        int ch = 0;
%   end,
%   element = function()
            const int16_t s = slope[$(masked and "set[byte] >> bit & 1" or "xr[e] > x_zero") ? c : ch];
%   end,
%   value = integers and "shift_sum((int32_t)dyr[e] * s, up)" or "dyr[e] * ((float)s * step)",
%   after = function()
%     if masked then
            if (++byte == (n + 7) / 8) {
                byte = 0;
                bit++;
            }
%     end
            ch = ch + 1 < c ? ch + 1 : 0;
%   end,
% }
