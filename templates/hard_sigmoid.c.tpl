% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% include"mask.c.tpl"
% local constants = { { "zero", "0.0f" }, { "one", "1.0f" } }
% local line = ("(%s * xe + %s)"):format(f(alpha), f(beta))
% -- Written so that NaN stays NaN.
% local result = ("pick@(%s < zero, zero, pick@(%s > one, one, %s))"):format(line, line, line)
/*
 * Hard sigmoid: y = $(("%g"):format(alpha)) * x + $(("%g"):format(beta)), between 0 and 1, $(h)x$(w)x$(c)
% if has_mask then
 * The mask's bit is set where y is neither.
% end
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% if has_mask then
% masked(constants, result, ("%s < zero ? zero : %s > one ? one : %s"):format(line, line, line),
%        ("(%s > zero) & (%s < one)"):format(line, line))
% else
% elementwise({ "x" }, "y", constants, result)
% end
}
