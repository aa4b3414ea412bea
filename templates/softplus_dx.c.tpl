% -- SPDX-License-Identifier: 0BSD
% include"each.c.tpl"
% each("softplus_dx", "Gradient of softplus: dx = dy * (1 - exp(-y))", { "dy", "y" }, "dx", {}, function()
            const float less = expm1f(-ye);
            dxr[e] = -dye * less;
% end)
