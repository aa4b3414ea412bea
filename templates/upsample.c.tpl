% -- SPDX-License-Identifier: 0BSD
% need"copy_floats" need"add_scaled"
% shared("upsample", function()
/*
 * Bilinear resize, edges clamped: x [height][width][c] -> y [oh][ow][c]. Row oy lies at (step_y * oy + start_y) / den_y
 * of x, column ox likewise. With half-pixel centres that is (oy + 1/2) * height / oh - 1/2.
 * What `plus` holds, unless it is NULL, is added.
 */
BODY void upsample(const float *x, int xn, const float *plus, int plusn, float *y, int yn, int y0, int y1, int height, int width, int c, int ow, int start_y, int step_y, int den_y, int start_x, int step_x, int den_x)
{
    for (int oy = y0; oy < y1; oy++) {
        const int32_t sy = (int32_t)oy * step_y + start_y > 0 ? (int32_t)oy * step_y + start_y : 0;
        const int iy = (int)(sy / den_y);
        const float fy = iy < height - 1 ? (float)(sy % den_y) * (1.0f / (float)den_y) : 0.0f;
        const float *upper = x + iy % xn * (width * c);
        const float *lower = fy > 0.0f ? x + (iy + 1) % xn * (width * c) : upper;
        for (int ox = 0; ox < ow; ox++) {
            const int32_t sx = (int32_t)ox * step_x + start_x > 0 ? (int32_t)ox * step_x + start_x : 0;
            const int ix = (int)(sx / den_x);
            const float fx = ix < width - 1 ? (float)(sx % den_x) * (1.0f / (float)den_x) : 0.0f;
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
% kernel("upsample", "x+ ?plus+ y+", h, w, c, ow, start_y, step_y, den_y, start_x, step_x, den_x)
