% -- SPDX-License-Identifier: 0BSD
% include"parts.c.tpl"
% concat("concat_" .. count, "Channels one after the other", "float", nil, "", {}, function(k)
            memcpy(to, x$(k) + row % x$(k)n * (width * c$(k)) + i * c$(k), sizeof(float) * (size_t)c$(k));
% end)
