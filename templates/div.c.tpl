% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
/*
 * Quotient: a / b -> y, all $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% elementwise({ "a", "b" }, "y", {}, "ae / be")
}
