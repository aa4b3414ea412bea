% -- SPDX-License-Identifier: 0BSD
% include"mask.c.tpl"
% local title, numbers = "Gradient of hard sigmoid: dx = alpha * dy where %s, else 0", { { "alpha", alpha } }
% if by == "mask" then
%   gated("hard_sigmoid_dx_mask", title:format"the mask's bit is set", numbers, { { "zero", "0.0f" } }, "alpha * dye", "zero")
% else
%   elementwise("hard_sigmoid_dx", title:format"0 < y < 1", { "dy", "gate" }, "dx", numbers, { { "zero", "0.0f" }, { "one", "1.0f" } },
%       "pick@((gatee > zero) & (gatee < one), alpha * dye, zero)")
% end
