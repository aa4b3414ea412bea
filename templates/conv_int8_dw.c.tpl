% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
% include"rows_together.c.tpl"
% need"add_halves" need"sums"
% local outer, name = "outer_" .. gtype, "conv_int8_dw_" .. gtype
% shared(outer, function()
/* sums [n][oc] += the pixels' (x [pixels][c] - zero) * dy [pixels][oc] */
BODY void $(outer)(int32 *sums, const int8_t *x, const $(gradient) *dy, int pixels, int n, int c, int oc, int zero)
{
#if defined HELIUM
    for (int o = 0; o < oc; o += 4) { /* four outputs are a vector */
        const mve_pred16_t p = vctp32q((uint32_t)(oc - o));
        for (int i = 0; i < n; i += 4) {
            const int past1 = n - i > 1, past2 = n - i > 2 ? 2 : 0, past3 = n - i > 3 ? 3 : 0;
            const int8_t *at = x + i;
            const $(gradient) *d = dy + o;
            int32x4_t sum0 = vdupq_n_s32(0), sum1 = sum0, sum2 = sum0, sum3 = sum0, all = sum0;
            for (int left = pixels; left > 0; left--, at += c, d += oc) {
                const int32x4_t v = $(gtype == "i16" and "vldrhq_z_s32" or "vldrbq_z_s32")(d, p);
                all = vaddq_s32(all, v);
                sum0 = vmlaq_n_s32(sum0, v, at[0]);
                sum1 = vmlaq_n_s32(sum1, v, at[past1]);
                sum2 = vmlaq_n_s32(sum2, v, at[past2]);
                sum3 = vmlaq_n_s32(sum3, v, at[past3]);
            }
            for (int k = 0; k < 4 && i + k < n; k++) {
                const int32x4_t sum = k == 0 ? sum0 : k == 1 ? sum1 : k == 2 ? sum2 : sum3;
                int32 *to = sums + (i + k) * oc + o;
                vstrwq_p_s32(to, vaddq_s32(vldrwq_z_s32(to, p), vmlaq_n_s32(sum, all, -zero)), p);
            }
        }
    }
#else
    int i = 0;

#ifdef DSP
    const uint32_t less = (uint32_t)(-zero & 0xffff) * 0x10001;

    for (; i + 4 <= n && oc % 2 == 0; i += 4)
        for (int o = 0; o < oc; o += 2) { /* two pixels of four inputs, times two outputs */
            const int8_t *at = x + i;
            const $(gradient) *d = dy + o, *end = d + (pixels & ~1) * oc;
            int32 *to = sums + i * oc + o;
            int32_t s00 = to[0], s01 = to[1], s10 = to[oc], s11 = to[oc + 1];
            int32_t s20 = to[2 * oc], s21 = to[2 * oc + 1], s30 = to[3 * oc], s31 = to[3 * oc + 1];
            for (; d < end; at += 2 * c, d += 2 * oc) {
                uint32_t here, next, d0, d1, x0, x1;
% if gtype == "i16" then
                memcpy(&here, d, 4);
                memcpy(&next, d + oc, 4);
                __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(d0) : "r"(here), "r"(next));
                __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(d1) : "r"(next), "r"(here));
% else
                __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(d0) : "r"((int32_t)d[0]), "r"((int32_t)d[oc]));
                __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(d1) : "r"((int32_t)d[1]), "r"((int32_t)d[oc + 1]));
% end
                memcpy(&here, at, 4);
                memcpy(&next, at + c, 4);
                __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(x1) : "r"(here), "r"(next));
                __asm__("sxtab16 %0, %1, %2" : "=r"(x0) : "r"(less), "r"(x1));
                __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(x1) : "r"(less), "r"(x1));
                ADD_BOTH(s00, x0, d0);
                ADD_BOTH(s01, x0, d1);
                ADD_BOTH(s10, x1, d0);
                ADD_BOTH(s11, x1, d1);
                __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(x1) : "r"(next), "r"(here));
                __asm__("sxtab16 %0, %1, %2" : "=r"(x0) : "r"(less), "r"(x1));
                __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(x1) : "r"(less), "r"(x1));
                ADD_BOTH(s20, x0, d0);
                ADD_BOTH(s21, x0, d1);
                ADD_BOTH(s30, x1, d0);
                ADD_BOTH(s31, x1, d1);
            }
            if (pixels & 1) {
% for k = 0, 3 do
                s$(k)0 += (at[$(k)] - zero) * d[0];
                s$(k)1 += (at[$(k)] - zero) * d[1];
% end
            }
% for k = 0, 3 do
            to[$(k == 0 and "0" or k == 1 and "oc" or k .. " * oc")] = s$(k)0;
            to[$(k == 0 and "1" or k == 1 and "oc + 1" or k .. " * oc + 1")] = s$(k)1;
% end
        }
#endif
    for (; i < n; i++)
        for (int o = 0; o < oc; o += 16) {
            const int room = oc - o < 16 ? oc - o : 16;
            int32 *to = sums + i * oc + o;
            for (int pixel = 0; pixel < pixels; pixel++) {
                const int32_t v = x[pixel * c + i] - zero;
                const $(gradient) *d = dy + pixel * oc + o;
                for (int k = 0; k < room; k++)
                    to[k] += v * d[k];
            }
        }
#endif
}

% end)
% shared(name, function()
/*
 * Gradient of the weights of convolution 1x1, of integers: dy [..][width][oc], x [..][width][c] -> dw [in1 - in0][oc], of inputs
 * in0 to in1 - 1, is made of rows y0 to y1 of dy; until the last of the `height` rows it holds sums of int32
 */
BODY void $(name)(const $(gradient) *dy, int dyn, const int8_t *x, int xn, const int32_t *range, float *dw, int y0, int y1, int height, int width, int c, int oc, int in0, int in1, int zero, float scale)
{
    int32 *sums = (int32 *)dw;

    if (y0 == 0)
        memset(dw, 0, sizeof(float) * (size_t)((in1 - in0) * oc));
    for (int oy = y0; oy < y1;) {
% rows_together("oy", "dyn xn")
        $(outer)(sums, x + oy % xn * (width * c) + in0, dy + oy % dyn * (width * oc), rows * width, in1 - in0, c, oc, zero);
        oy += rows;
    }
    if (y1 == height) {
        const float unit = range_unit(range) * scale;
        for (int e = 0; e < (in1 - in0) * oc; e++)
            dw[e] = (float)sums[e] * unit;
    }
}

% end)
% kernel(name, "dy+ x+ range dw", h, w, c, oc, in0, in1, zero, f(scale))
