% -- SPDX-License-Identifier: 0BSD
% if gtype ~= "f32" then include"windows_dx.c.tpl" elseif has_plus then need"copy_floats" end
% local bytes, last = (ow * c * index_bits + 7) // 8, (1 << index_bits) - 1
% local function place(base, element)
%     if index_bits == 8 then return base .. "[" .. element .. "]" end
%     local bit = index_bits == 1 and element or element .. " * " .. index_bits
%     return ("(%s[%s / 8] >> %s %% 8 & %d)"):format(base, bit, bit, last)
% end
/*
 * Gradient of the maximum over windows $(kh)x$(kw), stride $(sh),$(sw): dy $(oh)x$(ow)x$(c), index -> dx $(h)x$(w)x$(c),
 * padding $(top) above, $(left) left
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% if gtype ~= "f32" then
    const int up_dy = range[0] - dy_range[0];
%   if has_plus then
    const int up = range[0] - plus_range[0];
%   end
%   windows_dx(function()
                        const uint8_t *places = index + oy % indexn * $(bytes);
                        const int here = (iy + $(top) - oy * $(sh)) * $(kw) + ix + $(left) - ox * $(sw);
                        for (int ch = from; ch < to; ch++)
                            sum[ch - from] += $(place("places", ("(ox * %d + ch)"):format(c))) == here ? d[ch] : 0;
%   end, "shift_sum(sum[ch - from], up_dy)")
% else
    for (int iy = y0; iy < y1; iy++) {
        float *row = dx + iy % dxn * $(w * c);
%   if has_plus then
        copy_floats(row, plus + iy % plusn * $(w * c), $(w * c));
%   else
        memset(row, 0, sizeof(float) * $(w * c));
%   end
        for (int oy = (iy + $(top)) / $(sh); oy >= 0 && oy * $(sh) + $(kh) > iy + $(top); oy--) {
            if (oy >= $(oh))
                continue;
            const int ky = iy + $(top) - oy * $(sh);
            const float *d = dy + oy % dyn * $(ow * c);
            const uint8_t *places = index + oy % indexn * $(bytes);
            for (int ox = 0; ox < $(ow); ox++)
                for (int ch = 0; ch < $(c); ch++) {
                    const int kx = $(place("places", ("(ox * %d + ch)"):format(c))) - ky * $(kw);
                    if (kx >= 0 && kx < $(kw))
                        row[(ox * $(sw) + kx - $(left)) * $(c) + ch] += d[ox * $(c) + ch];
                }
        }
    }
% end
}

