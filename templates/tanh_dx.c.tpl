% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
/*
 * Gradient of tanh: dx = dy * (1 - y * y), $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% elementwise({ "dy", "y" }, "dx", {}, "dye * (1.0f - ye * ye)")
}
