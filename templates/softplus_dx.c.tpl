% -- SPDX-License-Identifier: 0BSD
% include"each.c.tpl"
/*
 * Gradient of softplus: dx = dy * (1 - exp(-y)), $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% each({ "dy", "y" }, "dx", function()
            const float less = expm1f(-ye);
            dxr[e] = -dye * less;
% end)
}
