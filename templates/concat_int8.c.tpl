% -- SPDX-License-Identifier: 0BSD
% include"parts.c.tpl"
% need"integer"
% shared("rescale_int8", function()
/* to = (from * factor + constant >> bits) + zero, n elements; where that changes nothing they are copied */
BODY void rescale_int8(int8_t *to, const int8_t *from, int n, int32_t factor, int32_t constant, int bits, int zero)
{
    if (factor == (int32_t)1 << bits && constant == factor / 2 - zero * factor) {
        memcpy(to, from, (size_t)n);
        return;
    }
    for (int e = 0; e < n; e++)
        to[e] = (int8_t)saturate_int8(((from[e] * factor + constant) >> bits) + zero);
}

% end)
% concat("concat_int8_" .. count, "Channels one after the other, each map from its own scale to that of y", "int8_t", y_zero,
%     ", int32_t factor$, int32_t constant$, int bits$", { "factor", "constant", "bits" }, function(k)
            rescale_int8(to, x$(k) + row % x$(k)n * (width * c$(k)) + i * c$(k), c$(k), factor$(k), constant$(k), bits$(k), y_zero);
% end)
