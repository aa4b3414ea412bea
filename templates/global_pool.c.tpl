% -- SPDX-License-Identifier: 0BSD
% need"add_pixels"
/*
 * Mean over all pixels: x $(h)x$(w)x$(c) -> y 1x1x$(c), complete after the last row of x
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% if unused"yn" then
    (void)yn; /* one row */
% end
    if (y0 == 0)
        memset(y, 0, sizeof(float) * $(c));
    for (int row = y0; row < y1; row++)
        add_pixels(y, x + row % xn * $(w * c), $(w), $(c));
    if (y1 == $(h))
        for (int ch = 0; ch < $(c); ch++)
            y[ch] *= $(f(1 / (h * w)));
}

