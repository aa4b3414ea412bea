% -- SPDX-License-Identifier: 0BSD
% include"window.c.tpl"
% local first, last = first_column, last_column
/*
 * Gradient of the weights of depthwise convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated), padding $(top) above, $(left) left:
 * dy $(oh)x$(ow)x$(c), x $(h)x$(w)x$(c) -> added to dw [$(kh)][$(kw)][$(c)], rows y0 to y1 of dy
 * Used by: $(users)
 */
% local meets = false -- some column of dy meets a column of x
% for ox = 0, ow - 1 do
%   for at = ox * sw - left, ox * sw - left + window_w - 1, dw do meets = meets or at >= 0 and at < w end
% end
% for _, width in ipairs(widths(c)) do
%   local v = width.v
%   if width.guard then
#if $(width.guard)
%   end
/* One row of dy, one of x and one of taps, for $(width.lanes) channels. */
KERNEL void $(fn)_block$(v)(const float *dy, const float *x, float *dw)
{
%   -- Columns whose taps are partly outside, one after the other: known here, so written out.
%   local function edge(from, to)
%     for ox = from, to - 1 do
%       for kx = 0, kw - 1 do
%         local column = ox * sw - left + kx * dw
%         if column >= 0 and column < w then
    w$(kx) += load$(v)(x + $(column * c)) * load$(v)(dy + $(ox * c));
%         end
%       end
%     end
%   end
%   if not meets then
    (void)dy, (void)x; /* all that it would read is padding */
%   end
%   for kx = 0, kw - 1 do
    vec$(v) w$(kx) = load$(v)(dw + $(kx * c));
%   end
%   edge(0, first)
%   if last > first then
    for (int ox = $(first); ox < $(last); ox++) {
        const vec$(v) d = load$(v)(dy + ox * $(c));
        const float *xo = x + (ox * $(sw) - $(left)) * $(c);
%     for kx = 0, kw - 1 do
        w$(kx) += load$(v)(xo + $(kx * dw * c)) * d;
%     end
    }
%   end
%   edge(last, ow)
%   for kx = 0, kw - 1 do
    store$(v)(dw + $(kx * c), w$(kx));
%   end
}
%   if width.guard then
#endif
%   end

% end
KERNEL void $(fn)($(params))
{
% if not keep then
    if (y0 == 0)
        memset(dw, 0, sizeof(float) * $(kh * kw * c));
% end
    for (int oy = y0; oy < y1; oy++)
        for (int ky = 0; ky < $(kh); ky++) {
            const int iy = oy * $(sh) + $(tap_at("ky", dh)) - $(top);
            if (iy < 0 || iy >= $(h))
                continue;
            const float *d = dy + oy % dyn * $(ow * c);
            const float *r = x + iy % xn * $(w * c);
            float *t = dw + ky * $(kw * c);
            int ch = 0;
% for _, width in ipairs(widths(c)) do
%   if width.guard then
#if $(width.guard)
%   end
            for (; ch + $(width.lanes) <= $(c); ch += $(width.lanes))
                $(fn)_block$(width.v)(d + ch, r + ch, t + ch);
%   if width.guard then
#endif
%   end
% end
        }
}

