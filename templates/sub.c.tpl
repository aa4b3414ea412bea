% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% shared("sub_rows", function()
/* Difference: a - b -> y, n elements a row */
BODY void sub_rows(const float *a, int an, const float *b, int bn, float *y, int yn, int y0, int y1, int n)
{
% elements({ "a", "b" }, "y", function(v)
            store$(v)(yr + e, load$(v)(ar + e) - load$(v)(br + e));
% end)
}

% end)
% kernel("sub_rows", "a+ b+ y+", w * c)
