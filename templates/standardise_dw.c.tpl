% -- SPDX-License-Identifier: 0BSD
% local name = "standardise_dw" .. (keep and "_keep" or "")
% shared(name, function()
/*
 * Gradient of standardised weights, dy -> $(keep and "added to " or "")dw [groups][n][outs]: of the same output channel
 *     dw = (dy - mean(dy)) / (s + eps) - (w - mean) * sum(dy * (w - mean)) / ((n - 1) * s * (s + eps)^2)
 * share is 1 / n, rest 1 / (n - 1), less n - 1
 */
BODY void $(name)(const float *dy, const float *w, float *dw, int y0, int y1, int groups, int n, int outs, float share, float rest, float less, float eps)
{
    (void)y0, (void)y1; /* one row */
    for (int g = 0; g < groups; g++)
        for (int o = 0; o < outs; o++) {
            const int at = g * (n * outs) + o;
            float mean = 0.0f, mean_dy = 0.0f, sum = 0.0f, product = 0.0f;
            for (int i = at; i < at + n * outs; i += outs) {
                mean += w[i] * share;
                mean_dy += dy[i] * share;
            }
            for (int i = at; i < at + n * outs; i += outs) {
                sum += (w[i] - mean) * (w[i] - mean);
                product += dy[i] * (w[i] - mean);
            }
            const float s = sqrtf(sum * rest), part = 1.0f / (s + eps);
            const float turn = s > 0.0f ? product * part * part / (s * less) : 0.0f;
            for (int i = at; i < at + n * outs; i += outs)
                dw[i] $(keep and "+" or "")= (dy[i] - mean_dy) * part - (w[i] - mean) * turn;
        }
}

% end)
% kernel(name, "dy w dw", groups, n, outs, f(1 / n), f(1 / (n - 1)), f(n - 1), f(eps))
