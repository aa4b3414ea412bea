% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
% include"steps.c.tpl"
% dot_three(gtype)
% local name = "conv_dx_" .. gtype .. "_" .. wtype
% shared(name, function()
/*
 * Gradient of convolution 1x1, from integers: dy [..][width][oc] -> dx [..][width][c], floats
 * w [c][oc], as the forward convolution has it. Three channels at a time become int16, of `room` outputs, so that the sum of their
 * magnitudes times an int16 stays within int32, and meet all pixels.
 */
BODY void $(name)(const $(gradient) *dy, int dyn, const $(weights) *w, const int32_t *range, const float *plus, int plusn, float *dx, int dxn, int y0, int y1, int32_t *steps, int room, int width, int c, int oc)
{
    const float unit = range_unit(range);
#if defined DSP && !defined HELIUM
    const int next_channel = 2, pair = 6;
#else
    const int next_channel = room, pair = 2;
#endif

    for (int i = 0; i < c; i += 3)
        for (int o = 0; o < oc; o += room) {
            const int channels = c - i < 3 ? c - i : 3, n = oc - o < room ? oc - o : room;
            int32_t total;
            float units[3];
            for (int t = 0; t < 3; t++) /* beyond the last one that again */
                units[t] = $(steps_name)((int16 *)steps + t * next_channel, w + (i + (t < channels ? t : channels - 1)) * oc + o, 1, n, room, pair, $(gtype == "i8" and "pair == 6 ? 2 : 1" or 1), 32767.0f / 60000.0f, &total) * unit;
            for (int iy = y0; iy < y1; iy++)
                for (int ix = 0; ix < width; ix += 2) {
                    const $(gradient) *d = dy + iy % dyn * (width * oc) + ix * oc + o;
                    const int next = ix + 1 < width;
                    int32_t sums[6];
                    dot_three_$(gtype)(sums, d, d + next * oc, steps, n, room);
                    for (int p = 0; p <= next; p++)
                        for (int t = 0; t < channels; t++) {
                            const int at = (ix + p) * c + i + t;
                            float *to = dx + iy % dxn * (width * c) + at;
                            const float sum = (float)sums[2 * t + p] * units[t];
                            *to = o > 0 ? *to + sum : plus ? sum + plus[iy % plusn * (width * c) + at] : sum;
                        }
                }
        }
}

% end)
% local room = math.min(256, (oc + 7) // 8 * 8)
% kernel(name, "dy+ w range ?plus+ dx+", { ("int32_t steps[%d];"):format(3 * room // 2) }, "steps", room, w, c, oc)
