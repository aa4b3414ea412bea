% -- SPDX-License-Identifier: 0BSD
% include"mask.c.tpl"
% local title, numbers = "Gradient of leaky relu: dx = dy where %s, else slope * dy", { { "slope", slope } }
% if by == "mask" then
%   gated("leaky_relu_dx_mask", title:format"the mask's bit is set", numbers, {}, "dye", "slope * dye")
% else
%   elementwise("leaky_relu_dx", title:format"y is above 0", { "dy", "gate" }, "dx", numbers, { { "zero", "0.0f" } },
%       "pick@(gatee > zero, dye, slope * dye)")
% end
