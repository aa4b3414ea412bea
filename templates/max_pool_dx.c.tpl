% if has_plus then need"copy_floats" end
/*
 * Gradient of the maximum over windows $(kh)x$(kw), stride $(sh),$(sw): dy $(oh)x$(ow)x$(c), index -> dx $(h)x$(w)x$(c),
 * padding $(top) above, $(left) left
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
        for (int oy = (iy + $(top)) / $(sh); oy >= 0 && oy * $(sh) + $(kh) > iy + $(top); oy--) {
            if (oy >= $(oh))
                continue;
            const int ky = iy + $(top) - oy * $(sh);
            const float *d = dy + oy % dyn * $(ow * c);
            const uint8_t *place = index + oy % indexn * $(ow * c);
            for (int ox = 0; ox < $(ow); ox++)
                for (int ch = 0; ch < $(c); ch++) {
                    const int kx = place[ox * $(c) + ch] - ky * $(kw);
                    if (kx >= 0 && kx < $(kw))
                        row[(ox * $(sw) + kx - $(left)) * $(c) + ch] += d[ox * $(c) + ch];
                }
        }
    }
}

