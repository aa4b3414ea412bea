% -- SPDX-License-Identifier: 0BSD
% -- A convolution of single pixels (conv.c.tpl).
% local i8 = wtype == "i8"
% local type = ({ f32 = "float", bf16 = "uint16_t", i8 = "int8_t" })[wtype]
% local name = "conv_pointwise" .. (wtype == "f32" and "" or "_" .. wtype)
% shared(name, function()
/*
 * Convolution 1x1: x [..][width][c] -> y [..][width][oc]; w $(i8 and "int8 [(c + 3) / 4][oc][4], times scale[oc]" or "[c][oc]")
 */
BODY void $(name)(const float *x, int xn, const $(type) *w, $(i8 and "const float *scale, " or "")const float *b, const float *plus, int plusn,
        float *y, int yn, int y0, int y1, int width, int c, int oc)
{
    struct product p;

    for (int oy = y0; oy < y1; oy += p.m / width) {
        /* A pixel is a row of the product; rows that lie together go together. */
        const float *xr = x + oy % xn * (width * c);
% rows_together("oy", "xn yn plusn", "plusn")
        p.m = rows * width; p.n = oc; p.k = c; p.rows = 1; p.taps = 1;
        p.a = &xr; p.a_0 = 0; p.a_tap = 0; p.a_i = c; p.a_k = 1;
        p.b = w; p.b_row = 0; p.b_tap = 0; p.b_k = $(i8 and "4 * oc" or "oc");$(i8 and " p.scale = scale;" or "")
        p.bias = b;
        p.plus = plus ? plus + oy % plusn * (width * oc) : NULL;
        p.c = y + oy % yn * (width * oc); p.c_i = oc;
        gemm_$(wtype)(&p);
    }
}

% end)
% kernel(name, i8 and "x+ w scale ?b ?plus+ y+" or "x+ w ?b ?plus+ y+", w, c, oc)
