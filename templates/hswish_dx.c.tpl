% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% shared("hswish_dx", function()
/* Gradient of hard swish: dx = dy * (x <= -3: 0; x >= 3: 1; else (2 x + 3) / 6), n elements a row */
%   for _, v in ipairs { "", "1" } do
%     if v == "1" then
#if LANES > 1
%     end
BODY vec$(v) hswish_dx_of$(v)(vec$(v) dy, vec$(v) x)
{
    const vec$(v) zero = splat$(v)(0.0f), three = splat$(v)(3.0f);

    return pick$(v)(x <= -three, zero, pick$(v)(x >= three, dy, dy * (2.0f * x + 3.0f) * $(f(1 / 6))));
}
%     if v == "1" then
#endif
%     end

%   end
BODY void hswish_dx(const float *dy, int dyn, const float *x, int xn, float *dx, int dxn, int y0, int y1, int n)
{
% elements({ "dy", "x" }, "dx", function(v)
            store$(v)(dxr + e, hswish_dx_of$(v)(load$(v)(dyr + e), load$(v)(xr + e)));
% end)
}

% end)
% kernel("hswish_dx", "dy+ x+ dx+", w * c)
