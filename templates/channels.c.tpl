% -- SPDX-License-Identifier: 0BSD
% need"copy_floats"
% shared("channels", function()
/*
 * A stretch of channels: x [..][width][c] -> y [..][width][oc], its channel i that of number first + i of x; 0 where x has
 * none of that number. What `plus` holds, unless it is NULL, is added.
 */
BODY void channels(const float *x, int xn, const float *plus, int plusn, float *y, int yn, int y0, int y1, int width, int c, int oc, int first)
{
    const int begin = first < 0 ? -first : 0, end = c - first < oc ? c - first : oc;

    for (int row = y0; row < y1; row++)
        for (int i = 0; i < width; i++) {
            const float *from = x + row % xn * (width * c) + i * c + (begin + first);
            float *to = y + row % yn * (width * oc) + i * oc;
            if (plus) {
                copy_floats(to, plus + row % plusn * (width * oc) + i * oc, oc);
                for (int ch = begin; ch < end; ch++)
                    to[ch] += from[ch - begin];
            } else {
                if (end - begin < oc)
                    memset(to, 0, sizeof(float) * (size_t)oc);
                memcpy(to + begin, from, sizeof(float) * (size_t)(end - begin));
            }
        }
}

% end)
% kernel("channels", "x+ ?plus+ y+", w, c, oc, first)
