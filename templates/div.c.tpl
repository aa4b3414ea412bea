% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
/*
 * Quotient: a / b -> y$(guarded and ", 0 where b is" or ""), all $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% if guarded then
%   elementwise({ "a", "b" }, "y", { { "zero", "0.0f" } }, "pick@(be <= zero, pick@(be >= zero, zero, ae / be), ae / be)")
% else
%   elementwise({ "a", "b" }, "y", {}, "ae / be")
% end
}
