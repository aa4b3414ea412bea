% -- SPDX-License-Identifier: 0BSD
% include"window.c.tpl"
% local i8 = wtype == "i8"
% local gemm = transposed and (i8 and "gemm_i8k" or "gemm_f32") or wtype == "bf16" and "gemm_dot_bf16" or "gemm_dot"
% if wtype == "bf16" then need"bf16" end
% local ci, co = c // groups, oc // groups
% need(gemm)
% if transposed then
%   for _, tail in ipairs(widths(ci)) do need(gemm .. "_" .. tail.v) end
% end
%
% local quads = (co + 3) // 4
% local tap = i8 and quads * ci * 4 or ci * co      -- steps of w, in its elements
% local step = not transposed and co or i8 and ci * 4 or ci
% local pointwise = kh == 1 and kw == 1 and sh == 1 and sw == 1 and top == 0 and left == 0 and
%                   oh == h and ow == w and groups == 1
% -- taps_after(n, on, k, s, pad): the highest of the first taps that meet n places, from on windows with stride s.
% local function taps_after(n, on, k, s, pad)
%   local most = 0
%   for i = pad, pad + n - 1 do most = math.max(most, i % s + math.max(0, i // s - (on - 1)) * s) end
%   return most
% end
% local row_step, column_step, back = tap_step(sh, dh), tap_step(sw, dw), result_step(sw, dw)
% local first_tap = ("ky0 * %d + (first + t0 * %d) * %d"):format(kw * tap, column_step, tap)
% if dh > 1 or dw > 1 or taps_after(h, oh, kh, sh, top) * kw + taps_after(w, ow, kw, sw, left) > kh * kw then -- some pixels meet no tap
%   first_tap = "(n > 0 && t0 < t1 ? " .. first_tap .. " : 0)"
% end
/*
 * Gradient of convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated)$(groups > 1 and ", " .. groups .. " groups" or ""): dy $(oh)x$(ow)x$(oc) -> dx $(h)x$(w)x$(c), padding $(top) above, $(left) left
% if i8 then
 * w int8 [$(groups)][$(kh)][$(kw)][$(quads)][$(ci)][4], each times scale[$(oc)] of its output channel
% elseif transposed then
 * w [$(groups)][$(kh)][$(kw)][$(co)][$(ci)]
% else
 * w [$(groups)][$(kh)][$(kw)][$(ci)][$(co)], as the forward convolution has it
% end
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    struct product p;
% if pointwise then
    for (int iy = y0; iy < y1; iy += p.m / $(w)) {
        /* A pixel is a row of the product; rows that lie together go together. */
        const float *dyr = dy + iy % dyn * $(w * oc);
        int rows = y1 - iy;
%   for _, ring in ipairs(has_plus and { "dyn", "dxn", "plusn" } or { "dyn", "dxn" }) do
        if (rows > $(ring) - iy % $(ring))
            rows = $(ring) - iy % $(ring);
%   end
        p.m = rows * $(w);
        p.n = $(c);
        p.k = $(oc);
        p.rows = 1;
        p.taps = 1;
        p.a = &dyr;
        p.a_0 = 0;
        p.a_tap = 0;
        p.a_i = $(oc);
        p.a_k = 1;
        p.b = w;
        p.b_row = 0;
        p.b_tap = 0;
        p.b_k = $(step);
        p.scale = $(i8 and "scale" or "NULL");
        p.bias = NULL;
        p.plus = $(has_plus and "plus + iy % plusn * " .. w * c or "NULL");
        p.c = dx + iy % dxn * $(w * c);
        p.c_i = $(c);
        $(gemm)(&p);
    }
% else
    for (int iy = y0; iy < y1; iy++) {
        /* Row iy is met by the filter's rows ky, ky + $(row_step), ... from the output rows oy, oy - $(result_step(sh, dh)), ... */
        const float *rows[$((kh + row_step - 1) // row_step)] = {NULL};
% first_row_tap("        ")
        int n = 0;
        for (int ky = ky0; ky < $(kh) && oy >= 0; ky += $(row_step), oy -= $(result_step(sh, dh)))
            rows[n++] = dy + oy % dyn * $(ow * oc);
%   if groups > 1 then
        for (int g = 0; g < $(groups); g++)
%   end
%   local column = "ix"
%   if sw > 1 then
        for (int phase = 0; phase < $(sw) && phase < $(w); phase++)
        for (int ix = phase; ix < $(w); ix += p.m * $(sw)) {
%   else
        for (int ix = 0; ix < $(w); ix += p.m) {
%   end
            /* Column ix is met by the taps first + t * $(column_step) from the columns ox - $(tap_at("t", back)), t0 <= t < t1. */
% column_taps()
%   if back == 1 then
            const int t0 = ox < $(ow) ? 0 : ox - $(ow - 1);
            const int t1 = ox < taps ? ox + 1 : taps;
%   else
            const int t0 = ox < $(ow) ? 0 : (ox - $(ow - back)) / $(back);
            const int t1 = ox < 0 ? 0 : ox / $(back) < taps ? ox / $(back) + 1 : taps;
%   end
            p.m = 1;
            if ($(dw > 1 and "taps > 0 && " or "")ox == $(back == 1 and "taps - 1" or "(taps - 1) * " .. back) && ox < $(ow)) { /* from here on columns see all their taps */
                p.m = $(ow) - ox;
                if (p.m > ($(w + sw - 1) - ix) / $(sw))
                    p.m = ($(w + sw - 1) - ix) / $(sw);
            }
            p.n = $(ci);
            p.k = $(co);
            p.rows = n;
            p.taps = t1 - t0;
            p.a = rows;
            p.a_0 = (ox - $(tap_at("t0", back))) * $(oc)$(groups > 1 and " + g * " .. co or "");
            p.a_tap = -$(back * oc);
            p.a_i = $(oc);
            p.a_k = 1;
            p.b = w + $(groups > 1 and "g * " .. kh * kw * tap .. " + " or "")$(first_tap);
            p.b_row = $(row_step * kw * tap);
            p.b_tap = $(column_step * tap);
            p.b_k = $(step);
            p.scale = $(i8 and (groups > 1 and "scale + g * " .. co or "scale") or "NULL");
            p.bias = NULL;
%   local at = "ix * " .. c .. (groups > 1 and " + g * " .. ci or "")
            p.plus = $(has_plus and "plus + iy % plusn * " .. w * c .. " + " .. at or "NULL");
            p.c = dx + iy % dxn * $(w * c) + $(at);
            p.c_i = $(sw * c);
            $(gemm)(&p);
        }
    }
% end
}

