% -- SPDX-License-Identifier: 0BSD
/*
 * Bilinear resize, $(align == "centres" and "half-pixel centres" or align .. " aligned"), edges clamped, halves away from zero: x $(h)x$(w)x$(c) -> y $(oh)x$(ow)x$(c)
 * Row oy lies at ($(step_y) oy + $(start_y)) / $(den_y) of x, column ox at ($(step_x) ox + $(start_x)) / $(den_x).
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int oy = y0; oy < y1; oy++) {
        const int sy = oy * $(step_y) > $(-start_y) ? oy * $(step_y) + ($(start_y)) : 0, iy = sy / $(den_y);
        const int fy = iy < $(h - 1) ? sy % $(den_y) : 0;
        const int8_t *upper = x + iy % xn * $(w * c);
        const int8_t *lower = fy > 0 ? x + (iy + 1) % xn * $(w * c) : upper;
        for (int ox = 0; ox < $(ow); ox++) {
            const int sx = ox * $(step_x) > $(-start_x) ? ox * $(step_x) + ($(start_x)) : 0, ix = sx / $(den_x);
            const int fx = ix < $(w - 1) ? sx % $(den_x) : 0;
            const int l = ix * $(c), r = fx > 0 ? l + $(c) : l;
            const int32_t ul = ($(den_y) - fy) * ($(den_x) - fx), ur = ($(den_y) - fy) * fx, ll = fy * ($(den_x) - fx), lr = fy * fx;
            int8_t *out = y + oy % yn * $(ow * c) + ox * $(c);
            for (int ch = 0; ch < $(c); ch++) {
                const int32_t sum = ul * upper[l + ch] + ur * upper[r + ch] + ll * lower[l + ch] + lr * lower[r + ch];
                out[ch] = (int8_t)((sum + (sum > 0 ? $(den_y * den_x // 2) : -$(den_y * den_x // 2))) / $(den_y * den_x));
            }
        }
    }
}

