% -- SPDX-License-Identifier: 0BSD
% include"each.c.tpl"
% each("softplus_rows", "Softplus: y = log(1 + exp(x))", { "x" }, "y", {}, function()
            const float power = expf(xe < 0.0f ? xe : -xe);
            const float above = log1pf(power);
            yr[e] = (xe < 0.0f ? 0.0f : xe) + above;
% end)
