% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% local six = limit == 6
% local relu = six and "relu6" or "relu"
% -- Written so that NaN stays NaN: it must reach the loss to be noticed.
% local function of(x, v)
%   if target.lanes ~= 1 and v == "" then return six and "at_most(at_least(" .. x .. ", zero), six)" or "at_least(" .. x .. ", zero)" end
%   return six and ("pick%s(%s < zero, zero, pick%s(%s > six, six, %s))"):format(v, x, v, x, x) or ("pick%s(%s < zero, zero, %s)"):format(v, x, x)
% end
% if target.lanes ~= 1 then need"limits" end
% local function constants(v) return ("zero = splat%s(0.0f)"):format(v) .. (six and (", six = splat%s(6.0f)"):format(v) or "") end
% if not has_mask then
%   shared(relu, function()
/* $(six and "min(max(x, 0), 6)" or "max(x, 0)") -> y, n elements a row */
BODY void $(relu)(const float *x, int xn, float *y, int yn, int y0, int y1, int n)
{
% elements({ "x" }, "y", function(v)
            const vec$(v) $(constants(v)), xe = load$(v)(xr + e);
            store$(v)(yr + e, $(of("xe", v)));
% end, true)
}

%   end)
%   kernel(relu, "x+ y+", w * c)
%   return
% end
% need"store_bytes"
% shared(relu .. "_mask", function()
/*
 * $(relu), n elements a row: x -> y. Element b * bytes + j of a row is bit b of the mask's byte j: set where a gradient
 * passes.
 */
BODY void $(relu)_mask(const float *x, int xn, float *y, int yn, uint8_t *mask, int maskn, int y0, int y1, int n)
{
    const int bytes = (n + 7) / 8;

    for (int row = y0; row < y1; row++) {
        const float *xr = x + row % xn * n;
        float *yr = y + row % yn * n;
        uint8_t *bits = mask + row % maskn * bytes;
% if target.lanes ~= 1 then
        int j = 0;
% end
#if LANES > 1
        for (; j + LANES <= n - 7 * bytes; j += LANES) { /* bytes of which all bits have an element */
            const vec $(constants"");
            const ivec none = {0};
            ivec set = none;
            vec xe;
%   for b = 0, 7 do
            xe = load(xr + $(b > 0 and (b > 1 and b .. " * " or "") .. "bytes + " or "")j);
            set |= (xe > zero)$(six and " & (xe < six)" or "") & (none + $(1 << b));
            store(yr + $(b > 0 and (b > 1 and b .. " * " or "") .. "bytes + " or "")j, $(of("xe", "")));
%   end
            store_bytes(bits + j, set);
        }
#endif
        for ($(target.lanes == 1 and "int j = 0" or ""); j < bytes; j++) {
            unsigned set = 0;
            for (int b = 0, e = j; b < 8 && e < n; b++, e += bytes) {
                const float xe = xr[e];
                set |= (xe > 0.0f$(six and " && xe < 6.0f" or "") ? 1u : 0u) << b;
                yr[e] = xe < 0.0f ? 0.0f : $(six and "xe > 6.0f ? 6.0f : xe" or "xe");
            }
            bits[j] = (uint8_t)set;
        }
    }
}

% end)
% kernel(relu .. "_mask", "x+ y+ mask+", w * c)
