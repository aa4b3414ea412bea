% -- SPDX-License-Identifier: 0BSD
/*
 * Gradient of nearest neighbours of x $(h)x$(w)x$(c) in $(oh)x$(ow)x$(c): dy -> dx, sums over what each pixel became
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int iy = y0; iy < y1; iy++) {
        const int end = (int)(((int32_t)(iy + 1) * $(oh) + $(h - 1)) / $(h));
        float *row = dx + iy % dxn * $(w * c);
        memset(row, 0, sizeof(float) * $(w * c));
        for (int oy = (int)(((int32_t)iy * $(oh) + $(h - 1)) / $(h)); oy < end; oy++)
            for (int ox = 0; ox < $(ow); ox++)
                for (int ch = 0; ch < $(c); ch++)
                    row[(int)((int32_t)ox * $(w) / $(ow)) * $(c) + ch] += dy[oy % dyn * $(ow * c) + ox * $(c) + ch];
    }
}

