% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% shared("hswish", function()
/* Hard swish: y = x * relu6(x + 3) / 6, n elements a row */
%   for _, v in ipairs { "", "1" } do
%     if v == "1" then
#if LANES > 1
%     end
BODY vec$(v) hswish_of$(v)(vec$(v) x)
{
    const vec$(v) zero = splat$(v)(0.0f), three = splat$(v)(3.0f);

    return pick$(v)(x < -three, zero, pick$(v)(x > three, x, x * (x + 3.0f) * $(f(1 / 6))));
}
%     if v == "1" then
#endif
%     end

%   end
BODY void hswish(const float *x, int xn, float *y, int yn, int y0, int y1, int n)
{
% elements({ "x" }, "y", function(v)
            store$(v)(yr + e, hswish_of$(v)(load$(v)(xr + e)));
% end)
}

% end)
% kernel("hswish", "x+ y+", w * c)
