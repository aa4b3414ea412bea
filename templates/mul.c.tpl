% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% shared("mul_rows", function()
/* Product: a * b -> y, n elements a row */
BODY void mul_rows(const float *a, int an, const float *b, int bn, float *y, int yn, int y0, int y1, int n)
{
% elements({ "a", "b" }, "y", function(v)
            store$(v)(yr + e, load$(v)(ar + e) * load$(v)(br + e));
% end)
}

% end)
% kernel("mul_rows", "a+ b+ y+", w * c)
