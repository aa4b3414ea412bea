% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
% include"window.c.tpl"
% need"dot_turned" need"store_turned"
% local ci, co = c // groups, oc // groups
% local depth = (kh * kw * ci + 3) // 4 * 4
% local panels = (co + 5) // 6 * 2
% local pointwise = kh == 1 and kw == 1 and sh == 1 and sw == 1 and top == 0 and left == 0 and
%                   oh == h and ow == w and groups == 1
% if pointwise then
%   need"together" need"turned" need("turned_" .. gtype)
%   local name = "conv_int8_dx_pointwise_" .. gtype
%   shared(name, function()
/* Transpose of convolution 1x1 of int8: dy [..][width][oc] -> dx [..][width][c], plus what is there already; w as the forward pass reads it */
BODY void $(name)(const $(gradient) *dy, int dyn, const int32_t *dy_range, const int8_t *w, const int16_t *share, const int32_t *turn, const $(gradient) *plus, int plusn,
        const int32_t *plus_range, $(gradient) *dx, int dxn, int32_t *range, int y0, int y1, int32_t *columns, int width, int c, int oc)
{
    const struct turn t = turn_of(turn[0], turn[1] + range[0] - dy_range[0]);
    const struct turned k = turned_of(w, share, c, oc);
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
%   kernel(name, "dy+ dy_range w share turn ?plus+ ?plus_range dx+ range", { ("int32_t columns[%d];"):format(3 * panels) }, "columns", w, c, oc)
%   return
% end
/*
 * Transpose of convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated): dy $(oh)x$(ow)x$(oc) -> dx $(h)x$(w)x$(c); w as the forward pass reads it
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    const struct turn t = turn_of(turn[0], turn[1] + range[0] - dy_range[0]);
% if has_plus then
    const int up = range[0] - plus_range[0];
% end
    int32_t columns[$(3 * panels)], bits = 0;
    const int pixels = (y1 - y0) * $(w);

    for (int p = 0; p < pixels; p += 2) {
        $(gradient) *to[2];
%   if has_plus then
        int at[2];
%   end
        for (int g = 0; g < $(groups); g++) {
            int32_t sums[$(2 * ci)] = {0};
            for (int tap = 0; tap < $(kh * kw); tap++) {
                const int ky = tap / $(kw), kx = tap % $(kw);
                int any = 0;
                for (int i = 0; i < 2; i++) {
                    const int pixel = p + i < pixels ? p + i : p;
                    const int oy = y0 + pixel / $(w) + $(top) - $(tap_at("ky", dh)), ox = pixel % $(w) + $(left) - $(tap_at("kx", dw));
                    if (oy >= 0 && oy % $(sh) == 0 && oy / $(sh) < $(oh) && ox >= 0 && ox % $(sw) == 0 && ox / $(sw) < $(ow)) {
                        any = 1;
                        put_shares_$(gtype)(columns, i, dy + oy / $(sh) % dyn * $(ow * oc) + ox / $(sw) * $(oc) + g * $(co),
                                   share + g * $(co), $(co), $(3 * panels));
                    } else {
                        put_shares_$(gtype)(columns, i, dy, share, 0, $(3 * panels));
                    }
                }
                if (!any)
                    continue;
                for (int k = tap * $(ci) / 4 * 4; k < (tap + 1) * $(ci); k += 4) {
                    int32_t four[8];
                    dot_turned(four, columns, w + (g * $(panels) * $(depth) + k) * 3, $(3 * depth), $(panels), 1);
                    for (int u = 0; u < 4; u++) {
                        const int n = k + u - tap * $(ci);
                        if (n >= 0 && n < $(ci)) {
                            sums[2 * n] += four[2 * u];
                            sums[2 * n + 1] += four[2 * u + 1];
                        }
                    }
                }
            }
            for (int i = 0; i < 2; i++) {
                const int pixel = p + i < pixels ? p + i : p;
                const int row = y0 + pixel / $(w), column = pixel % $(w);
                to[i] = dx + row % dxn * $(w * c) + column * $(c) + g * $(ci);
% if has_plus then
                at[i] = row % plusn * $(w * c) + column * $(c) + g * $(ci);
% end
            }
            bits |= store_turned_$(gtype)(to[0], to[1], $(has_plus and "plus + at[0], plus + at[1], up" or "NULL, NULL, 0"), sums, &t, $(ci));
        }
    }
    range_see(range, bits);
}

