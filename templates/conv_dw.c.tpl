% -- SPDX-License-Identifier: 0BSD
% include"window.c.tpl"
% local ci, co = c // groups, oc // groups
% need"gemm_f32"
% for _, tail in ipairs(widths(co)) do need("gemm_f32_" .. tail.v) end
%
% local tap = ci * co
% local taps, whole = groups * kh * kw, tap1 - tap0 == groups * kh * kw and in1 - in0 == ci
% local merged = groups == 1 and dw == 1 and whole     -- a row of taps is one run of x
% local first, last = first_column, last_column
% local pointwise = kh == 1 and kw == 1 and sh == 1 and sw == 1 and top == 0 and left == 0 and
%                   oh == h and ow == w and groups == 1
/*
 * Gradient of the weights of convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated)$(groups > 1 and ", " .. groups .. " groups" or ""), padding $(top) above, $(left) left:
 * dy $(oh)x$(ow)x$(oc), x $(h)x$(w)x$(c) -> added to dw [$(groups)][$(kh)][$(kw)][$(ci)][$(co)], rows y0 to y1 of dy
% if not whole then
 * Only the part of dw of $(taps > 1 and "taps " .. tap0 .. " to " .. tap1 - 1 .. " (group, row, column)" or "inputs " .. in0 .. " to " .. in1 - 1)
% end
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    struct product p;
% if not keep then
    if (y0 == 0)
        memset(dw, 0, sizeof(float) * $((tap1 - tap0) * (in1 - in0) * co));
% end
    p.n = $(co);
    p.rows = 1;
    p.taps = 1;
    p.a_0 = 0;
    p.a_tap = 0;
    p.a_i = 1; /* input channels are the rows of this product, pixels are summed over */
    p.a_k = $(sw * c);
    p.b_row = 0;
    p.b_tap = 0;
    p.b_k = $(oc);
    p.scale = NULL;
    p.bias = NULL;
    p.c_i = $(co);
% if pointwise then
    p.m = $(in1 - in0);
    p.plus = dw;
    p.c = dw;
    for (int oy = y0; oy < y1; oy += p.k / $(w)) {
        const float *xr = x + oy % xn * $(w * c)$(in0 > 0 and " + " .. in0 or "");
        int rows = y1 - oy; /* those that lie together */
%   for _, ring in ipairs { "dyn", "xn" } do
        if (rows > $(ring) - oy % $(ring))
            rows = $(ring) - oy % $(ring);
%   end
        p.k = rows * $(w);
        p.a = &xr;
        p.b = dy + oy % dyn * $(w * oc);
        gemm_f32(&p);
    }
% else
    for (int oy = y0; oy < y1; oy++)
        for (int ky = 0; ky < $(kh); ky++) {
            const int iy = oy * $(sh) + $(tap_at("ky", dh)) - $(top);
            if (iy < 0 || iy >= $(h))
                continue;
            for (int ox = 0; ox < $(ow); ox += p.k) {
                const int ix = ox * $(sw) - $(left);
                const int kx0 = ix < 0 ? $(taps_before("ix", dw)) : 0;
                const int kx1 = ix + $(window_w) > $(w) ? $(taps_until(w, "ix", dw)) : $(kw);
%   if last - first > 1 then
                p.k = ox == $(first) ? $(last - first) : 1; /* columns that see all taps, or one */
%   else
                p.k = 1;
%   end
%   if merged then
                const float *xr = x + iy % xn * $(w * c) + (ix + kx0) * $(c);
                p.m = (kx1 - kx0) * $(c);
                p.a = &xr;
                p.b = dy + oy % dyn * $(ow * oc) + ox * $(oc);
                p.c = dw + ky * $(kw * tap) + $(left >= kw and ("(kx0 < %d ? kx0 : 0)"):format(kw) or "kx0") * $(tap);
                p.plus = p.c;
                gemm_f32(&p);
%   else
                p.m = $(in1 - in0);
                for (int g = 0; g < $(groups); g++)
                    for (int kx = kx0; kx < kx1; kx++) {
                        const float *xr = x + iy % xn * $(w * c) + (ix + $(tap_at("kx", dw))) * $(c) + g * $(ci)$(in0 > 0 and " + " .. in0 or "");
%     if tap1 - tap0 < taps then
                        const int tap = (g * $(kh) + ky) * $(kw) + kx;
                        if (tap < $(tap0) || tap >= $(tap1))
                            continue;
%     end
                        p.a = &xr;
                        p.b = dy + oy % dyn * $(ow * oc) + ox * $(oc) + g * $(co);
%     if tap1 - tap0 < taps then
                        p.c = dw + (tap - $(tap0)) * $(tap);
%     else
                        p.c = dw + ((g * $(kh) + ky) * $(kw) + kx) * $((in1 - in0) * co);
%     end
                        p.plus = p.c;
                        gemm_f32(&p);
                    }
%   end
            }
        }
% end
}

