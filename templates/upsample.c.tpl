% -- SPDX-License-Identifier: 0BSD
% if has_plus then need"copy_floats" end
% need"add_scaled"
/*
 * Bilinear resize, half-pixel centres, edges clamped: x $(h)x$(w)x$(c) -> y $(oh)x$(ow)x$(c)
 * Row oy lies at (oy + 1/2) * $(h) / $(oh) - 1/2 of x: in units of 1 / $(2 * oh) an integer.
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int oy = y0; oy < y1; oy++) {
        const int32_t sy = (2 * (int32_t)oy + 1) * $(h) > $(oh) ? (2 * (int32_t)oy + 1) * $(h) - $(oh) : 0;
        const int iy = (int)(sy / $(2 * oh));
        const float fy = iy < $(h - 1) ? (float)(sy % $(2 * oh)) * $(f(1 / (2 * oh))) : 0.0f;
        const float *upper = x + iy % xn * $(w * c);
        const float *lower = fy > 0.0f ? x + (iy + 1) % xn * $(w * c) : upper;
        for (int ox = 0; ox < $(ow); ox++) {
            const int32_t sx = (2 * (int32_t)ox + 1) * $(w) > $(ow) ? (2 * (int32_t)ox + 1) * $(w) - $(ow) : 0;
            const int ix = (int)(sx / $(2 * ow));
            const float fx = ix < $(w - 1) ? (float)(sx % $(2 * ow)) * $(f(1 / (2 * ow))) : 0.0f;
            const int l = ix * $(c), r = fx > 0.0f ? l + $(c) : l;
            float *out = y + oy % yn * $(ow * c) + ox * $(c);
% if has_plus then
            copy_floats(out, plus + oy % plusn * $(ow * c) + ox * $(c), $(c));
% else
            memset(out, 0, sizeof(float) * $(c));
% end
            add_scaled(out, (1.0f - fy) * (1.0f - fx), upper + l, $(c));
            if (fx > 0.0f)
                add_scaled(out, (1.0f - fy) * fx, upper + r, $(c));
            if (fy > 0.0f)
                add_scaled(out, fy * (1.0f - fx), lower + l, $(c));
            if (fy > 0.0f && fx > 0.0f)
                add_scaled(out, fy * fx, lower + r, $(c));
        }
    }
}

