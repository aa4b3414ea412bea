% -- SPDX-License-Identifier: 0BSD
% local first = qtype == "rgb565_big" and 0 or 1
% shared(qtype, function()
/* The colours of a pixel, five bits of red, six of green, five of blue, as 0 .. 255: their upper bits stand below again */
HELPER void $(qtype)(uint8_t *colour, const uint8_t *at)
{
    const unsigned pixel = (unsigned)at[$(first)] << 8 | at[$(1 - first)], red = pixel >> 11, green = pixel >> 5 & 63, blue = pixel & 31;

    colour[0] = (uint8_t)(red << 3 | red >> 2);
    colour[1] = (uint8_t)(green << 2 | green >> 4);
    colour[2] = (uint8_t)(blue << 3 | blue >> 2);
}

% end)
