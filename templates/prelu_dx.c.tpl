% -- SPDX-License-Identifier: 0BSD
% local masked = by == "mask"
% local name = "prelu_dx" .. (masked and "_mask" or "")
% shared(name, function()
/* Gradient of PReLU: dx = dy where $(masked and "the mask's bit is set" or "x is above 0"), else weight[channel] * dy, dy and dx [..][width][c] */
BODY void $(name)(const float *dy, int dyn, const $(masked and "uint8_t *gate, int gaten" or "float *x, int xn"), const float *weight, float *dx, int dxn, int y0, int y1, int width, int c)
{
% if masked then
    const int n = width * c, bytes = (n + 7) / 8;

% end
    for (int row = y0; row < y1; row++) {
        const float *dyr = dy + row % dyn * (width * c);
        float *dxr = dx + row % dxn * (width * c);
% if masked then
        const uint8_t *bits = gate + row % gaten * bytes;
        for (int j = 0; j < bytes; j++)
            for (int b = 0, e = j; b < 8 && e < n; b++, e += bytes)
                dxr[e] = bits[j] >> b & 1 ? dyr[e] : weight[e % c] * dyr[e];
% else
        const float *xr = x + row % xn * (width * c);
        for (int i = 0; i < width; i++, dyr += c, xr += c, dxr += c)
            for (int ch = 0; ch < c; ch++)
                dxr[ch] = xr[ch] > 0.0f ? dyr[ch] : weight[ch] * dyr[ch];
% end
    }
}

% end)
% kernel(name, "dy+ gate+ weight dx+", w, c)
