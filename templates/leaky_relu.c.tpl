% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% include"mask.c.tpl"
% local constants, result = { { "zero", "0.0f" } }, "pick@(xe > zero, xe, " .. f(slope) .. " * xe)"
/*
 * Leaky relu: y = x where x is above 0, else $(("%g"):format(slope)) * x, $(h)x$(w)x$(c)
% if has_mask then
 * The mask's bit is set where x is above 0.
% end
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% if has_mask then
% masked(constants, result, "xe > zero ? xe : " .. f(slope) .. " * xe", "xe > zero")
% else
% elementwise({ "x" }, "y", constants, result)
% end
}
