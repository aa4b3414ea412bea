% -- SPDX-License-Identifier: 0BSD
% include"each.c.tpl"
% local root = (2 / math.pi) ^ 0.5
% if approximate then
%   each("gelu_by_tanh_dx", "Gradient of GELU by its approximation: dx = dy * (s + x * 2 s * (1 - s) * u'), s = 1 / (1 + exp(-2 u)),\n * u = sqrt(2 / pi) * (x + 0.044715 x^3)",
%       { "dy", "x" }, "dx", {}, function()
            const float square = xe * xe;
            const float power = expf($(f(-2 * root)) * xe * (1.0f + 0.044715f * square)), s = 1.0f / (1.0f + power);
            dxr[e] = dye * (s + xe * (s * (1.0f - s)) * ($(f(2 * root)) + $(f(6 * 0.044715 * root)) * square));
%   end)
% else
%   each("gelu_dx", "Gradient of GELU: dx = dy * (erfc(-x / sqrt(2)) / 2 + x * exp(-x^2 / 2) / sqrt(2 pi))", { "dy", "x" }, "dx", {}, function()
            const float square = xe * xe;
            const float tail = erfcf($(f(-0.5 ^ 0.5)) * xe);
            const float bell = expf(-0.5f * square);
            dxr[e] = dye * (0.5f * tail + $(f(0.5 * root)) * xe * bell);
%   end)
% end
