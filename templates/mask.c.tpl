% -- SPDX-License-Identifier: 0BSD
% -- Activations of two pieces: a mask of one bit an element says which one x lies on. Element b * nb + j of a row is
% -- bit b of the mask's byte j; nb = (w * c + 7) // 8.
% --
% -- masked(constants, result, plain, open): a kernel's body that makes y = result and the mask: its bit is set where
% -- `open`. plain: result without pick, for one element.
% -- gated(constants, on, off): one that makes dx of dy and the mask: `on` where its bit is set, else `off`.
% -- constants, xe, dye and @ as in elementwise.c.tpl.
% local n, nb = w * c, (w * c + 7) // 8
% local whole = nb - (8 * nb - n) -- bytes of which all bits have an element
% function masked(constants, result, plain, open)
    for (int row = y0; row < y1; row++) {
        const float *xr = x + row % xn * $(n);
        float *yr = y + row % yn * $(n);
        uint8_t *bits = mask + row % maskn * $(nb);
        int j = 0;
#if LANES > 1
        for (; j + LANES <= $(whole); j += LANES) {
%   for _, k in ipairs(constants) do
            const vec $(k[1]) = splat($(k[2]));
%   end
            const ivec none = {0};
            ivec set = none;
            vec xe;
            int32_t lanes[LANES];
%   for b = 0, 7 do
            xe = load(xr + j + $(b * nb));
            set |= ($(open)) & (none + $(1 << b));
            store(yr + j + $(b * nb), $((result:gsub("@", ""))));
%   end
            memcpy(lanes, &set, sizeof lanes);
            for (int l = 0; l < LANES; l++)
                bits[j + l] = (uint8_t)lanes[l];
        }
#endif
        for (; j < $(nb); j++) {
%   for _, k in ipairs(constants) do
            const float $(k[1]) = $(k[2]);
%   end
            unsigned set = 0;
            for (int b = 0, e = j; b < 8 && e < $(n); b++, e += $(nb)) {
                const float xe = xr[e];
                set |= (($(open)) ? 1u : 0u) << b;
                yr[e] = $(plain);
            }
            bits[j] = (uint8_t)set;
        }
    }
% end
% function gated(constants, on, off)
    for (int row = y0; row < y1; row++) {
        const float *dyr = dy + row % dyn * $(n);
        const uint8_t *bits = gate + row % gaten * $(nb);
        float *dxr = dx + row % dxn * $(n);
        int j = 0;
#if LANES > 1
        for (; j + LANES <= $(whole); j += LANES) {
%   for _, k in ipairs(constants) do
            const vec $(k[1]) = splat($(k[2]));
%   end
            const ivec none = {0};
            int32_t lanes[LANES];
            ivec set;
            vec dye;
            for (int l = 0; l < LANES; l++)
                lanes[l] = bits[j + l];
            memcpy(&set, lanes, sizeof set);
%   for b = 0, 7 do
            dye = load(dyr + j + $(b * nb));
            store(dxr + j + $(b * nb), pick((set & (none + $(1 << b))) != none, $(on), $(off)));
%   end
        }
#endif
        for (; j < $(nb); j++) {
%   for _, k in ipairs(constants) do
            const float $(k[1]) = $(k[2]);
%   end
            for (int b = 0, e = j; b < 8 && e < $(n); b++, e += $(nb)) {
                const float dye = dyr[e];
                dxr[e] = bits[j] >> b & 1 ? $(on) : $(off);
            }
        }
    }
% end
