% -- SPDX-License-Identifier: 0BSD
% include"each.c.tpl"
% each("silu_dx", "Gradient of SiLU: dx = dy * s * (1 + x * (1 - s)), s = 1 / (1 + exp(-x))", { "dy", "x" }, "dx", {}, function()
            const float power = expf(-xe), s = 1.0f / (1.0f + power);
            dxr[e] = dye * (s * (1.0f + xe * (1.0f - s)));
% end)
