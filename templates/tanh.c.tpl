% -- SPDX-License-Identifier: 0BSD
% include"each.c.tpl"
/*
 * y = tanh(x), $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% each({ "x" }, "y", function()
            const float ye = tanhf(xe);
            yr[e] = ye;
% end)
}
