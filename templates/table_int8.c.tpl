% -- SPDX-License-Identifier: 0BSD
% shared("look_up", function()
/* y = table[x], n elements a row */
BODY void look_up(const int8_t *x, int xn, const int8_t *table, int8_t *y, int yn, int y0, int y1, int n)
{
    for (int row = y0; row < y1; row++) {
        const int8_t *xr = x + row % xn * n;
        int8_t *yr = y + row % yn * n;
        for (int e = 0; e < n; e++)
            yr[e] = table[(uint8_t)xr[e]];
    }
}

% end)
% kernel("look_up", "x+ table y+", w * c)
