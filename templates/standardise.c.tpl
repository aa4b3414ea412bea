% -- SPDX-License-Identifier: 0BSD
% local row = unused"yn" -- the kernel has a number of rows that says nothing
% local name = "standardise" .. (row and "_row" or "_rows")
% shared(name, function()
/*
 * Weights standardised by output channel, y = (w - mean) / (s + eps): w [groups][n][outs]; share is 1 / n, rest 1 / (n - 1)
 */
BODY void $(name)(const float *w, float *y, $(row and "int yn, " or "")int y0, int y1, int groups, int n, int outs, float share, float rest, float eps)
{
    (void)y0, (void)y1; /* one row */
% if row then
    (void)yn;
% end
    for (int g = 0; g < groups; g++)
        for (int o = 0; o < outs; o++) {
            const float *from = w + g * (n * outs) + o;
            float *to = y + g * (n * outs) + o;
            float mean = 0.0f, sum = 0.0f;
            for (int i = 0; i < n; i++)
                mean += from[i * outs] * share;
            for (int i = 0; i < n; i++)
                sum += (from[i * outs] - mean) * (from[i * outs] - mean);
            const float divisor = sqrtf(sum * rest) + eps;
            for (int i = 0; i < n; i++)
                to[i * outs] = (from[i * outs] - mean) / divisor;
        }
}

% end)
% kernel(name, row and "w y+" or "w y", groups, n, outs, f(1 / n), f(1 / (n - 1)), f(eps))
