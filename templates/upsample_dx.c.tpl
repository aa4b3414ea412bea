% -- SPDX-License-Identifier: 0BSD
% if has_plus then need"copy_floats" end
% need"add_scaled"
/*
 * Gradient of the bilinear resize of x $(h)x$(w)x$(c) to $(oh)x$(ow)x$(c): dy -> dx, the exact transpose
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int iy = y0; iy < y1; iy++) {
        float *row = dx + iy % dxn * $(w * c);
% if has_plus then
        copy_floats(row, plus + iy % plusn * $(w * c), $(w * c));
% else
        memset(row, 0, sizeof(float) * $(w * c));
% end
        for (int oy = 0; oy < $(oh); oy++) {
            /* Row oy was made of the rows from and from + 1, where it lies fy of the way. */
            const int32_t sy = (2 * (int32_t)oy + 1) * $(h) > $(oh) ? (2 * (int32_t)oy + 1) * $(h) - $(oh) : 0;
            const int from = (int)(sy / $(2 * oh));
            const float fy = from < $(h - 1) ? (float)(sy % $(2 * oh)) * $(f(1 / (2 * oh))) : 0.0f;
            const float part = from == iy ? 1.0f - fy : from + 1 == iy ? fy : 0.0f;
            if (part <= 0.0f)
                continue;
            for (int ox = 0; ox < $(ow); ox++) {
                const int32_t sx = (2 * (int32_t)ox + 1) * $(w) > $(ow) ? (2 * (int32_t)ox + 1) * $(w) - $(ow) : 0;
                const int ix = (int)(sx / $(2 * ow));
                const float fx = ix < $(w - 1) ? (float)(sx % $(2 * ow)) * $(f(1 / (2 * ow))) : 0.0f;
                const float *d = dy + oy % dyn * $(ow * c) + ox * $(c);
                add_scaled(row + ix * $(c), part * (1.0f - fx), d, $(c));
                if (fx > 0.0f)
                    add_scaled(row + (ix + 1) * $(c), part * fx, d, $(c));
            }
        }
    }
}

