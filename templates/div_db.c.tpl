% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% if guarded then
%   elementwise("div_db_guarded", "Gradient of a divisor: -dy * y / b -> db, 0 where b is", { "dy", "y", "b" }, "db", {}, { { "zero", "0.0f" } },
%       "pick@(be <= zero, pick@(be >= zero, zero, -dye * ye / be), -dye * ye / be)")
% else
%   elementwise("div_db", "Gradient of a divisor: -dy * y / b -> db", { "dy", "y", "b" }, "db", {}, {}, "-dye * ye / be")
% end
