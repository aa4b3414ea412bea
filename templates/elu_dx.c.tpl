% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
/*
 * Gradient of ELU: dx = dy where y is above 0, else dy * (y + $(("%g"):format(alpha))), $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% elementwise({ "dy", "y" }, "dx", { { "zero", "0.0f" } }, "pick@(ye > zero, dye, dye * (ye + " .. f(alpha) .. "))")
}
