% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% elementwise("tanh_dx", "Gradient of tanh: dx = dy * (1 - y * y)", { "dy", "y" }, "dx", {}, {}, "dye * (1.0f - ye * ye)")
