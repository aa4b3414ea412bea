% -- SPDX-License-Identifier: 0BSD
% need"copy_floats" need"add_scaled"
% shared("upsample", function()
/*
 * Bilinear resize, half-pixel centres, edges clamped: x [height][width][c] -> y [oh][ow][c]. Row oy lies at
 * (oy + 1/2) * height / oh - 1/2 of x: in units of 1 / (2 * oh) an integer.
 * What `plus` holds, unless it is NULL, is added.
 */
BODY void upsample(const float *x, int xn, const float *plus, int plusn, float *y, int yn, int y0, int y1, int height, int width, int c, int oh, int ow)
{
    for (int oy = y0; oy < y1; oy++) {
        const int32_t sy = (2 * (int32_t)oy + 1) * height > oh ? (2 * (int32_t)oy + 1) * height - oh : 0;
        const int iy = (int)(sy / (2 * oh));
        const float fy = iy < height - 1 ? (float)(sy % (2 * oh)) * (1.0f / (float)(2 * oh)) : 0.0f;
        const float *upper = x + iy % xn * (width * c);
        const float *lower = fy > 0.0f ? x + (iy + 1) % xn * (width * c) : upper;
        for (int ox = 0; ox < ow; ox++) {
            const int32_t sx = (2 * (int32_t)ox + 1) * width > ow ? (2 * (int32_t)ox + 1) * width - ow : 0;
            const int ix = (int)(sx / (2 * ow));
            const float fx = ix < width - 1 ? (float)(sx % (2 * ow)) * (1.0f / (float)(2 * ow)) : 0.0f;
            const int l = ix * c, r = fx > 0.0f ? l + c : l;
            float *out = y + oy % yn * (ow * c) + ox * c;
            if (plus)
                copy_floats(out, plus + oy % plusn * (ow * c) + ox * c, c);
            else
                memset(out, 0, sizeof(float) * (size_t)c);
            add_scaled(out, (1.0f - fy) * (1.0f - fx), upper + l, c);
            if (fx > 0.0f)
                add_scaled(out, (1.0f - fy) * fx, upper + r, c);
            if (fy > 0.0f)
                add_scaled(out, fy * (1.0f - fx), lower + l, c);
            if (fy > 0.0f && fx > 0.0f)
                add_scaled(out, fy * fx, lower + r, c);
        }
    }
}

% end)
% kernel("upsample", "x+ ?plus+ y+", h, w, c, oh, ow)
