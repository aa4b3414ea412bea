% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% include"mask.c.tpl"
% local constants, steep = { { "zero", "0.0f" }, { "one", "1.0f" } }, f(alpha) .. " * dye"
/*
 * Gradient of hard sigmoid: dx = $(("%g"):format(alpha)) * dy where $(by == "mask" and "the mask's bit is set" or "0 < y < 1"), else 0, $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% if by == "mask" then
% gated({ { "zero", "0.0f" } }, steep, "zero")
% else
% elementwise({ "dy", "gate" }, "dx", constants, "pick@((gatee > zero) & (gatee < one), " .. steep .. ", zero)")
% end
}
