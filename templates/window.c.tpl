% -- SPDX-License-Identifier: 0BSD
% -- What the kernels of convolutions share: tap ky of row oy of the result meets row oy * sh + ky * dh - top of the map.
% window_h, window_w = (kh - 1) * dh + 1, (kw - 1) * dw + 1
% dilated = dh > 1 and ", dilation " .. dh .. "," .. dw or dw > 1 and ", dilation 1," .. dw or ""
% first_column = math.min(ow, (left + sw - 1) // sw) -- columns [first, last) of the result see all taps
% last_column = math.max(first_column, math.min(ow, w + left >= window_w and (w + left - window_w) // sw + 1 or 0))
% -- The place of a tap, as C: tap * d.
% function tap_at(tap, d) return d == 1 and tap or tap .. " * " .. d end
% -- Taps that stand before a map, where the first is at `at` < 0; taps that stand before place n of it, C as well.
% function taps_before(at, d) return d == 1 and "-" .. at or ("(%d - %s) / %d"):format(d - 1, at, d) end
% function taps_until(n, at, d) return d == 1 and n .. " - " .. at or ("(%s + %d - %s) / %d"):format(n, d - 1, at, d) end
% -- What the names of shared functions say of a window: "_k3s2d1x2".
% local function pair(letter, a, b) return a == 1 and b == 1 and "" or letter .. a .. (a == b and "" or "x" .. b) end
% window_name = "_k" .. kh .. (kh == kw and "" or "x" .. kw) .. pair("s", sh, sw) .. pair("d", dh, dw)
% taps_name = "_k" .. kh .. (kh == kw and "" or "x" .. kw) .. pair("d", dh, dw) -- of those that take any stride
% is_pointwise = kh == 1 and kw == 1 and sh == 1 and sw == 1 and top == 0 and left == 0 and oh == h and ow == w and groups == 1
%
% include"rows_together.c.tpl"
%
% -- The transpose: row iy of the map meets taps ky0, ky0 + tap_step, ... from rows oy, oy - result_step, ... of the result.
% local function divisor(a, b) return b == 0 and a or divisor(b, a % b) end
% function tap_step(s, d) return s // divisor(s, d) end
% function result_step(s, d) return d // divisor(s, d) end
%
% -- Declares ky0 and oy for row iy; ky0 >= kh: no tap meets it.
% function first_row_tap(indent)
%   local step = tap_step(sh, dh)
%   if dh == 1 then
%     if sh == 1 then
$(indent)int ky0 = 0, oy = iy + top;
%     else
$(indent)int ky0 = (iy + top) % $(sh), oy = (iy + top) / $(sh);
%     end
$(indent)if (oy >= oh) {
$(indent)    ky0 += $(sh == 1 and "oy - oh + 1" or tap_at("(oy - oh + 1)", sh));
$(indent)    oy = oh - 1;
$(indent)}
%   else
$(indent)int ky0 = 0;
%     if sh > 1 then
$(indent)while (ky0 < $(step) && (iy + top - ky0 * $(dh)) % $(sh) != 0)
$(indent)    ky0++;
$(indent)if (ky0 == $(step))
$(indent)    ky0 = $(kh);
%     end
$(indent)int oy = (iy + top - ky0 * $(dh)) / $(sh);
$(indent)for (; ky0 < $(kh) && oy >= oh; ky0 += $(step))
$(indent)    oy -= $(result_step(sh, dh));
%   end
% end
%
% -- Declares first, ox and taps for column ix: what meets it are the taps first + t * tap_step from the columns
% -- ox - t * result_step, 0 <= t < taps, as far as there are such columns.
% function column_taps()
%   local step = tap_step(sw, dw)
%   if sw == 1 then
                const int first = 0, ox = ix + left, taps = $(kw);
%   elseif dw == 1 then
                const int first = (ix + left) % $(sw), ox = (ix + left) / $(sw);
                const int taps = first < $(kw) ? ($(kw + sw - 1) - first) / $(sw) : 0;
%   else
                int first = 0;
                while (first < $(step) && (ix + left - first * $(dw)) % $(sw) != 0)
                    first++;
                const int ox = (ix + left - first * $(dw)) / $(sw);
                const int taps = first < $(math.min(step, kw)) ? ($(kw + step - 1) - first) / $(step) : 0;
%   end
% end
