% -- SPDX-License-Identifier: 0BSD
% include"each.c.tpl"
% each("silu_rows", "SiLU (swish): y = x / (1 + exp(-x))", { "x" }, "y", {}, function()
            const float power = expf(-xe);
            yr[e] = xe / (1.0f + power);
% end)
