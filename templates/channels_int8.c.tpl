% -- SPDX-License-Identifier: 0BSD
% shared("channels_i8", function()
/* A stretch of channels, of int8: x [..][width][c] -> y [..][width][oc], `fill` where x has no channel. */
BODY void channels_i8(const int8_t *x, int xn, int8_t *y, int yn, int y0, int y1, int width, int c, int oc, int first, int fill)
{
    const int begin = first < 0 ? -first : 0, end = c - first < oc ? c - first : oc;

    for (int row = y0; row < y1; row++)
        for (int i = 0; i < width; i++) {
            int8_t *to = y + row % yn * (width * oc) + i * oc;
            if (end - begin < oc)
                memset(to, fill, (size_t)oc);
            memcpy(to + begin, x + row % xn * (width * c) + i * c + (begin + first), (size_t)(end - begin));
        }
}

% end)
% kernel("channels_i8", "x+ y+", w, c, oc, first, fill)
