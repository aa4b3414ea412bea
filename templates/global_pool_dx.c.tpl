% -- SPDX-License-Identifier: 0BSD
% if has_plus then need"copy_floats" end
% need"add_scaled"
/*
 * Gradient of the mean over all pixels: dy 1x1x$(c) -> dx $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% if unused"dyn" then
    (void)dyn; /* one row */
% end
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < $(w); i++) {
            float *d = dx + row % dxn * $(w * c) + i * $(c);
% if has_plus then
            copy_floats(d, plus + row % plusn * $(w * c) + i * $(c), $(c));
% else
            memset(d, 0, sizeof(float) * $(c));
% end
            add_scaled(d, $(f(1 / (h * w))), dy, $(c));
        }
}

