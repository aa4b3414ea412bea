% -- SPDX-License-Identifier: 0BSD
% shared("recentre", function()
/* q = u - 128: an image of uint8 as int8, n elements a row */
BODY void recentre(const uint8_t *u, int un, int8_t *q, int qn, int y0, int y1, int n)
{
    for (int row = y0; row < y1; row++) {
        const uint8_t *ur = u + row % un * n;
        int8_t *qr = q + row % qn * n;
        int e = 0;
        for (; e + 4 <= n; e += 4) {
            uint32_t four;
            memcpy(&four, ur + e, 4);
            four ^= 0x80808080u;
            memcpy(qr + e, &four, 4);
        }
        for (; e < n; e++)
            qr[e] = (int8_t)(ur[e] - 128);
    }
}

% end)
% kernel("recentre", "u+ q+", w * c)
