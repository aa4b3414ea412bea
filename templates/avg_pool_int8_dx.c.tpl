% -- SPDX-License-Identifier: 0BSD
% include"windows_dx.c.tpl"
/*
 * Gradient of the mean over windows $(kh)x$(kw), stride $(sh),$(sw): dy $(oh)x$(ow)x$(c) -> dx $(h)x$(w)x$(c),
 * padding $(top) above, $(left) left
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    const struct turn t = turn_of($(reciprocal(kh * kw)) + range[0] - dy_range[0]);
% if has_plus then
    const int up = range[0] - plus_range[0];
% end
% windows_dx(function()
                        for (int ch = from; ch < to; ch++)
                            sum[ch - from] += d[ch];
% end, "turn_away(sum[ch - from], &t)")
}

