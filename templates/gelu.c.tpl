% -- SPDX-License-Identifier: 0BSD
% include"each.c.tpl"
% if approximate then
%   each("gelu_by_tanh", "GELU by its approximation: y = x / (1 + exp(-2 u)), u = sqrt(2 / pi) * (x + 0.044715 x^3)", { "x" }, "y", {}, function()
            const float power = expf($(f(-2 * (2 / math.pi) ^ 0.5)) * (xe + 0.044715f * (xe * xe * xe)));
            yr[e] = xe / (1.0f + power);
%   end)
% else
%   each("gelu_rows", "GELU: y = x * P(a normal number is below x) = x * erfc(-x / sqrt(2)) / 2", { "x" }, "y", {}, function()
            const float tail = erfcf($(f(-0.5 ^ 0.5)) * xe);
            yr[e] = 0.5f * xe * tail;
%   end)
% end
