% -- SPDX-License-Identifier: 0BSD
% include"each.c.tpl"
% each("elu_rows", "ELU: y = x where x is not below 0, else alpha * (exp(x) - 1)", { "x" }, "y", { { "alpha", alpha } }, function()
            const float power = expm1f(xe < 0.0f ? xe : 0.0f);
            yr[e] = xe < 0.0f ? alpha * power : xe;
% end)
