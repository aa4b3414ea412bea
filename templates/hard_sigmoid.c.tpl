% -- SPDX-License-Identifier: 0BSD
% include"mask.c.tpl"
% local constants, numbers = { { "zero", "0.0f" }, { "one", "1.0f" } }, { { "alpha", alpha }, { "beta", beta } }
% local line, title = "(alpha * xe + beta)", "Hard sigmoid: y = alpha * x + beta, between 0 and 1"
% -- Written so that NaN stays NaN.
% local result = ("pick@(%s < zero, zero, pick@(%s > one, one, %s))"):format(line, line, line)
% if has_mask then
%   masked("hard_sigmoid_mask", title .. "; the mask's bit is set where y is neither", numbers, constants, result,
%       ("%s < zero ? zero : %s > one ? one : %s"):format(line, line, line), ("(%s > zero) & (%s < one)"):format(line, line))
% else
%   elementwise("hard_sigmoid_rows", title, { "x" }, "y", numbers, constants, result)
% end
