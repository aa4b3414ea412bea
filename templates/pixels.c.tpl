% -- SPDX-License-Identifier: 0BSD
% local packed = qtype:match"rgb565_(%a+)"
% if packed then include"rgb565.c.tpl" end
% local name = "pixels_" .. qtype
% shared(name, function()
/* x = (q - mean) * scale by channel, q of $(packed and "RGB565, the " .. packed .. " end first" or qtype); rows of `width` pixels of c channels */
BODY void $(name)(const $(ctype) *q, int qn, const float *mean, const float *scale, float *x, int xn, int y0, int y1, int width, int c)
{
    for (int row = y0; row < y1; row++) {
        const $(ctype) *qr = q + row % qn * (width * $(packed and 2 or "c"));
        float *xr = x + row % xn * (width * c);
%   if packed then
        for (int i = 0; i < width; i++, qr += 2, xr += c) {
            uint8_t colour[3];
            $(qtype)(colour, qr);
            for (int j = 0; j < c; j++)
                xr[j] = ((float)colour[j] - mean[j]) * scale[j];
        }
%   else
        for (int i = 0; i < width; i++, qr += c, xr += c)
            for (int j = 0; j < c; j++)
                xr[j] = ($(ctype == "float" and "" or "(float)")qr[j] - mean[j]) * scale[j];
%   end
    }
}

% end)
% kernel(name, "q+ mean scale x+", w, c)
