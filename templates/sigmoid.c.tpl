% -- SPDX-License-Identifier: 0BSD
% include"each.c.tpl"
% each("sigmoid_rows", "Sigmoid: y = 1 / (1 + exp(-x))", { "x" }, "y", {}, function()
            const float power = expf(-xe);
            yr[e] = 1.0f / (1.0f + power);
% end)
