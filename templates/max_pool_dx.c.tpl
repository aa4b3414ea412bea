% -- SPDX-License-Identifier: 0BSD
% if gtype ~= "f32" then include"windows_dx.c.tpl" else need"copy_floats" end
% local name = "max_pool_dx_index" .. index_bits .. (gtype ~= "f32" and windows_name or "")
% local function place(element)
%     if index_bits == 8 then return "places[" .. element .. "]" end
%     local bit = index_bits == 1 and element or element .. " * " .. index_bits
%     return ("(places[%s / 8] >> %s %% 8 & %d)"):format(bit, bit, (1 << index_bits) - 1)
% end
% local places = "const uint8_t *places = index + oy % indexn * " .. (index_bits == 8 and "(ow * c)" or ("((ow * c%s + 7) / 8)"):format(index_bits > 1 and " * " .. index_bits or ""))
% if gtype ~= "f32" then
%   shared(name, function()
/*
 * Gradient of the maximum over windows kh x kw, stride sh,sw: dy [oh][ow][c], index -> dx [height][width][c], top rows and left
 * columns of padding$(has_plus and "; what `plus` holds is added" or "")
 */
BODY void $(name)(const $(gradient) *dy, int dyn, const uint8_t *index, int indexn, $(windows_plus)const int32_t *dy_range, $(gradient) *dx, int dxn, int32_t *range, int y0, int y1,
        $(windows_parameters))
{
    const int up_dy = range[0] - dy_range[0];
%   if has_plus then
    const int up = range[0] - plus_range[0];
%   end
%   windows_dx(function()
                        $(places);
                        const int here = (iy + top - oy * sh) * kw + ix + left - ox * sw;
                        for (int ch = from; ch < to; ch++)
                            sum[ch - from] += $(place("(ox * c + ch)")) == here ? d[ch] : 0;
%   end, "shift_sum(sum[ch - from], up_dy)")
}

%   end)
%   kernel(name, "dy+ index+ " .. (has_plus and "plus+ plus_range " or "") .. "dy_range dx+ range", w, c, oh, ow, kh, kw, sh, sw, top, left)
%   return
% end
% shared(name, function()
/*
 * Gradient of the maximum over windows kh x kw, stride sh,sw: dy [oh][ow][c], index, and what `plus` holds, unless it is NULL -> dx [..][width][c];
 * top rows and left columns of padding
 */
BODY void $(name)(const float *dy, int dyn, const uint8_t *index, int indexn, const float *plus, int plusn, float *dx, int dxn, int y0, int y1,
        int width, int c, int oh, int ow, int kh, int kw, int sh, int sw, int top, int left)
{
    for (int iy = y0; iy < y1; iy++) {
        float *row = dx + iy % dxn * (width * c);
        if (plus)
            copy_floats(row, plus + iy % plusn * (width * c), width * c);
        else
            memset(row, 0, sizeof(float) * (size_t)(width * c));
        for (int oy = (iy + top) / sh; oy >= 0 && oy * sh + kh > iy + top; oy--) {
            if (oy >= oh)
                continue;
            const int ky = iy + top - oy * sh;
            const float *d = dy + oy % dyn * (ow * c);
            $(places);
            for (int ox = 0; ox < ow; ox++)
                for (int ch = 0; ch < c; ch++) {
                    const int kx = $(place("(ox * c + ch)")) - ky * kw;
                    if (kx >= 0 && kx < kw)
                        row[(ox * sw + kx - left) * c + ch] += d[ox * c + ch];
                }
        }
    }
}

% end)
% kernel(name, "dy+ index+ ?plus+ dx+", w, c, oh, ow, kh, kw, sh, sw, top, left)
