% -- SPDX-License-Identifier: 0BSD
% include"window.c.tpl"
% prefix = "dwconv" .. window_name
% total, from, step, most, has_bias = ow, w, 1, 8, true
% -- As few tiles as 8 columns allow, and of one size as far as possible.
% tile = (ow + (ow + 7) // 8 - 1) // ((ow + 7) // 8)
% function taps(i)
%     local list = {}
%     for kx = 0, kw - 1 do list[kx + 1] = { kx, i * sw - left + kx * dw } end
%     return list
% end
% function origin(ox) return ox == "0" and "0" or tap_at(ox, sw) end
% function at(ox) return ox * sw end
% include"depthwise.c.tpl"
% local name = row_name:gsub("_row$", "") .. blocks_name
% local i8 = wtype == "i8"
% shared(name, function()
/*
 * Depthwise convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated): x [height][from][c] -> y [..][total][c], top rows of padding
% if i8 then
 * w int8 [$(kh)][$((kw + 3) // 4)][c][4], times scale[c]
% else
 * w [$(kh)][$(kw)][c]
% end
 */
BODY void $(name)(const float *x, int xn, const $(i8 and "int8_t" or "float") *w$(added),
        float *y, int yn, int y0, int y1, int height, int from, int total, int c, int top, int tile, int before, int begin, int behind, int full)
{
% blocks(function(row)
        for (int oy = y0; oy < y1; oy++) {
            const float *rows[$(kh)] = {NULL};
            const int iy = $(tap_at("oy", sh)) - top;
            const int ky0 = iy < 0 ? $(taps_before("iy", dh)) : 0;
            const int ky1 = iy + $(window_h) > height ? $(taps_until("height", "iy", dh)) : $(kh);
%   if dh > 1 then
            for (int ky = ky0; ky < ky1; ky++)
                rows[ky] = x + (iy + ky * $(dh)) % xn * (from * c);
%   else
            int slot = (iy + ky0) % xn;
            for (int ky = ky0; ky < ky1; ky++) {
                rows[ky] = x + slot * (from * c);
                slot = slot + 1 < xn ? slot + 1 : 0;
            }
%   end
%   row("            ", "plus + oy % plusn * (total * c)", "y + oy % yn * (total * c)")
        }
% end)
}

% end)
% kernel(name, "x+ w " .. added_arguments .. "y+", h, from, total, c, top, tile, before, begin, behind, full)
