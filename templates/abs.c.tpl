% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% elementwise("abs_rows", "y = |x|", { "x" }, "y", {}, { { "zero", "0.0f" } }, "pick@(xe < zero, -xe, xe)")
