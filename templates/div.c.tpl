% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% elementwise("div_rows", "Quotient: a / b -> y", { "a", "b" }, "y", {}, {}, "ae / be")
