% -- SPDX-License-Identifier: 0BSD
% include"window.c.tpl"
% local i8 = wtype == "i8"
% local gemm, ci, co = "gemm_" .. wtype, c // groups, oc // groups
% if wtype == "bf16" then need"bf16" end
% need(gemm)
% for _, tail in ipairs(widths(co)) do need(gemm .. "_" .. tail.v) end
% if is_pointwise and not from and not to then include"pointwise.c.tpl" return end
% if from then need("gather_" .. gemm) end
% if to then need("scatter_" .. gemm) end
% if to then need"copy_floats" end
%
% local type = ({ f32 = "float", bf16 = "uint16_t", i8 = "int8_t" })[wtype]
% local first, last = first_column, last_column
% local beyond = top >= window_h or left >= window_w -- some windows see no more than padding
% local xc, yc = from and "from_c" or "c", to and "to_c" or "oc" -- channels of a pixel
% local name = "conv" .. taps_name .. (i8 and "_i8" or wtype == "bf16" and "_bf16" or "") .. (beyond and "_beyond" or "") ..
%     (from and "_from" or "") .. (to and "_to" or "")
%
% shared(name, function()
/*
 * Convolution $(kh)x$(kw), strides sh and sw$(dilated): x [height][width][c] -> y [..][ow][oc], in groups; top rows and left
 * columns of padding. Columns from `first` to `last` see all taps.
% if from then
 * x has from_c channels, of which `from` names the c that are read.
% end
% if to then
 * y has to_c channels: it is plus (or 0), and the result is added to the oc channels that `to` names.
% end
% if i8 then
 * w int8 [groups][$(kh)][$(kw)][(ci + 3) / 4][co][4], times scale[oc]
% else
 * w [groups][$(kh)][$(kw)][ci][co]
% end
 */
BODY void $(name)(const float *x, int xn, const $(type) *w, $(i8 and "const float *scale, " or "")const float *b, const float *plus, int plusn,
        $(from and "const uint16_t *from, " or "")$(to and "const uint16_t *to, " or "")float *y, int yn, int y0, int y1, int height, int width, int c, int ow, int oc, int sh, int sw, int groups, int top, int left, int first, int last$(from and ", int from_c" or "")$(to and ", int to_c" or ""))
{
    const int ci = c / groups, co = oc / groups, tap = $(i8 and "(ci + 3) / 4 * co * 4" or "ci * co");
% local merges = dw == 1 and not from
% if merges then
    const int merged = groups == 1$(i8 and " && c % 4 == 0" or ""); /* the pixels under a row of taps lie together */
% end
    struct product p;

    for (int oy = y0; oy < y1; oy++) {
        const float *rows[$(kh)] = {NULL};
        const int iy = oy * sh - top;
        const int ky0 = iy < 0 ? $(taps_before("iy", dh)) : 0;
        const int ky1 = iy + $(window_h) > height ? $(taps_until("height", "iy", dh)) : $(kh);
        for (int ky = ky0; ky < ky1; ky++)
            rows[ky - ky0] = x + (iy + $(tap_at("ky", dh))) % xn * (width * $(xc));
% if to then
        float *yr = y + oy % yn * (ow * to_c);
        if (plus)
            copy_floats(yr, plus + oy % plusn * (ow * to_c), ow * to_c);
        else
            memset(yr, 0, sizeof(float) * (size_t)(ow * to_c));
% end
        for (int g = 0; g < groups; g++)
            for (int ox = 0; ox < ow; ox += p.m) {
                const int ix = ox * sw - left, at = ox * $(yc) + g * co;
                const int kx0 = ix < 0 ? $(taps_before("ix", dw)) : 0;
                const int kx1 = ix + $(window_w) > width ? $(taps_until("width", "ix", dw)) : $(kw);
                p.m = ox == first && first < last ? last - first : 1; p.n = co;
% if merges then
                p.k = merged ? (kx1 - kx0) * c : ci; p.taps = merged ? 1 : kx1 - kx0; p.rows = ky1 - ky0;
% else
                p.k = ci; p.taps = kx1 - kx0; p.rows = ky1 - ky0;
% end
                p.a = rows; p.a_0 = (ix + $(tap_at("kx0", dw))) * $(xc) + g * ci; p.a_tap = $(tap_at(xc, dw)); p.a_i = $(xc) * sw; p.a_k = 1;
% if beyond then
                p.b = w + g * $(kh * kw) * tap + (ky0 < $(kh) && kx0 < $(kw) ? (ky0 * $(kw) + kx0) * tap : 0);
% else
                p.b = w + g * $(kh * kw) * tap + (ky0 * $(kw) + kx0) * tap;
% end
                p.b_row = $(tap_at("tap", kw)); p.b_tap = tap; p.b_k = $(i8 and "4 * co" or "co");$(i8 and " p.scale = scale + g * co;" or "")
                p.bias = b ? b + g * co : NULL;
% if to then
                p.plus = NULL;
                p.c = yr + at; p.c_i = $(yc);
% else
                p.plus = plus ? plus + oy % plusn * (ow * oc) + at : NULL;
                p.c = y + oy % yn * (ow * oc) + at; p.c_i = $(yc);
% end
                $(from and "gather_" or to and "scatter_" or "")$(gemm)(&p$(from and ", from" or to and ", to" or ""));
            }
    }
}

% end)
% local arguments = i8 and "x+ w scale ?b ?plus+ y+" or from and "x+ w ?b ?plus+ from y+" or to and "x+ w ?b ?plus+ to y+" or "x+ w ?b ?plus+ y+"
% if from then
%   kernel(name, arguments, h, w, c, ow, oc, sh, sw, groups, top, left, first, last, from_c)
% elseif to then
%   kernel(name, arguments, h, w, c, ow, oc, sh, sw, groups, top, left, first, last, to_c)
% else
%   kernel(name, arguments, h, w, c, ow, oc, sh, sw, groups, top, left, first, last)
% end
