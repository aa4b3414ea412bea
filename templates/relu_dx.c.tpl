% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% local six = limit == 6
% local relu = six and "relu6" or "relu"
% if by == "value" then
%   local name = relu .. "_dx"
%   shared(name, function()
/* Gradient of $(relu), n elements a row: dy, passed where 0 < gate$(six and " < 6" or "") -> dx */
BODY void $(name)(const float *dy, int dyn, const float *gate, int gaten, float *dx, int dxn, int y0, int y1, int n)
{
% elements({ "dy", "gate" }, "dx", function(v)
            const vec$(v) zero = splat$(v)(0.0f), $(six and "six = splat" .. v .. "(6.0f), " or "")gatee = load$(v)(gater + e);
            store$(v)(dxr + e, pick$(v)($(six and "(gatee > zero) & (gatee < six)" or "gatee > zero"), load$(v)(dyr + e), zero));
% end, true)
}

%   end)
%   kernel(name, "dy+ gate+ dx+", w * c)
%   return
% end
% need"load_bytes"
% shared("gate_mask", function()
/* Gradient of relu or relu6, n elements a row: dy, passed where the mask's bit is set -> dx; bits as relu lays them */
BODY void gate_mask(const float *dy, int dyn, const uint8_t *gate, int gaten, float *dx, int dxn, int y0, int y1, int n)
{
    const int bytes = (n + 7) / 8;

    for (int row = y0; row < y1; row++) {
        const float *dyr = dy + row % dyn * n;
        const uint8_t *bits = gate + row % gaten * bytes;
        float *dxr = dx + row % dxn * n;
% if target.lanes ~= 1 then
        int j = 0;
% end
#if LANES > 1
        for (; j + LANES <= n - 7 * bytes; j += LANES) { /* bytes of which all bits have an element */
            const vec zero = {0};
            const ivec none = {0};
            const ivec set = load_bytes(bits + j);
%   for b = 0, 7 do
%     local at = (b > 0 and (b > 1 and b .. " * " or "") .. "bytes + " or "") .. "j"
            store(dxr + $(at), pick((set & (none + $(1 << b))) != none, load(dyr + $(at)), zero));
%   end
        }
#endif
        for ($(target.lanes == 1 and "int j = 0" or ""); j < bytes; j++)
            for (int b = 0, e = j; b < 8 && e < n; b++, e += bytes)
                dxr[e] = bits[j] >> b & 1 ? dyr[e] : 0.0f;
    }
}

% end)
% kernel("gate_mask", "dy+ gate+ dx+", w * c)
