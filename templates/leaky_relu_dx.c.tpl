% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% include"mask.c.tpl"
% local constants, less = { { "zero", "0.0f" } }, f(slope) .. " * dye"
/*
 * Gradient of leaky relu: dx = dy where $(by == "mask" and "the mask's bit is set" or "y is above 0"), else $(("%g"):format(slope)) * dy, $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% if by == "mask" then
% gated({}, "dye", less)
% else
% elementwise({ "dy", "gate" }, "dx", constants, "pick@(gatee > zero, dye, " .. less .. ")")
% end
}
