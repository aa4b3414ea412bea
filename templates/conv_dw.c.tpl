% -- SPDX-License-Identifier: 0BSD
% include"window.c.tpl"
% local ci, co = c // groups, oc // groups
% need"gemm_f32"
% for _, tail in ipairs(widths(co)) do need("gemm_f32_" .. tail.v) end
%
% local taps, whole = groups * kh * kw, tap1 - tap0 == groups * kh * kw and in1 - in0 == ci
% local from = from_x and "from_x" or from_dy and "from_dy" -- what names the channels that are read
% local merged = groups == 1 and dw == 1 and whole and not from -- a row of taps is one run of x
% local xc, dyc = from_x and "from_c" or "c", from_dy and "from_c" or "oc" -- channels of a pixel
% local gemm, index = from and "gather_outer_" .. (from_x and "x" or "dy") or "gemm_f32", from and ", " .. from or ""
% if from then need(gemm) end
% local function product(apart) -- what all of them have; apart: of several rows that are summed up at once, in b
    /* Input channels are the rows of this product, pixels are summed over. */
    p.n = co; p.taps = 1;$(apart and "" or " p.rows = 1;")
    p.a_0 = 0; p.a_tap = 0; p.a_i = 1; p.a_k = $(tap_at(xc, sw));
    p.b_row = $(apart or "0"); p.b_tap = 0; p.b_k = $(dyc);
    p.bias = NULL; p.c_i = co;
