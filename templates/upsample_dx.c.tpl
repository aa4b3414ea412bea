% -- SPDX-License-Identifier: 0BSD
% if has_plus then need"copy_floats" end
% local integers = gtype ~= "f32"
% if integers then include"gradient.c.tpl" else need"add_scaled" end
% local name = "upsample_dx" .. (integers and "_" .. gtype or "") .. (has_plus and "_plus" or "")
% local add = integers and "add_integers_" .. gtype or "add_scaled"
% if integers then
%   shared(add, function()
/* y += a * x of n integers. */
BODY void $(add)(float *y, float a, const $(gradient) *x, int n)
{
    for (int e = 0; e < n; e++)
        y[e] += a * (float)x[e];
}

%   end)
% end
% shared(name, function()
/* Gradient of the bilinear resize of x [height][width][c] to [oh][ow][c]: dy -> dx, the exact transpose */
BODY void $(name)(const $(integers and gradient or "float") *dy, int dyn, $(has_plus and "const float *plus, int plusn, " or "")$(integers and "const int32_t *range, " or "")float *dx, int dxn, int y0, int y1, int height, int width, int c, int oh, int ow, int start_y, int step_y, int den_y, int start_x, int step_x, int den_x)
{
% if integers then
    const float unit = range_unit(range);

% end
    for (int iy = y0; iy < y1; iy++) {
        float *row = dx + iy % dxn * (width * c);
% if has_plus then
        copy_floats(row, plus + iy % plusn * (width * c), width * c);
% else
        memset(row, 0, sizeof(float) * (size_t)(width * c));
% end
        for (int oy = 0; oy < oh; oy++) {
            /* Row oy was made of the rows from and from + 1, where it lies fy of the way. */
            const int32_t sy = (int32_t)oy * step_y + start_y > 0 ? (int32_t)oy * step_y + start_y : 0;
            const int from = (int)(sy / den_y);
            const float fy = from < height - 1 ? (float)(sy % den_y) * (1.0f / (float)den_y) : 0.0f;
            const float part = $(integers and "unit * (from == iy ? 1.0f - fy : from + 1 == iy ? fy : 0.0f)" or "from == iy ? 1.0f - fy : from + 1 == iy ? fy : 0.0f");
            if (part <= 0.0f)
                continue;
            for (int ox = 0; ox < ow; ox++) {
                const int32_t sx = (int32_t)ox * step_x + start_x > 0 ? (int32_t)ox * step_x + start_x : 0;
                const int ix = (int)(sx / den_x);
                const float fx = ix < width - 1 ? (float)(sx % den_x) * (1.0f / (float)den_x) : 0.0f;
                const $(integers and gradient or "float") *d = dy + oy % dyn * (ow * c) + ox * c;
                $(add)(row + ix * c, part * (1.0f - fx), d, c);
                if (fx > 0.0f)
                    $(add)(row + (ix + 1) * c, part * fx, d, c);
            }
        }
    }
}

% end)
% kernel(name, "dy+ " .. (has_plus and "plus+ " or "") .. (integers and "range " or "") .. "dx+", h, w, c, oh, ow, start_y, step_y, den_y, start_x, step_x, den_x)
