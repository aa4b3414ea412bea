% -- SPDX-License-Identifier: 0BSD
% include"window.c.tpl"
% local i8 = wtype == "i8"
% local gemm, ci, co = "gemm_" .. wtype, c // groups, oc // groups
% if wtype == "bf16" then need"bf16" end
% need(gemm)
% for _, tail in ipairs(widths(co)) do need(gemm .. "_" .. tail.v) end
%
% local quads = (ci + 3) // 4
% local tap = i8 and quads * co * 4 or ci * co      -- steps of w, in its elements
% local step = i8 and co * 4 or co
% local merged = groups == 1 and dw == 1 and (not i8 or c % 4 == 0) -- a row of taps is one run of x
% local first, last = first_column, last_column
% local first_tap = ("ky0 * %d + kx0 * %d"):format(kw * tap, tap)
% if top >= window_h or left >= window_w then -- some windows see no more than padding
%   first_tap = ("(ky0 < %d && kx0 < %d ? %s : 0)"):format(kh, kw, first_tap)
% end
% local pointwise = kh == 1 and kw == 1 and sh == 1 and sw == 1 and top == 0 and left == 0 and
%                   oh == h and ow == w and groups == 1
/*
 * Convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated)$(groups > 1 and ", " .. groups .. " groups" or ""): x $(h)x$(w)x$(c) -> y $(oh)x$(ow)x$(oc), padding $(top) above, $(left) left
% if i8 then
 * w int8 [$(groups)][$(kh)][$(kw)][$(quads)][$(co)][4], times scale[$(oc)]
% else
 * w [$(groups)][$(kh)][$(kw)][$(ci)][$(co)]
% end
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    struct product p;
% if pointwise then
    for (int oy = y0; oy < y1; oy += p.m / $(w)) {
        /* A pixel is a row of the product; rows that lie together go together. */
        const float *xr = x + oy % xn * $(w * c);
        int rows = y1 - oy;
%   for _, ring in ipairs(has_plus and { "xn", "yn", "plusn" } or { "xn", "yn" }) do
        if (rows > $(ring) - oy % $(ring))
            rows = $(ring) - oy % $(ring);
%   end
        p.m = rows * $(w);
        p.n = $(oc);
        p.k = $(c);
        p.rows = 1;
        p.taps = 1;
        p.a = &xr;
        p.a_0 = 0;
        p.a_tap = 0;
        p.a_i = $(c);
        p.a_k = 1;
        p.b = w;
        p.b_row = 0;
        p.b_tap = 0;
        p.b_k = $(step);
        p.scale = $(i8 and "scale" or "NULL");
        p.bias = $(has_b and "b" or "NULL");
        p.plus = $(has_plus and "plus + oy % plusn * " .. ow * oc or "NULL");
        p.c = y + oy % yn * $(ow * oc);
        p.c_i = $(oc);
        $(gemm)(&p);
    }
% else
    for (int oy = y0; oy < y1; oy++) {
        const float *rows[$(kh)] = {NULL};
        const int iy = oy * $(sh) - $(top);
        const int ky0 = iy < 0 ? $(taps_before("iy", dh)) : 0;
        const int ky1 = iy + $(window_h) > $(h) ? $(taps_until(h, "iy", dh)) : $(kh);
        for (int ky = ky0; ky < ky1; ky++)
            rows[ky - ky0] = x + (iy + $(tap_at("ky", dh))) % xn * $(w * c);
%   if groups > 1 then
        for (int g = 0; g < $(groups); g++)
%   end
        for (int ox = 0; ox < $(ow); ox += p.m) {
            const int ix = ox * $(sw) - $(left);
            const int kx0 = ix < 0 ? $(taps_before("ix", dw)) : 0;
            const int kx1 = ix + $(window_w) > $(w) ? $(taps_until(w, "ix", dw)) : $(kw);
%   if last - first > 1 then
            p.m = ox == $(first) ? $(last - first) : 1; /* columns that see all taps, or one */
%   else
            p.m = 1;
%   end
            p.n = $(co);
%   if merged then
            p.k = (kx1 - kx0) * $(c); /* the pixels under a row of taps lie together */
            p.taps = 1;
%   else
            p.k = $(ci);
            p.taps = kx1 - kx0;
%   end
            p.rows = ky1 - ky0;
            p.a = rows;
            p.a_0 = (ix + $(tap_at("kx0", dw))) * $(c)$(groups > 1 and " + g * " .. ci or "");
            p.a_tap = $(dw * c);
            p.a_i = $(sw * c);
            p.a_k = 1;
            p.b = w + $(groups > 1 and "g * " .. kh * kw * tap .. " + " or "")$(first_tap);
            p.b_row = $(kw * tap);
            p.b_tap = $(tap);
            p.b_k = $(step);
            p.scale = $(i8 and (groups > 1 and "scale + g * " .. co or "scale") or "NULL");
            p.bias = $(has_b and (groups > 1 and "b + g * " .. co or "b") or "NULL");
%   local at = "ox * " .. oc .. (groups > 1 and " + g * " .. co or "")
            p.plus = $(has_plus and "plus + oy % plusn * " .. ow * oc .. " + " .. at or "NULL");
            p.c = y + oy % yn * $(ow * oc) + $(at);
            p.c_i = $(oc);
            $(gemm)(&p);
        }
    }
% end
}

