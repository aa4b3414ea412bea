% -- SPDX-License-Identifier: 0BSD
/*
 * Gradient of standardised weights, dy -> $(keep and "added to " or "")dw [$(groups)][$(n)][$(outs)]: of the same output channel
 *     dw = (dy - mean(dy)) / (s + $(f(eps))) - (w - mean) * sum(dy * (w - mean)) / ($(n - 1) * s * (s + $(f(eps)))^2)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
    (void)y0, (void)y1; /* one row */
    for (int g = 0; g < $(groups); g++)
        for (int o = 0; o < $(outs); o++) {
            const int at = g * $(n * outs) + o;
            float mean = 0.0f, mean_dy = 0.0f, sum = 0.0f, product = 0.0f;
            for (int i = at; i < at + $(n * outs); i += $(outs)) {
                mean += w[i] * $(f(1 / n));
                mean_dy += dy[i] * $(f(1 / n));
            }
            for (int i = at; i < at + $(n * outs); i += $(outs)) {
                sum += (w[i] - mean) * (w[i] - mean);
                product += dy[i] * (w[i] - mean);
            }
            const float s = sqrtf(sum * $(f(1 / (n - 1)))), share = 1.0f / (s + $(f(eps)));
            const float turn = s > 0.0f ? product * share * share / (s * $(f(n - 1))) : 0.0f;
            for (int i = at; i < at + $(n * outs); i += $(outs))
                dw[i] $(keep and "+" or "")= (dy[i] - mean_dy) * share - (w[i] - mean) * turn;
        }
}

