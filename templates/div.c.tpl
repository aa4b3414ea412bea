% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% if guarded then
%   elementwise("div_guarded", "Quotient: a / b -> y, 0 where b is", { "a", "b" }, "y", {}, { { "zero", "0.0f" } },
%       "pick@(be <= zero, pick@(be >= zero, zero, ae / be), ae / be)")
% else
%   elementwise("div_rows", "Quotient: a / b -> y", { "a", "b" }, "y", {}, {}, "ae / be")
% end
