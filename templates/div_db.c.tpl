% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
/*
 * Gradient of a divisor: -dy * y / b -> db$(guarded and ", 0 where b is" or ""), all $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% if guarded then
%   elementwise({ "dy", "y", "b" }, "db", { { "zero", "0.0f" } }, "pick@(be <= zero, pick@(be >= zero, zero, -dye * ye / be), -dye * ye / be)")
% else
%   elementwise({ "dy", "y", "b" }, "db", {}, "-dye * ye / be")
% end
}
