% -- SPDX-License-Identifier: 0BSD
% local type = xtype == "i8" and "int8_t" or "float"
% local name = "max_pool" .. (xtype == "i8" and "_int8" or "") .. (has_index and "_index" .. index_bits or "")
% shared(name, function()
/*
 * Maximum over windows kh x kw, stride sh,sw: x [height][width][c] -> y [..][ow][c]; padding, top rows and left columns, never wins
% if has_index then
 * index: for each output the place ky * kw + kx of its first maximum, $(index_bits) bit$(index_bits > 1 and "s" or ""), the lowest first
% end
 */
BODY void $(name)(const $(type) *x, int xn, $(type) *y, int yn, $(has_index and "uint8_t *index, int indexn, " or "")int y0, int y1, int height, int width, int c, int ow,
        int kh, int kw, int sh, int sw, int top, int left)
{
% if has_index then
    const int bytes = $(index_bits == 8 and "ow * c" or ("(ow * c%s + 7) / 8"):format(index_bits > 1 and " * " .. index_bits or ""));

% end
    for (int oy = y0; oy < y1; oy++) {
% if has_index then
        uint8_t *places = index + oy % indexn * bytes;
        memset(places, 0, (size_t)bytes);
% end
        for (int ox = 0; ox < ow; ox++) {
            $(type) *out = y + oy % yn * (ow * c) + ox * c;
            int first = 1;
            for (int ky = 0; ky < kh; ky++)
                for (int kx = 0; kx < kw; kx++) {
                    const int iy = oy * sh + ky - top, ix = ox * sw + kx - left;
                    if (iy < 0 || iy >= height || ix < 0 || ix >= width)
                        continue;
                    const $(type) *in = x + iy % xn * (width * c) + ix * c;
                    for (int ch = 0; ch < c; ch++)
% if xtype == "i8" then
                        if (first || in[ch] > out[ch]) {
% else
                        /* A NaN wins and stays, so that it is noticed. */
                        if (first || in[ch] > out[ch] || in[ch] != in[ch]) {
% end
                            out[ch] = in[ch];
% if has_index and index_bits == 8 then
                            places[ox * c + ch] = (uint8_t)(ky * kw + kx);
% elseif has_index then
                            const int bit = $(index_bits == 1 and "ox * c + ch" or "(ox * c + ch) * " .. index_bits);
                            uint8_t *place = places + bit / 8;
                            *place = (uint8_t)((*place & ~($((1 << index_bits) - 1) << bit % 8)) | (ky * kw + kx) << bit % 8);
% end
                        }
                    first = 0;
                }
        }
    }
}

% end)
% kernel(name, has_index and "x+ y+ index+" or "x+ y+", h, w, c, ow, kh, kw, sh, sw, top, left)
