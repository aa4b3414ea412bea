% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% shared("add_rows", function()
/* Sum: a + b -> y, n elements a row */
BODY void add_rows(const float *a, int an, const float *b, int bn, float *y, int yn, int y0, int y1, int n)
{
% elements({ "a", "b" }, "y", function(v)
            store$(v)(yr + e, load$(v)(ar + e) + load$(v)(br + e));
% end)
}

% end)
% kernel("add_rows", "a+ b+ y+", w * c)
