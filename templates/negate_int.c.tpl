% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
/*
 * Gradient of what is taken away: -dy -> dx, both $(h)x$(w)x$(c) with one range
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int row = y0; row < y1; row++) {
        const $(gradient) *dyr = dy + row % dyn * $(w * c);
        $(gradient) *dxr = dx + row % dxn * $(w * c);
        for (int e = 0; e < $(w * c); e++)
            dxr[e] = ($(gradient))$(saturate("-(int32_t)dyr[e]"));
    }
}

