% -- SPDX-License-Identifier: 0BSD
% local integers = gtype ~= "f32"
% if integers then include"gradient.c.tpl" end
% local name = "excite_int8_db" .. (integers and "_" .. gtype or "")
% shared(name, function()
/*
 * Gradient of factors: the sum over all pixels of dy * a, dy and a [..][width][c], a int8 -> db [c], complete after the last
 * row$(integers and "; in int32 over at most 256 pixels, which hold it, then in floats" or "")
 */
BODY void $(name)(const $(integers and gradient or "float") *dy, int dyn, $(integers and "const int32_t *dy_range, " or "")const int8_t *a, int an, float *db, int y0, int y1, int width, int c, int a_zero, float scale)
{
% if integers then
    const float unit = range_unit(dy_range) * scale;

% end
    if (y0 == 0)
        memset(db, 0, sizeof(float) * (size_t)c);
    for (int row = y0; row < y1; row++)
        for (int ch = 0; ch < c; ch++) {
            const $(integers and gradient or "float") *d = dy + row % dyn * (width * c) + ch;
            const int8_t *x = a + row % an * (width * c) + ch;
% if integers then
            for (int from = 0; from < width; from += 256) {
                const int to = from + 256 < width ? from + 256 : width;
                int32_t sum = 0;
                for (int i = from; i < to; i++)
                    sum += (int32_t)d[i * c] * (x[i * c] - a_zero);
                db[ch] += (float)sum * unit;
            }
% else
            for (int i = 0; i < width; i++)
                db[ch] += d[i * c] * ((float)(x[i * c] - a_zero) * scale);
% end
        }
}

% end)
% kernel(name, "dy+ " .. (integers and "dy_range " or "") .. "a+ db", w, c, a_zero, f(scale))
