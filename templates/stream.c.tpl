% -- SPDX-License-Identifier: 0BSD
% local name = "stream_" .. type
% shared(name, function()
/* Rows of n elements, as they come, into the ring of the image */
BODY void $(name)(const $(type) *x, int xn, $(type) *y, int yn, int y0, int y1, int n)
{
    for (int row = y0; row < y1; row++)
        memcpy(y + row % yn * n, x + row % xn * n, (size_t)n * sizeof *x);
}

% end)
% kernel(name, "x+ y+", w * c)
