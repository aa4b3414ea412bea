% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
/*
 * Gradient of |x|: dx = dy, -dy or 0, as x is above, below or 0, $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% elementwise({ "dy", "x" }, "dx", { { "zero", "0.0f" } }, "pick@(xe > zero, dye, pick@(xe < zero, -dye, zero))")
}
