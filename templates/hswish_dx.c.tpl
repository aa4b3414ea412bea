% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
/*
 * Gradient of hard swish: dx = dy * (x <= -3: 0; x >= 3: 1; else (2 x + 3) / 6), $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% elementwise({ "dy", "x" }, "dx", { { "zero", "0.0f" }, { "three", "3.0f" } },
%     "pick@(xe <= -three, zero, pick@(xe >= three, dye, dye * (2.0f * xe + 3.0f) * " .. f(1 / 6) .. "))")
}

