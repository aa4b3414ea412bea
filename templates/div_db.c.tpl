% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% elementwise("div_db", "Gradient of a divisor: -dy * y / b -> db", { "dy", "y", "b" }, "db", {}, {}, "-dye * ye / be")
