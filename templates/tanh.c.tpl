% -- SPDX-License-Identifier: 0BSD
% include"each.c.tpl"
% each("tanh_rows", "y = tanh(x)", { "x" }, "y", {}, function()
            const float ye = tanhf(xe);
            yr[e] = ye;
% end)
