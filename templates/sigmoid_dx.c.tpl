% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
/*
 * Gradient of sigmoid: dx = dy * y * (1 - y), $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% elementwise({ "dy", "y" }, "dx", {}, "dye * (ye * (1.0f - ye))")
}

