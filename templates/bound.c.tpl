% -- SPDX-License-Identifier: 0BSD
% shared("bound_rows", function()
/*
 * A bound on the weight gradient of dy, rows of dy_row floats, and x [height] of x_row: bound[0], complete after the last row,
 * oh - 1, of dy. Row oy meets `window` rows of x from oy * step - top on. A sum that is not finite stays so.
 */
BODY void bound_rows(const float *dy, int dyn, const float *x, int xn, float *bound, int y0, int y1, int dy_row, int x_row, int height, int oh, int window, int step, int top)
{
    if (y0 == 0)
        bound[0] = bound[1] = 0.0f;
    for (int oy = y0; oy < y1; oy++) {
        const float *dyr = dy + oy % dyn * dy_row;
        const int first = oy * step - top;
        for (int e = 0; e < dy_row; e++)
            bound[0] += dyr[e] < 0.0f ? -dyr[e] : dyr[e];
        for (int iy = first < 0 ? 0 : first; iy < first + window && iy < height; iy++) {
            const float *xr = x + iy % xn * x_row;
            for (int e = 0; e < x_row; e++)
                bound[1] += xr[e] < 0.0f ? -xr[e] : xr[e];
        }
    }
    if (y1 == oh)
        bound[0] *= bound[1];
}

% end)
% kernel("bound_rows", "dy+ x+ bound", ow * oc, w * c, h, oh, (kh - 1) * dh + 1, sh, top)
