% -- SPDX-License-Identifier: 0BSD
% include"each.c.tpl"
/*
 * Softplus: y = log(1 + exp(x)), $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% each({ "x" }, "y", function()
            const float power = expf(xe < 0.0f ? xe : -xe);
            const float above = log1pf(power);
            yr[e] = (xe < 0.0f ? 0.0f : xe) + above;
% end)
}
