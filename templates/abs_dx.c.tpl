% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% elementwise("abs_dx", "Gradient of |x|: dx = dy, -dy or 0, as x is above, below or 0", { "dy", "x" }, "dx", {}, { { "zero", "0.0f" } },
%     "pick@(xe > zero, dye, pick@(xe < zero, -dye, zero))")
