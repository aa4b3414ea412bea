% -- SPDX-License-Identifier: 0BSD
% -- Activations of two pieces: a mask of one bit an element says which one x lies on. Element b * bytes + j of a row
% -- is bit b of the mask's byte j.
% --
% -- masked(name, title, numbers, constants, result, plain, open): a function that makes y = result and the mask: its bit is set
% -- where `open`. plain: result without pick, for one element.
% -- gated(name, title, numbers, constants, on, off): one that makes dx of dy and the mask: `on` where its bit is set, else `off`.
% -- name, title, numbers, constants, xe, dye and @ as in elementwise.c.tpl.
% include"elementwise.c.tpl"
% local function place(b) return b == 0 and "j" or b == 1 and "j + bytes" or "j + " .. b .. " * bytes" end
% function masked(name, title, numbers, constants, result, plain, open)
%   need"store_bytes"
%   rows(name, title, { "x" }, "y", numbers, function()
    const int bytes = (n + 7) / 8;

    for (int row = y0; row < y1; row++) {
        const float *xr = x + row % xn * n;
        float *yr = y + row % yn * n;
        uint8_t *bits = mask + row % maskn * bytes;
        int j = 0;
#if LANES > 1
        for (; j + LANES <= n - 7 * bytes; j += LANES) { /* bytes of which all bits have an element */
%   for _, k in ipairs(constants) do
            const vec $(k[1]) = splat($(k[2]));
%   end
            const ivec none = {0};
            ivec set = none;
            vec xe;
%   for b = 0, 7 do
            xe = load(xr + $(place(b)));
            set |= ($(open)) & (none + $(1 << b));
            store(yr + $(place(b)), $((result:gsub("@", ""))));
%   end
            store_bytes(bits + j, set);
        }
#endif
        for (; j < bytes; j++) {
%   for _, k in ipairs(constants) do
            const float $(k[1]) = $(k[2]);
%   end
            unsigned set = 0;
            for (int b = 0, e = j; b < 8 && e < n; b++, e += bytes) {
                const float xe = xr[e];
                set |= (($(open)) ? 1u : 0u) << b;
                yr[e] = $(plain);
            }
            bits[j] = (uint8_t)set;
        }
    }
%   end, "mask")
% end
% function gated(name, title, numbers, constants, on, off)
%   need"load_bytes"
%   rows(name, title, { "dy" }, "dx", numbers, function()
    const int bytes = (n + 7) / 8;

    for (int row = y0; row < y1; row++) {
        const float *dyr = dy + row % dyn * n;
        const uint8_t *bits = gate + row % gaten * bytes;
        float *dxr = dx + row % dxn * n;
        int j = 0;
#if LANES > 1
        for (; j + LANES <= n - 7 * bytes; j += LANES) { /* bytes of which all bits have an element */
%   for _, k in ipairs(constants) do
            const vec $(k[1]) = splat($(k[2]));
%   end
            const ivec none = {0};
            const ivec set = load_bytes(bits + j);
            vec dye;
%   for b = 0, 7 do
            dye = load(dyr + $(place(b)));
            store(dxr + $(place(b)), pick((set & (none + $(1 << b))) != none, $(on), $(off)));
%   end
        }
#endif
        for (; j < bytes; j++) {
%   for _, k in ipairs(constants) do
            const float $(k[1]) = $(k[2]);
%   end
            for (int b = 0, e = j; b < 8 && e < n; b++, e += bytes) {
                const float dye = dyr[e];
                dxr[e] = bits[j] >> b & 1 ? $(on) : $(off);
            }
        }
    }
%   end, "gate")
% end
