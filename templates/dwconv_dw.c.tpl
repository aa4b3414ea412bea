% -- SPDX-License-Identifier: 0BSD
% include"window.c.tpl"
% local before, behind = first_column, ow - last_column -- columns of dy with taps outside of x, written out: numbers are known in them
% local name = "dwconv_dw" .. window_name .. (before + behind > 0 and ("_edges%d_%d"):format(before, behind) or "")
% local list, blocks_name = widths(c), ""
% for i, width in ipairs(list) do
%   blocks_name = i == 1 and "" or blocks_name .. "_" .. width.v
%   local v = width.v
%   local function tap(k) return k == 0 and "dw" or k == 1 and "dw + c" or "dw + " .. k .. " * c" end
%   shared(name .. "_row" .. v, function()
%     if width.guard then
#if $(width.guard)
%     end
/* One row of dy, one of x and one of taps, for $(width.lanes) channels. Columns from `first` to `last` of dy meet x with all taps. */
BODY void $(name)_row$(v)(const float *dy, const float *x, float *dw, int width, int c, int left, int first, int last)
{
%     for kx = 0, kw - 1 do
    vec$(v) w$(kx) = load$(v)($(tap(kx)));
%     end
%     local function edge(ox, e)
    {
        const vec$(v) d = load$(v)(dy$(ox and (e > 0 and " + (" .. ox .. " + " .. e .. ")" or " + " .. ox) .. " * c" or e > 1 and " + " .. e .. " * c" or e == 1 and " + c" or ""));
        const int at = $(ox and tap_at(e > 0 and "(" .. ox .. " + " .. e .. ")" or ox, sw) .. " - left" or e > 0 and e * sw .. " - left" or "-left");
%       for kx = 0, kw - 1 do
%         local place = kx == 0 and "at" or "at + " .. kx * dw
        if ($(place) >= 0 && $(place) < width) w$(kx) += load$(v)(x + $(kx == 0 and "at" or "(" .. place .. ")") * c) * d;
%       end
    }
%     end
%     for e = 0, before - 1 do edge(nil, e) end
    for (int ox = first; ox < last; ox++) {
        const vec$(v) d = load$(v)(dy + ox * c);
        const float *xo = x + ($(tap_at("ox", sw)) - left) * c;
%     for kx = 0, kw - 1 do
        w$(kx) += load$(v)(xo$(kx * dw > 1 and " + " .. kx * dw .. " * c" or kx == 1 and " + c" or "")) * d;
%     end
    }
%     for e = 0, behind - 1 do edge("last", e) end
%     if before + behind == 0 then
    (void)width;
%     end
%     for kx = 0, kw - 1 do
    store$(v)($(tap(kx)), w$(kx));
%     end
}
%     if width.guard then
#endif
%     end

%   end)
% end
% local row_name = name .. "_row"
% name = name .. blocks_name .. (keep and "_keep" or "")
% shared(name, function()
/*
 * Gradient of the weights of depthwise convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated), top rows and left columns of padding:
 * dy [..][ow][c], x [height][width][c] -> added to dw [$(kh)][$(kw)][c], rows y0 to y1 of dy
 */
BODY void $(name)(const float *dy, int dyn, const float *x, int xn, float *dw, int y0, int y1, int height, int width, int c, int ow, int top, int left, int first, int last)
{
% if not keep then
    if (y0 == 0)
        memset(dw, 0, sizeof(float) * $(kh * kw) * (size_t)c);
% end
    for (int oy = y0; oy < y1; oy++)
        for (int ky = 0; ky < $(kh); ky++) {
            const int iy = $(tap_at("oy", sh)) + $(tap_at("ky", dh)) - top;
            if (iy < 0 || iy >= height)
                continue;
            const float *d = dy + oy % dyn * (ow * c);
            const float *r = x + iy % xn * (width * c);
            float *t = dw + ky * $(kw) * c;
            int ch = 0;
% for _, width in ipairs(list) do
%   if width.guard then
#if $(width.guard)
%   end
            for (; ch + $(width.lanes) <= c; ch += $(width.lanes))
                $(row_name)$(width.v)(d + ch, r + ch, t + ch, width, c, left, first, last);
%   if width.guard then
#endif
%   end
% end
        }
}

% end)
% kernel(name, "dy+ x+ dw", h, w, c, ow, top, left, first_column, last_column)
