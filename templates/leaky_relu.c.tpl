% -- SPDX-License-Identifier: 0BSD
% include"mask.c.tpl"
% local constants, numbers, result = { { "zero", "0.0f" } }, { { "slope", slope } }, "pick@(xe > zero, xe, slope * xe)"
% local title = "Leaky relu: y = x where x is above 0, else slope * x"
% if has_mask then
%   masked("leaky_relu_mask", title .. "; the mask's bit is set where x is above 0", numbers, constants, result, "xe > zero ? xe : slope * xe", "xe > zero")
% else
%   elementwise("leaky_relu_rows", title, { "x" }, "y", numbers, constants, result)
% end
