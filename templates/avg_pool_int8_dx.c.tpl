% -- SPDX-License-Identifier: 0BSD
% include"windows_dx.c.tpl"
% if inside then need"taps_inside" end
% local name = "avg_pool_int8_dx" .. (inside and "_inside" or "") .. windows_name
% shared(name, function()
/*
 * Gradient of the mean over windows kh x kw, stride sh,sw: dy [oh][ow][c] -> dx [height][width][c], top rows and left columns of
 * padding$(inside and ", which does not count: in shares of 2^-share_bits" or "")$(has_plus and "; what `plus` holds is added" or "")
 */
BODY void $(name)(const $(gradient) *dy, int dyn, const int32_t *dy_range, $(windows_plus)$(gradient) *dx, int dxn, int32_t *range, int y0, int y1, $(windows_parameters),
        int32_t mantissa, int exponent$(inside and ", int height, int share_bits" or ""))
{
    const struct turn t = turn_of(mantissa, exponent + range[0] - dy_range[0]);
% if has_plus then
    const int up = range[0] - plus_range[0];
% end
% windows_dx(function()
%   if inside then
                        const int32_t count = taps_inside(oy * sh - top, kh, height) * taps_inside(ox * sw - left, kw, width);
                        const int32_t share = ((1 << share_bits) + count / 2) / count;
%   end
                        for (int ch = from; ch < to; ch++)
                            sum[ch - from] += d[ch]$(inside and " * share" or "");
% end, "turn_away(sum[ch - from], &t)")
}

% end)
% local arguments = "dy+ dy_range " .. (has_plus and "plus+ plus_range " or "") .. "dx+ range"
% if inside then
%   kernel(name, arguments, w, c, oh, ow, kh, kw, sh, sw, top, left, reciprocal(1 << share_bits), h, share_bits)
% else
%   kernel(name, arguments, w, c, oh, ow, kh, kw, sh, sw, top, left, reciprocal(kh * kw))
% end
