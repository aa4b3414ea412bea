% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
% include"window.c.tpl"
% need"store_turned" need("shares_" .. gtype)
% local ci, co = c // groups, oc // groups
% local panels = (co + 5) // 6 * 2
% -- Helium: eights of channels, whose weights lie within 16 bits of each other (turned.c.tpl).
% local eights = target.helium and is_pointwise and 7 * 3 * ((c + 3) // 4 * 4) + 8 < 65536
% if is_pointwise and (eights or not target.helium) then
%   need"together" need"turned" need("turned_" .. gtype)
%   if by_input then need"by_input" end
%   local name = "conv_int8_dx_pointwise_" .. gtype .. (by_input and "_by_input" or "")
%   shared(name, function()
/* Transpose of convolution 1x1 of int8: dy [..][width][oc] -> dx [..][width][c], plus what is there already; w $(by_input and "in a copy of its own, [(c + 1) / 2][(oc + 3) / 4][2][4]" or "as the forward pass reads it") */
BODY void $(name)(const $(gradient) *dy, int dyn, const int32_t *dy_range, const int8_t *w, const int16_t *share, const int32_t *turn, const $(gradient) *plus, int plusn,
        const int32_t *plus_range, $(gradient) *dx, int dxn, int32_t *range, int y0, int y1, int32_t *columns, int width, int c, int oc, int part$(target.dsp and ", int part_inputs, int part_outs" or ""))
{
    const struct turn t = turn_of(turn[0], turn[1] + range[0] - dy_range[0]);
    const struct turned k = $(by_input and "turned_by_input" or "turned_of")(w, share, c, oc, part$(target.dsp and ", part_inputs, part_outs" or ""));
    const int up = plus ? range[0] - plus_range[0] : 0;
    int32_t bits = 0;

    for (int row = y0, rows; row < y1; row += rows) {
        rows = together(together(y1 - row, row, dyn), row, dxn);
        rows = plus ? together(rows, row, plusn) : rows;
        bits |= turn_$(gtype)(&k, &t, columns, dy + row % dyn * (width * oc), plus ? plus + row % plusn * (width * c) : plus, up, dx + row % dxn * (width * c), rows * width);
    }
    range_see(range, bits);
}

%   end)
%   local room = math.max((part + 5) // 6 * 6, eights and (part + 7) // 8 * 8 or 0, by_input and (part + 3) // 4 * 4 or 0, target.dsp and 2 * part_outs + 4 * part_inputs or 0)
%   local arrays = { ("int32_t columns[%d];"):format(room) }
%   if target.dsp then
%     kernel(name, "dy+ dy_range w share turn ?plus+ ?plus_range dx+ range", arrays, "columns", w, c, oc, part, part_inputs, part_outs)
%   else
%     kernel(name, "dy+ dy_range w share turn ?plus+ ?plus_range dx+ range", arrays, "columns", w, c, oc, part)
%   end
%   return
% end
% need"dot_turned"
% local name = "conv_int8_dx" .. window_name .. "_" .. gtype .. (has_plus and "_plus" or "")
% -- Whether a tap that would meet row or column `at` of the result, in steps of the map, meets one; and which.
% local function meets(at, s, n) return at .. " >= 0 && " .. (s > 1 and at .. " % " .. s .. " == 0 && " .. at .. " / " .. s or at) .. " < " .. n end
% local function met(at, s) return s > 1 and at .. " / " .. s or at end
% local plus = has_plus and ("const %s *plus, int plusn, const int32_t *plus_range, "):format(gradient) or ""
% shared(name, function()
/*
 * Transpose of convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated) of int8: dy [oh][ow][oc]$(has_plus and ", and what `plus` holds" or "") -> dx [..][width][c], in groups,
 * top rows and left columns of padding; w as the forward pass reads it. Two pixels at a time: columns is room for what a
 * tap meets of dy, sums for their dx
 */
BODY void $(name)(const $(gradient) *dy, int dyn, const int32_t *dy_range, const int8_t *w, const int16 *share, const int32_t *turn, $(plus)$(gradient) *dx, int dxn, int32_t *range, int y0, int y1,
        int32_t *columns, int32_t *sums, int width, int c, int oh, int ow, int oc, int groups, int top, int left)
{
    const int ci = c / groups, co = oc / groups, panels = (co + 5) / 6 * 2, depth = ($(kh * kw) * ci + 3) / 4 * 4;
    const struct turn t = turn_of(turn[0], turn[1] + range[0] - dy_range[0]);
% if has_plus then
    const int up = range[0] - plus_range[0];
% end
    const int pixels = (y1 - y0) * width;
    int32_t bits = 0;

    for (int p = 0; p < pixels; p += 2)
        for (int g = 0; g < groups; g++) {
            $(gradient) *to[2];
% if has_plus then
            const $(gradient) *add[2];
% end
            memset(sums, 0, sizeof(int32_t) * 2 * (size_t)ci);
            for (int tap = 0; tap < $(kh * kw); tap++) {
                const int ky = tap / $(kw), kx = tap % $(kw);
                int any = 0;
                for (int i = 0; i < 2; i++) { /* an odd pixel is its own companion */
                    const int pixel = p + i < pixels ? p + i : p;
                    const int oy = y0 + pixel / width + top - $(tap_at("ky", dh)), ox = pixel % width + left - $(tap_at("kx", dw));
                    if ($(meets("oy", sh, "oh")) && $(meets("ox", sw, "ow"))) {
                        any = 1;
                        put_shares_$(gtype)(columns, i, dy + $(met("oy", sh)) % dyn * (ow * oc) + $(met("ox", sw)) * oc + g * co, share + g * co, co, 3 * panels);
                    } else {
                        put_shares_$(gtype)(columns, i, dy, share, 0, 3 * panels);
                    }
                }
                if (!any)
                    continue;
                for (int k = tap * ci / 4 * 4; k < (tap + 1) * ci; k += 4) {
                    int32_t four[8];
                    dot_turned(four, columns, w + (g * panels * depth + k) * 3, 3 * depth, panels, 1);
                    for (int u = 0; u < 4; u++) {
                        const int n = k + u - tap * ci;
                        if (n >= 0 && n < ci) {
                            sums[2 * n] += four[2 * u];
                            sums[2 * n + 1] += four[2 * u + 1];
                        }
                    }
                }
            }
            for (int i = 0; i < 2; i++) {
                const int pixel = p + i < pixels ? p + i : p, row = y0 + pixel / width;
                const int at = pixel % width * c + g * ci;
                to[i] = dx + row % dxn * (width * c) + at;
% if has_plus then
                add[i] = plus + row % plusn * (width * c) + at;
% end
            }
            bits |= store_turned_$(gtype)(to[0], to[1], $(has_plus and "add[0], add[1], up" or "NULL, NULL, 0"), sums, &t, ci);
        }
    range_see(range, bits);
}

% end)
% kernel(name, "dy+ dy_range w share turn " .. (has_plus and "plus+ plus_range " or "") .. "dx+ range",
%     { ("int32_t columns[%d], sums[%d];"):format(3 * panels, 2 * ci) }, "columns", "sums", w, c, oh, ow, oc, groups, top, left)
