% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
/*
 * Gradient of what is taken away: -dy -> dx, all $(h)x$(w)x$(c)
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% elementwise({ "dy" }, "dx", {}, "-dye")
}
