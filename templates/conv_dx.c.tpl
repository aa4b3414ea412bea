% -- SPDX-License-Identifier: 0BSD
% include"window.c.tpl"
% local i8 = wtype == "i8"
% local gemm = transposed and (i8 and "gemm_i8k" or "gemm_f32") or wtype == "bf16" and "gemm_dot_bf16" or "gemm_dot"
% if wtype == "bf16" then need"bf16" end
% local ci, co = c // groups, oc // groups
% need(gemm)
% -- With vectors, weights that are not transposed are turned: as few as these at once, others by panels (convolution_grad.c counts both).
% local turned = not from and not to and gemm == "gemm_dot" and target.lanes ~= 1 and kh * kw > 1 and kh * kw * ci * oc <= 12288
% if not transposed and not turned then need(gemm .. "_panels") end
% if from then need("gather_" .. gemm) end
% if to then need("scatter_" .. gemm) end
% if to then need"copy_floats" end
% local tiles = transposed and gemm or target.lanes ~= 1 and "gemm_f32"
% if tiles then
%   need(tiles)
%   for _, tail in ipairs(widths(ci)) do need(tiles .. "_" .. tail.v) end
% end
%
% -- taps_after(n, on, k, s, pad): the highest of the first taps that meet n places, from on windows with stride s.
% local function taps_after(n, on, k, s, pad)
%   local most = 0
%   for i = pad, pad + n - 1 do most = math.max(most, i % s + math.max(0, i // s - (on - 1)) * s) end
%   return most
% end
% local row_step, column_step, back = tap_step(sh, dh), tap_step(sw, dw), result_step(sw, dw)
% local gaps = dh > 1 or dw > 1 or taps_after(h, oh, kh, sh, top) * kw + taps_after(w, ow, kw, sw, left) > kh * kw -- some pixels meet no tap
% local type = ({ f32 = "float", bf16 = "uint16_t", i8 = "int8_t" })[wtype]
% local kind = turned and "_turned" or gemm:gsub("gemm_", "_")
% local dyc, dxc = from and "from_c" or "oc", to and "to_c" or "c" -- channels of a pixel
% local lies = (from and "_from" or "") .. (to and "_to" or "")
% local name = is_pointwise and lies == "" and "conv_dx_pointwise" .. kind or "conv_dx" .. window_name .. kind .. (gaps and "_gaps" or "") .. lies
% -- How weights lie: steps between taps, and between the k of a product.
% local tap = i8 and "(co + 3) / 4 * ci * 4" or "ci * co"
% local step = not transposed and "co" or i8 and "ci * 4" or "ci"
% local form = i8 and ("int8 [groups][%d][%d][(co + 3) / 4][ci][4], each times scale[oc] of its output channel"):format(kh, kw) or
%     (transposed and "[groups][%d][%d][co][ci]" or "[groups][%d][%d][ci][co], as the forward convolution has it"):format(kh, kw)
% local parameters = "const float *dy, int dyn, const " .. type .. " *w, " .. (i8 and "const float *scale, " or "") .. "const float *plus, int plusn" ..
%     (from and ", const uint16_t *from" or "") .. (to and ", const uint16_t *to" or "")
%
% if is_pointwise and lies == "" then
%   shared(name, function()
/*
 * Gradient of convolution 1x1: dy [..][width][oc] -> dx [..][width][c]
 * w $((form:gsub("%[groups%]%[1%]%[1%]", ""):gsub("ci", "c"):gsub("co%f[^%w]", "oc")))
 */
BODY void $(name)($(parameters),
        float *dx, int dxn, int y0, int y1, int width, int c, int oc)
{
    struct product p;

    for (int iy = y0; iy < y1; iy += p.m / width) {
        /* A pixel is a row of the product; rows that lie together go together. */
        const float *dyr = dy + iy % dyn * (width * oc);
% rows_together("iy", "dyn dxn plusn", "plusn")
        p.m = rows * width; p.n = c; p.k = oc; p.rows = 1; p.taps = 1;
        p.a = &dyr; p.a_0 = 0; p.a_tap = 0; p.a_i = oc; p.a_k = 1;
        p.b = w; p.b_row = 0; p.b_tap = 0; p.b_k = $(not transposed and "oc" or i8 and "4 * c" or "c");$(i8 and " p.scale = scale;" or "")
        p.bias = NULL; p.plus = plus ? plus + iy % plusn * (width * c) : NULL;
        p.c = dx + iy % dxn * (width * c); p.c_i = c;
        $(gemm)(&p);
    }
}

%   end)
%   kernel(name, i8 and "dy+ w scale ?plus+ dx+" or "dy+ w ?plus+ dx+", w, c, oc)
%   return
% end
%
% shared(name, function()
/*
 * Gradient of convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated): dy [oh][ow][oc] -> dx [..][width][c], in groups; top rows and left
 * columns of padding
% if from then
 * dy has from_c channels, of which `from` names the oc that are read.
% end
% if to then
 * dx has to_c channels: it is plus (or 0), and the result is added to the c channels that `to` names.
% end
 * w $(form)
 */
BODY void $(name)($(parameters),
        float *dx, int dxn, int y0, int y1, int width, int c, int oh, int ow, int oc, int groups, int top, int left$(from and ", int from_c" or "")$(to and ", int to_c" or ""))
{
    const int ci = c / groups, co = oc / groups, tap = $(tap);
    struct product p;

% if turned then
#if LANES > 1
    float turned[12288];

    for (int t = 0; t < groups * $(kh * kw); t++)
        transpose(w + t * tap, co, ci, co, turned + t * tap, ci);
    w = turned;
#endif
% end
    for (int iy = y0; iy < y1; iy++) {
        /* Row iy is met by the filter's rows ky, ky + $(row_step), ... from the output rows oy, oy - $(result_step(sh, dh)), ... */
        const float *rows[$((kh + row_step - 1) // row_step)] = {NULL};
% first_row_tap("        ")
        int n = 0;
        for (int ky = ky0; ky < $(kh) && oy >= 0; $(row_step == 1 and "ky++" or "ky += " .. row_step), $(result_step(sh, dh) == 1 and "oy--" or "oy -= " .. result_step(sh, dh)))
            rows[n++] = dy + oy % dyn * (ow * $(dyc));
% if to then
        float *dxr = dx + iy % dxn * (width * to_c);
        if (plus)
            copy_floats(dxr, plus + iy % plusn * (width * to_c), width * to_c);
        else
            memset(dxr, 0, sizeof(float) * (size_t)(width * to_c));
% end
%   if sw > 1 then
        for (int g = 0; g < groups; g++)
        for (int phase = 0; phase < $(sw) && phase < width; phase++)
            for (int ix = phase; ix < width; ix += p.m * $(sw)) {
%   else
        for (int g = 0; g < groups; g++)
            for (int ix = 0; ix < width; ix += p.m) {
%   end
                /* Column ix is met by the taps first + t * $(column_step) from the columns ox - $(tap_at("t", back)), t0 <= t < t1. */
% column_taps()
%   if back == 1 then
                const int t0 = ox < ow ? 0 : ox - ow + 1;
                const int t1 = ox < taps ? ox + 1 : taps;
%   else
                const int t0 = ox < ow ? 0 : (ox - ow + $(back)) / $(back);
                const int t1 = ox < 0 ? 0 : ox / $(back) < taps ? ox / $(back) + 1 : taps;
%   end
                const int at = ix * $(dxc) + g * ci;
                p.m = 1;
                if ($(dw > 1 and "taps > 0 && " or "")ox == $(back == 1 and "taps - 1" or tap_at("(taps - 1)", back)) && ox < ow) { /* from here on columns see all their taps */
                    p.m = ow - ox;
%   if sw == 1 then
                    if (p.m > width - ix)
                        p.m = width - ix;
%   else
                    if (p.m > (width + $(sw - 1) - ix) / $(sw))
                        p.m = (width + $(sw - 1) - ix) / $(sw);
%   end
                }
                p.n = ci; p.k = co; p.rows = n; p.taps = t1 - t0;
                p.a = rows; p.a_0 = (ox - $(tap_at("t0", back))) * $(dyc) + g * co; p.a_tap = -$(tap_at(dyc, back)); p.a_i = $(dyc); p.a_k = 1;
%   local first_tap = ("(%s + first + %s) * tap"):format(tap_at("ky0", kw), tap_at("t0", column_step))
                p.b = w + g * $(kh * kw) * tap + $(gaps and "(n > 0 && t0 < t1 ? " .. first_tap .. " : 0)" or first_tap);
                p.b_row = $(tap_at("tap", row_step * kw)); p.b_tap = $(tap_at("tap", column_step)); p.b_k = $(turned and "LANES > 1 ? ci : co" or step);$(i8 and " p.scale = scale + g * co;" or "")
% if to then
                p.bias = NULL; p.plus = NULL;
                p.c = dxr + at; p.c_i = $(tap_at(dxc, sw));
% else
                p.bias = NULL; p.plus = plus ? plus + iy % plusn * (width * c) + at : NULL;
                p.c = dx + iy % dxn * (width * c) + at; p.c_i = $(tap_at(dxc, sw));
% end
% if turned then
#if LANES > 1
                gemm_f32(&p);
#else
                gemm_dot(&p);
#endif
% else
                $(from and "gather_" or to and "scatter_" or "")$(gemm)(&p$(from and ", from" or to and ", to" or ""));
% end
            }
    }
}

% end)
% local arguments = i8 and "dy+ w scale ?plus+ dx+" or from and "dy+ w ?plus+ from dx+" or to and "dy+ w ?plus+ to dx+" or "dy+ w ?plus+ dx+"
% if from then
%   kernel(name, arguments, w, c, oh, ow, oc, groups, top, left, from_c)
% elseif to then
%   kernel(name, arguments, w, c, oh, ow, oc, groups, top, left, to_c)
% else
%   kernel(name, arguments, w, c, oh, ow, oc, groups, top, left)
% end
