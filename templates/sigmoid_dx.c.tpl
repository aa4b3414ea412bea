% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% shared("sigmoid_dx", function()
/* Gradient of sigmoid: dx = dy * y * (1 - y), n elements a row */
BODY void sigmoid_dx(const float *dy, int dyn, const float *y, int yn, float *dx, int dxn, int y0, int y1, int n)
{
% elements({ "dy", "y" }, "dx", function(v)
            const vec$(v) ye = load$(v)(yr + e);
            store$(v)(dxr + e, load$(v)(dyr + e) * (ye * (1.0f - ye)));
% end, true)
}

% end)
% kernel("sigmoid_dx", "dy+ y+ dx+", w * c)
