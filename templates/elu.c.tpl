% -- SPDX-License-Identifier: 0BSD
% include"each.c.tpl"
/*
 * ELU: y = x where x is not below 0, else $(("%g"):format(alpha)) * (exp(x) - 1), $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% each({ "x" }, "y", function()
            const float power = expm1f(xe < 0.0f ? xe : 0.0f);
            yr[e] = xe < 0.0f ? $(f(alpha)) * power : xe;
% end)
}
