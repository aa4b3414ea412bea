% -- SPDX-License-Identifier: 0BSD
% need"integer"
% local title = { sub = "Difference of two int8 maps", mul = "Product of two int8 maps", div = "Quotient of two int8 maps",
%                 excite = "Every pixel of an int8 map times b" }
% local function less(value, zero) return zero == 0 and value or value .. " - (" .. zero .. ")" end
% local a, b, half = less("ar[e]", a_zero), less("br[e]", b_zero), 1 << bits - 1
/*
 * $(title[how]) of $(h)x$(w)x$(c), in steps of y
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% local n = how == "excite" and c or w * c -- elements that go together
    for (int row = y0; row < y1; row++)$(how == "excite" and "" or " {")
% if how == "excite" then
        for (int i = 0; i < $(w); i++) {
            const int8_t *ar = a + row % an * $(w * c) + i * $(c), *br = b;
            int8_t *yr = y + row % yn * $(w * c) + i * $(c);
% else
            const int8_t *ar = a + row % an * $(w * c), *br = b + row % bn * $(w * c);
            int8_t *yr = y + row % yn * $(w * c);
% end
            for (int e = 0; e < $(n); e++) {
% if how == "sub" then
                const int32_t v = (($(a)) * (int32_t)$(factor) - ($(b)) * (int32_t)$(b_factor) + $(half)) >> $(bits);
% elseif how == "div" then
                const int32_t over = ($(a)) * (int32_t)$(factor), under = $(b);
                const int32_t v = under == 0 ? 256 * ((over > 0) - (over < 0)) : (over / under + $(half)) >> $(bits);
% else
                const int32_t v = ((int32_t)($(a)) * ($(b)) * $(factor) + $(half)) >> $(bits);
% end
                yr[e] = (int8_t)saturate_int8(v + ($(y_zero)));
            }
        }
}

