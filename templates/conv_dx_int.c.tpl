% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
% local bf16 = wtype == "bf16"
% if bf16 then need"bf16" end
% if target.helium then need"four_offsets" end
% local function weight(at) return bf16 and "widen_bf16(" .. at .. ")" or at end
% local name = "conv_dx_" .. gtype .. (bf16 and "_bf16" or "_f32")
% shared(name, function()
/*
 * Gradient of convolution 1x1, from integers: dy [..][width][oc] -> dx [..][width][c], floats
 * w [c][oc], as the forward convolution has it. Four pixels times four channels are summed up at a time.
 */
BODY void $(name)(const $(gradient) *dy, int dyn, const $(bf16 and "uint16_t" or "float") *w, const int32_t *range, const float *plus, int plusn, float *dx, int dxn, int y0, int y1, int width, int c, int oc)
{
    const float unit = range_unit(range);

    for (int iy = y0; iy < y1; iy++)
        for (int ix = 0; ix < width; ix += 4)
            for (int i = 0; i < c; i += 4) {
                const int pixels = width - ix < 4 ? width - ix : 4, channels = c - i < 4 ? c - i : 4;
                float sums[4][4] = {{0}};
                const $(gradient) *d0 = dy + iy % dyn * (width * oc) + ix * oc;
                const $(bf16 and "uint16_t" or "float") *w0 = w + i * oc;
#ifdef HELIUM
                const uint32x4_t pixel = four_offsets(oc); /* four pixels are a vector */
                const mve_pred16_t here = vctp32q((uint32_t)pixels);
                const int past1 = channels > 1 ? oc : 0, past2 = channels > 2 ? 2 * oc : 0, past3 = channels > 3 ? 3 * oc : 0;
                float32x4_t sum0 = vdupq_n_f32(0.0f), sum1 = sum0, sum2 = sum0, sum3 = sum0;
% local function products(at, weight) -- of one k; weight(channel) is its weight
                    a = vcvtq_f32_s32($(gtype == "i16" and "vldrhq_gather_shifted_offset_z_s32" or "vldrbq_gather_offset_z_s32")(d0$(at), pixel, here));
%   for t = 0, 3 do
                    sum$(t) = vaddq_f32(sum$(t), vmulq_n_f32(a, $(weight(t))));
%   end
% end
                float32x4_t a;
                int k = 0;
% if bf16 then
                for (; k + 2 <= oc; k += 2, d0 += 2, w0 += 2) { /* a word is two weights */
                    uint32_t pair[4];
                    memcpy(pair, w0, 4), memcpy(pair + 1, w0 + past1, 4), memcpy(pair + 2, w0 + past2, 4), memcpy(pair + 3, w0 + past3, 4);
% products("", function(t) return "widen_bf16((uint16_t)pair[" .. t .. "])" end)
% products(" + 1", function(t) return "widen_bf16((uint16_t)(pair[" .. t .. "] >> 16))" end)
                }
% end
                for (; k < oc; k++, d0++, w0++) {
% products("", function(t) return weight(t == 0 and "w0[0]" or "w0[past" .. t .. "]") end)
                }
% for t = 0, 3 do
                vstrwq_scatter_shifted_offset_f32(&sums[0][$(t)], vidupq_n_u32(0, 4), sum$(t));
% end
#else
% for t = 1, 3 do -- beyond the last one that is computed again
                const int past_d$(t) = pixels > $(t) ? $(t) * oc : 0, past_w$(t) = channels > $(t) ? $(t) * oc : 0;
% end
% for y = 0, 3 do
                float $(("s%d0 = 0.0f, s%d1 = 0.0f, s%d2 = 0.0f, s%d3 = 0.0f"):gsub("%%d", y));
% end
                for (int k = 0; k < oc; k++, d0++, w0++) {
                    const float b0 = $(weight("w0[0]")), b1 = $(weight("w0[past_w1]")), b2 = $(weight("w0[past_w2]")), b3 = $(weight("w0[past_w3]"));
% for y = 0, 3 do
                    const float a$(y) = (float)d0[$(y == 0 and "0" or "past_d" .. y)];
% end
% for y = 0, 3 do
                    $((("s%d0 += a%d * b0, s%d1 += a%d * b1, s%d2 += a%d * b2, s%d3 += a%d * b3"):gsub("%%d", y)));
% end
                }
% for y = 0, 3 do
                $((("sums[%d][0] = s%d0, sums[%d][1] = s%d1, sums[%d][2] = s%d2, sums[%d][3] = s%d3"):gsub("%%d", y)));
% end
#endif
                for (int y = 0; y < pixels; y++)
                    for (int x = 0; x < channels; x++) {
                        const int at = (ix + y) * c + i + x;
                        const float sum = sums[y][x] * unit;
                        dx[iy % dxn * (width * c) + at] = plus ? sum + plus[iy % plusn * (width * c) + at] : sum;
                    }
            }
}

% end)
% kernel(name, "dy+ w range ?plus+ dx+", w, c, oc)
