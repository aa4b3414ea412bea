% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% shared("negate_rows", function()
/* Gradient of what is taken away: -dy -> dx, n elements a row */
BODY void negate_rows(const float *dy, int dyn, float *dx, int dxn, int y0, int y1, int n)
{
% elements({ "dy" }, "dx", function(v)
            store$(v)(dxr + e, -load$(v)(dyr + e));
% end)
}

% end)
% kernel("negate_rows", "dy+ dx+", w * c)
