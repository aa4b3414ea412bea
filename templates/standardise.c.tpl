% -- SPDX-License-Identifier: 0BSD
/*
 * Weights standardised by output channel, y = (w - mean) / (s + $(f(eps))): w [$(groups)][$(n)][$(outs)]
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    (void)y0, (void)y1; /* one row */
% if unused"yn" then
    (void)yn;
% end
    for (int g = 0; g < $(groups); g++)
        for (int o = 0; o < $(outs); o++) {
            const float *from = w + g * $(n * outs) + o;
            float *to = y + g * $(n * outs) + o;
            float mean = 0.0f, sum = 0.0f;
            for (int i = 0; i < $(n); i++)
                mean += from[i * $(outs)] * $(f(1 / n));
            for (int i = 0; i < $(n); i++)
                sum += (from[i * $(outs)] - mean) * (from[i * $(outs)] - mean);
            const float divisor = sqrtf(sum * $(f(1 / (n - 1)))) + $(f(eps));
            for (int i = 0; i < $(n); i++)
                to[i * $(outs)] = (from[i * $(outs)] - mean) / divisor;
        }
}

