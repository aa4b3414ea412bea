% -- SPDX-License-Identifier: 0BSD
% include"windows_dx.c.tpl"
% if inside then need"taps_inside" end
/*
 * Gradient of the mean over windows $(kh)x$(kw), stride $(sh),$(sw): dy $(oh)x$(ow)x$(c) -> dx $(h)x$(w)x$(c),
 * padding $(top) above, $(left) left$(inside and ", which does not count: in shares of 2^-" .. share_bits or "")
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    const struct turn t = turn_of($(reciprocal(inside and 1 << share_bits or kh * kw)) + range[0] - dy_range[0]);
% if has_plus then
    const int up = range[0] - plus_range[0];
% end
% windows_dx(function()
%   if inside then
                        const int32_t count = taps_inside(oy * $(sh) - $(top), $(kh), $(h)) * taps_inside(ox * $(sw) - $(left), $(kw), $(w));
                        const int32_t share = ($(1 << share_bits) + count / 2) / count;
%   end
                        for (int ch = from; ch < to; ch++)
                            sum[ch - from] += d[ch]$(inside and " * share" or "");
% end, "turn_away(sum[ch - from], &t)")
}

