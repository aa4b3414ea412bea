% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
% -- The gradient of a pool of integers: for every element of dx the sum, in int32, over the windows that hold its pixel.
% -- of_window writes what window oy, ox, whose dy is at d, adds to sum[ch - from] for the channels from, .., to - 1.
% -- value: the sum in units of dx, as C.
% local few = c < 16 -- channels of a chunk: their sums are an array
% windows_name = (few and "_c" .. c or "") .. (has_plus and "_plus" or "") .. "_" .. gtype
% windows_parameters = "int width, int c, int oh, int ow, int kh, int kw, int sh, int sw, int top, int left"
% windows_plus = has_plus and ("const %s *plus, int plusn, const int32_t *plus_range, "):format(gradient) or ""
% function windows_dx(of_window, value)
    int32_t bits = 0;

    for (int iy = y0; iy < y1; iy++) {
        $(gradient) *row = dx + iy % dxn * (width * c);
        for (int ix = 0; ix < width; ix++)
            for (int from = 0; from < c; from += $(few and "c" or "16")) {
%   if few then
                const int to = c;
%   else
                const int to = from + 16 < c ? from + 16 : c;
%   end
                int32_t sum[$(few and c or 16)] = {0};
                for (int oy = (iy + top) / sh; oy >= 0 && oy * sh + kh > iy + top; oy--)
                    for (int ox = (ix + left) / sw; ox >= 0 && ox * sw + kw > ix + left; ox--) {
                        if (oy >= oh || ox >= ow)
                            continue;
                        const $(gradient) *d = dy + oy % dyn * (ow * c) + ox * c;
%   of_window()
                    }
                for (int ch = from; ch < to; ch++) {
                    $(has_plus and "" or "const ")int32_t v = $(value);
%   if has_plus then
                    v += shift_value(plus[iy % plusn * (width * c) + ix * c + ch], up);
%   end
                    bits |= v ^ v >> 31;
                    row[ix * c + ch] = ($(gradient))$(saturate("v"));
                }
            }
    }
    range_see(range, bits);
% end
