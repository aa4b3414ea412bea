% -- SPDX-License-Identifier: 0BSD
% include"window.c.tpl"
% prefix = "dwconv_dx" .. window_name .. (sw > 1 and "_from" .. left % sw or "")
% total, from, has_b, has_bias = w, ow, false, false
% step, most = tap_step(sh, dh), (8 + sw - 1) // sw * sw
% -- As few tiles as 8 columns allow, of one size as far as possible, and of whole strides.
% tile = (w + (w + 7) // 8 - 1) // ((w + 7) // 8)
% tile = (tile + sw - 1) // sw * sw
% function taps(i)
%     local list = {}
%     for kx = kw - 1, 0, -1 do
%         if (i + left - kx * dw) % sw == 0 then list[#list + 1] = { kx, (i + left - kx * dw) // sw } end
%     end
%     return list
% end
% function origin(ox) return ox == "0" and "0" or sw == 1 and ox or ox .. " / " .. sw end
% function at(ox) return ox // sw end
% include"depthwise.c.tpl"
% local name = row_name:gsub("_row$", "") .. blocks_name
% local i8 = wtype == "i8"
% shared(name, function()
/*
 * Gradient of depthwise convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated): dy [oh][from][c] -> dx [..][total][c], top rows of padding
% if i8 then
 * w int8 [$(kh)][$((kw + 3) // 4)][c][4], times scale[c], as the forward convolution has it
% else
 * w [$(kh)][$(kw)][c], as the forward convolution has it
% end
 */
BODY void $(name)(const float *dy, int dyn, const $(i8 and "int8_t" or "float") *w$(added),
        float *dx, int dxn, int y0, int y1, int oh, int from, int total, int c, int top, int tile, int before, int begin, int behind, int full)
{
% blocks(function(row)
        for (int iy = y0; iy < y1; iy++) {
            /* Row iy is met by the filter's rows ky, ky + $(step), ... from the output rows oy, oy - $(result_step(sh, dh)), ... */
            const float *rows[$(kh)] = {NULL};
% first_row_tap("            ")
%   if dh > 1 then
            int ky1 = ky0;
            for (; ky1 < $(kh) && oy >= 0; $(step == 1 and "ky1++" or "ky1 += " .. step), $(result_step(sh, dh) == 1 and "oy--" or "oy -= " .. result_step(sh, dh)))
                rows[ky1] = dy + oy % dyn * (from * c);
%   else
            int slot = oy % dyn, ky1 = ky0;
            for (; ky1 < $(kh) && oy >= 0; $(sh == 1 and "ky1++" or "ky1 += " .. sh), oy--) {
                rows[ky1] = dy + slot * (from * c);
                slot = slot > 0 ? slot - 1 : dyn - 1;
            }
%   end
%   row("            ", "plus + iy % plusn * (total * c)", "dx + iy % dxn * (total * c)")
        }
% end)
}

% end)
% kernel(name, "dy+ w " .. added_arguments .. "dx+", oh, from, total, c, top, tile, before, begin, behind, full)
