% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% elementwise("elu_dx", "Gradient of ELU: dx = dy where y is above 0, else dy * (y + alpha)", { "dy", "y" }, "dx", { { "alpha", alpha } },
%     { { "zero", "0.0f" } }, "pick@(ye > zero, dye, dye * (ye + alpha))")
