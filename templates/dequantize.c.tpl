% -- SPDX-License-Identifier: 0BSD
% if from then
%   local name = "dequantize_" .. qtype .. "_from"
%   shared(name, function()
/* x = (q - zero) * scale of the c channels that `from` names, of the from_c of a pixel of q */
BODY void $(name)(const $(qtype)_t *q, int qn, const uint16_t *from, float *x, int xn, int y0, int y1, int width, int c, int from_c, int zero, float scale)
{
    for (int row = y0; row < y1; row++) {
        const $(qtype)_t *qr = q + row % qn * (width * from_c);
        float *xr = x + row % xn * (width * c);
        for (int i = 0; i < width; i++, qr += from_c, xr += c)
            for (int j = 0; j < c; j++)
                xr[j] = (float)(qr[from[j]] - zero) * scale;
    }
}

%   end)
%   kernel(name, "q+ from x+", w, c, from_c, zero, f(scale))
%   return
% end
% local name = "dequantize_" .. qtype
% local bytes = qtype == "uint8" and target.lanes ~= 1
% if bytes then need"load_bytes" end
% shared(name, function()
/* x = (q - zero) * scale, q of $(qtype), n elements a row */
BODY void $(name)(const $(qtype)_t *q, int qn, float *x, int xn, int y0, int y1, int n, int zero, float scale)
{
    for (int row = y0; row < y1; row++) {
        const $(qtype)_t *qr = q + row % qn * n;
        float *xr = x + row % xn * n;
% if bytes then
        int e = 0;
#if LANES > 1
        for (; e + LANES <= n; e += LANES)
            store(xr + e, __builtin_convertvector(load_bytes(qr + e) - zero, vec) * scale);
#endif
% end
        for ($(bytes and "" or "int e = 0"); e < n; e++)
            xr[e] = (float)(qr[e] - zero) * scale;
    }
}

% end)
% kernel(name, "q+ x+", w * c, zero, f(scale))