% end
%
% if is_pointwise and not from then
%   local name = "conv_dw_pointwise" .. (keep and "_keep" or "")
%   shared(name, function()
/*
 * Gradient of the weights of convolution 1x1: dy [..][width][oc], x [..][width][c] -> added to dw [c][co], rows y0 to y1 of
 * dy; only the part of dw of inputs in0 to in1 - 1
 */
BODY void $(name)(const float *dy, int dyn, const float *x, int xn, float *dw, int y0, int y1, int width, int c, int oc,
        int in0, int in1)
{
    const int co = oc;
    struct product p;

%     if not keep then
    if (y0 == 0)
        memset(dw, 0, sizeof(float) * (size_t)((in1 - in0) * co));
%     end
%     product()
    p.m = in1 - in0;
    p.plus = dw;
    p.c = dw;
    for (int oy = y0; oy < y1; oy += p.k / width) {
        const float *xr = x + oy % xn * (width * c) + in0;
%     rows_together("oy", "dyn xn")
        p.k = rows * width;
        p.a = &xr;
        p.b = dy + oy % dyn * (width * oc);
        gemm_f32(&p);
    }
}

%   end)
%   kernel(name, "dy+ x+ dw", w, c, oc, in0, in1)
%   return
% end
%
% local rows_at_once = 8 -- convolution_grad.c counts their addresses
% local part = tap1 - tap0 < taps
% local beyond = merged and left >= kw
% local name = "conv_dw" .. window_name .. (merged and "" or part and "_part" or "_taps") .. (beyond and "_beyond" or "") .. (keep and "_keep" or "") .. (from and "_" .. from or "")
% shared(name, function()
/*
 * Gradient of the weights of convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated), top rows and left columns of padding: dy [..][ow][oc],
 * x [height][width][c] -> added to dw [groups][$(kh)][$(kw)][ci][co], rows y0 to y1 of dy$(merged and "; columns from `first` to `last` see all taps" or "")
% if from then
 * $(from_x and "x" or "dy") has from_c channels, of which `$(from)` names the $(from_x and "c" or "oc") that are read.
% end
% if not merged then
 * Only the part of dw of $(part and "taps tap0 to tap1 - 1 (group, row, column) and " or "")inputs in0 to in1 - 1
% end
 */
BODY void $(name)(const float *dy, int dyn, const float *x, int xn, $(from and "const uint16_t *" .. from .. ", " or "")float *dw, int y0, int y1, int height, int width, int c,
        int ow, int oc, int groups, int top, int left$(merged and ", int first, int last" or part and ", int tap0, int tap1, int in0, int in1" or ", int in0, int in1")$(from and ", int from_c" or ""))
{
    const int $(merged and "" or "ci = c / groups, ")co = oc / groups, values = $(merged and "c * co" or "(in1 - in0) * co"); /* of a tap */
    struct product p;

% if not keep then
    if (y0 == 0)
        memset(dw, 0, sizeof(float) * (size_t)($(part and "(tap1 - tap0) * " or merged and (kh * kw > 1 and kh * kw .. " * " or "") or kh * kw > 1 and "groups * " .. kh * kw .. " * " or "groups * ")values));
% end
%   product(not merged and "ow * " .. dyc)
% if merged then
    for (int oy = y0; oy < y1; oy++)
        for (int ky = 0; ky < $(kh); ky++) {
            const int iy = $(tap_at("oy", sh)) + $(tap_at("ky", dh)) - top;
            if (iy < 0 || iy >= height)
                continue;
            for (int ox = 0; ox < ow; ox += p.k) {
                const int ix = $(tap_at("ox", sw)) - left;
                const int kx0 = ix < 0 ? $(taps_before("ix", dw)) : 0;
                const int kx1 = ix + $(window_w) > width ? $(taps_until("width", "ix", dw)) : $(kw);
                p.k = ox == first && first < last ? last - first : 1;
                const float *xr = x + iy % xn * (width * c) + (ix + kx0) * c;
                p.m = (kx1 - kx0) * c;
                p.a = &xr;
                p.b = dy + oy % dyn * (ow * oc) + ox * oc;
                p.c = dw + (ky * $(kw) + $(beyond and ("(kx0 < %d ? kx0 : 0)"):format(kw) or "kx0")) * values;
                p.plus = p.c;
                gemm_f32(&p);
            }
        }
}

% else
    p.m = in1 - in0;
    for (int oy = y0, n; oy < y1; oy += n) {
        const float *rows[$(rows_at_once)];

        n = y1 - oy < $(rows_at_once) ? y1 - oy : $(rows_at_once);
        if (n > dyn - oy % dyn) /* those that lie together */
            n = dyn - oy % dyn;
        for (int ky = 0; ky < $(kh); ky++) {
            int above = 0; /* rows of dy that this row of the filter meets in the padding */
            p.rows = 0;
            for (int r = oy; r < oy + n; r++) {
                const int iy = $(tap_at("r", sh)) + $(tap_at("ky", dh)) - top;
                above += iy < 0;
                if (iy >= 0 && iy < height)
                    rows[p.rows++] = x + iy % xn * (width * $(xc));
            }
            p.a = rows;
%   if kw == 1 then
            for (int g = 0; p.rows > 0 && g < groups; g++) {
                const int tap = g * $(kh) + ky, at = -left;
%   else
            for (int i = 0; p.rows > 0 && i < groups * $(kw); i++) {
                const int g = i / $(kw), kx = i % $(kw), tap = (g * $(kh) + ky) * $(kw) + kx, at = $(tap_at("kx", dw)) - left;
%   end
                /* Columns from `ox` to before `behind` of dy see something under this tap. */
                const int ox = at < 0 ? $(sw > 1 and ("(%d - at) / %d"):format(sw - 1, sw) or "-at") : 0;
                const int most = at < width ? $(sw > 1 and ("(width - at + %d) / %d"):format(sw - 1, sw) or "width - at") : 0;
                const int behind = most < ow ? most : ow;
                if (ox >= behind$(part and " || tap < tap0 || tap >= tap1" or ""))
                    continue;
                p.k = behind - ox;
                p.a_0 = ($(tap_at("ox", sw)) + at) * $(xc) + g * ci$(from_x and "" or " + in0");
                p.b = dy + (oy + above) % dyn * (ow * $(dyc)) + ox * $(dyc) + g * co;
                p.c = dw + $(part and "(tap - tap0)" or "tap") * values;
                p.plus = p.c;
                $(gemm)(&p$(index)$(from_x and " + in0" or ""));
            }
        }
    }
}

% end
% end)
% local arguments = "dy+ x+ " .. (from and from .. " dw" or "dw")
% local numbers = { h, w, c, ow, oc, groups, top, left }
% for _, more in ipairs(part and { tap0, tap1, in0, in1 } or merged and { first_column, last_column } or { in0, in1 }) do numbers[#numbers + 1] = more end
% if from then numbers[#numbers + 1] = from_x and from_x_c or from_dy_c end
% kernel(name, arguments, table.unpack(numbers))
