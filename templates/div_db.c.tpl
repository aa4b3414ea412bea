% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
/*
 * Gradient of a divisor: -dy * y / b -> db, all $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% elementwise({ "dy", "y", "b" }, "db", {}, "-dye * ye / be")
}
