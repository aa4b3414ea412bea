% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
/*
 * Hard swish: y = x * relu6(x + 3) / 6, $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% elementwise({ "x" }, "y", { { "zero", "0.0f" }, { "three", "3.0f" } },
%     "pick@(xe < -three, zero, pick@(xe > three, xe, xe * (xe + 3.0f) * " .. f(1 / 6) .. "))")
}

