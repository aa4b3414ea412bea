% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% local n, nb = w * c, (w * c + 7) // 8
% local six = limit == 6
% local constants = { { "zero", "0.0f" } }
% if six then constants[2] = { "six", "6.0f" } end
% -- Written so that NaN stays NaN: it must reach the loss to be noticed.
% local result = six and "pick@(xe < zero, zero, pick@(xe > six, six, xe))" or "pick@(xe < zero, zero, xe)"
/*
 * $(six and "relu6" or "relu"): x $(h)x$(w)x$(c) -> y
% if has_mask then
 * Element b * $(nb) + j of a row is bit b of the mask's byte j: set where a gradient passes.
% end
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% if not has_mask then
% elementwise({ "x" }, "y", constants, result)
% else
    for (int row = y0; row < y1; row++) {
        const float *xr = x + row % xn * $(n);
        float *yr = y + row % yn * $(n);
        uint8_t *bits = mask + row % maskn * $(nb);
        int j = 0;
%   local whole = nb - (8 * nb - n)  -- bytes of which all bits have an element
#if LANES > 1
        for (; j + LANES <= $(whole); j += LANES) {
            const vec zero = {0}$(six and ", six = zero + 6.0f" or "");
            const ivec none = {0};
            ivec set = none;
            vec xe;
            int32_t lanes[LANES];
%   for b = 0, 7 do
            xe = load(xr + j + $(b * nb));
            set |= (xe > zero)$(six and " & (xe < six)" or "") & (none + $(1 << b));
            store(yr + j + $(b * nb), $((result:gsub("@", ""))));
%   end
            memcpy(lanes, &set, sizeof lanes);
            for (int l = 0; l < LANES; l++)
                bits[j + l] = (uint8_t)lanes[l];
        }
#endif
        for (; j < $(nb); j++) {
            unsigned set = 0;
            for (int b = 0, e = j; b < 8 && e < $(n); b++, e += $(nb)) {
                const float xe = xr[e];
                set |= (xe > 0.0f$(six and " && xe < 6.0f" or "") ? 1u : 0u) << b;
                yr[e] = xe < 0.0f ? 0.0f : $(six and "xe > 6.0f ? 6.0f : xe" or "xe");
            }
            bits[j] = (uint8_t)set;
        }
    }
% end
}

