/*
 * Mean under windows of $(kh)x$(kw), stride $(sh),$(sw), halves away from zero: x $(h)x$(w)x$(c) -> y $(oh)x$(ow)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    for (int oy = y0; oy < y1; oy++)
        for (int ox = 0; ox < $(ow); ox++)
            for (int ch = 0; ch < $(c); ch++) {
                int32_t sum = 0;
                for (int ky = 0; ky < $(kh); ky++)
                    for (int kx = 0; kx < $(kw); kx++)
                        sum += x[(oy * $(sh) + ky) % xn * $(w * c) + (ox * $(sw) + kx) * $(c) + ch];
                y[oy % yn * $(ow * c) + ox * $(c) + ch] =
                    (int8_t)((sum + (sum > 0 ? $(kh * kw // 2) : -$(kh * kw // 2))) / $(kh * kw));
            }
}

