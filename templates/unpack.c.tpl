% -- SPDX-License-Identifier: 0BSD
% include"rgb565.c.tpl"
% local name = "unpack_" .. qtype
% shared(name, function()
/* q = u - 128: rows of `width` pixels of RGB565, the $(qtype:match"_(%a+)") end first, as int8 */
BODY void $(name)(const uint8_t *u, int un, int8_t *q, int qn, int y0, int y1, int width)
{
    for (int row = y0; row < y1; row++) {
        const uint8_t *ur = u + row % un * (width * 2);
        int8_t *qr = q + row % qn * (width * 3);
        for (int i = 0; i < width; i++, ur += 2, qr += 3) {
            uint8_t colour[3];
            $(qtype)(colour, ur);
            for (int j = 0; j < 3; j++)
                qr[j] = (int8_t)(colour[j] - 128);
        }
    }
}

% end)
% kernel(name, "u+ q+", w)
