% -- SPDX-License-Identifier: 0BSD
% include"each.c.tpl"
/*
 * SiLU (swish): y = x / (1 + exp(-x)), $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% each({ "x" }, "y", function()
            const float power = expf(-xe);
            yr[e] = xe / (1.0f + power);
% end)
}
