% -- SPDX-License-Identifier: 0BSD
% local name = "prelu_rows" .. (has_mask and "_mask" or "")
% shared(name, function()
/*
 * PReLU: y = x where x is above 0, else weight[channel] * x, x and y [..][width][c]
% if has_mask then
 * Element b * bytes + j of a row is bit b of the mask's byte j: set where x is above 0.
% end
 */
BODY void $(name)(const float *x, int xn, const float *weight, float *y, int yn, $(has_mask and "uint8_t *mask, int maskn, " or "")int y0, int y1, int width, int c)
{
% if has_mask then
    const int n = width * c, bytes = (n + 7) / 8;

% end
    for (int row = y0; row < y1; row++) {
        const float *xr = x + row % xn * (width * c);
        float *yr = y + row % yn * (width * c);
% if has_mask then
        uint8_t *bits = mask + row % maskn * bytes;
        for (int j = 0; j < bytes; j++) {
            unsigned set = 0;
            for (int b = 0, e = j; b < 8 && e < n; b++, e += bytes)
                set |= (xr[e] > 0.0f ? 1u : 0u) << b;
            bits[j] = (uint8_t)set;
        }
% end
        for (int i = 0; i < width; i++, xr += c, yr += c)
            for (int ch = 0; ch < c; ch++)
                yr[ch] = xr[ch] > 0.0f ? xr[ch] : weight[ch] * xr[ch];
    }
}

% end)
% kernel(name, "x+ weight y+" .. (has_mask and " mask+" or ""), w, c)
