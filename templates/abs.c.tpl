% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
/*
 * y = |x|, $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% elementwise({ "x" }, "y", { { "zero", "0.0f" } }, "pick@(xe < zero, -xe, xe)")
}
