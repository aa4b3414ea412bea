% -- SPDX-License-Identifier: 0BSD
% include"gradient.c.tpl"
% include"window.c.tpl"
% local block = math.min(c, 32)
% local dsp = target.dsp and kw > 1 and dilated == ""
% local function turn_at(o) return "turn_of(mul_high(multiplier[" .. o .. "], turn[0]), exponent" .. (has_shift and " + shift[" .. o .. "])" or ")") end
% if dsp then
%   width, step, taps_h, taps_w = w, 1, kh, kw
%   function weight(ky, kx) return "w[" .. ((kh - 1 - ky) * kw + kw - 1 - kx) * c .. " + ch]" end
%   function some(ky) return "live >> " .. ky .. " & 1" end
%   include"plane.c.tpl"
% end
/*
 * Transpose of depthwise convolution $(kh)x$(kw), stride $(sh),$(sw)$(dilated): dy $(oh)x$(ow)x$(c) -> dx $(h)x$(w)x$(c)
 * Used by: $(users)
 */
$(dsp and "NO_REORDER " or "")KERNEL void $(fn)($(params))
{
    const int exponent = turn[1] + range[0] - dy_range[0];
% if has_plus then
    const int up = range[0] - plus_range[0];
% end
    int32_t bits = 0;

% if dsp then
#ifdef DSP
%   -- Row u of the plane's map is row u / stride of dy; rows and columns between are zeros, and rows are skipped.
%   local rows = math.max(1, math.min(h, 33 - kh, 800 // pitch - kh + 1))
    int32_t plane[$((rows + kh - 1) * pitch // 2)], pair[$(kh * (kw - 1))];

    memset(plane, 0, sizeof plane);
    for (int ch = 0; ch < $(c); ch++) {
        const struct turn t = $(turn_at("ch"));
% weight_pairs("        ")
        for (int first = y0; first < y1; first += $(rows)) {
            const int count = y1 - first < $(rows) ? y1 - first : $(rows);
            uint32_t there = 0; /* rows of the plane that exist */
            for (int r = 0; r < count + $(kh - 1); r++) {
                int16 *to = (int16 *)plane + r * $(pitch) + $(kw - 1 - left);
                const int u = first + $(top - kh + 1) + r;
                if (u < 0 || u % $(sh) != 0 || u / $(sh) >= $(oh))
                    continue;
                const $(gradient) *from = dy + u / $(sh) % dyn * $(ow * c) + ch;
                there |= (uint32_t)1 << r;
                int i = 0;
                for (; i + 4 <= $(ow); i += 4, to += $(4 * sw), from += $(4 * c)) {
%   for n = 0, 3 do
                    to[$(n * sw)] = from[$(n * c)];
%   end
                }
                for (; i < $(ow); i++, to += $(sw), from += $(c))
                    *to = *from;
            }
            for (int r = 0; r < count; r++) {
                const uint32_t live = there >> r;
                const int32_t *at = plane + r * $(pitch // 2);
                $(gradient) *to = dx + (first + r) % dxn * $(w * c) + ch;
% if has_plus then
                const $(gradient) *add = plus + (first + r) % plusn * $(w * c) + ch;
% end
                for (int ix = 0; ix < $(w); ix += $(tile), at += $(tile // 2)) {
                    int32_t $(tile == 4 and "a0 = 0, a1 = 0, a2 = 0, a3 = 0" or "a0 = 0, a1 = 0");
% product("                    ")
%   for n = 0, tile - 1 do
                    $(n >= (w - 1) % tile + 1 and "if (ix + " .. n .. " < " .. w .. ") " or ""){
                        $(has_plus and "" or "const ")int32_t v = turn_sum(a$(n), &t);
% if has_plus then
                        v += shift_value(add[(ix + $(n)) * $(c)], up);
% end
                        bits |= v ^ v >> 31;
                        to[(ix + $(n)) * $(c)] = ($(gradient))$(saturate("v"));
                    }
%   end
                }
            }
        }
    }
#else
% end
    for (int ch = 0; ch < $(c); ch += $(block)) {
        const int n = ch + $(block) < $(c) ? $(block) : $(c) - ch;
        struct turn t[$(block)];
        for (int k = 0; k < n; k++)
            t[k] = $(turn_at("ch + k"));
        for (int row = y0; row < y1; row++)
            for (int column = 0; column < $(w); column++) {
                $(gradient) *to = dx + row % dxn * $(w * c) + column * $(c) + ch;
                int32_t sums[$(block)] = {0};
                for (int ky = 0; ky < $(kh); ky++) {
                    const int oy = row + $(top) - $(tap_at("ky", dh));
                    if (oy < 0 || oy % $(sh) != 0 || oy / $(sh) >= $(oh))
                        continue;
                    for (int kx = 0; kx < $(kw); kx++) {
                        const int ox = column + $(left) - $(tap_at("kx", dw));
                        if (ox < 0 || ox % $(sw) != 0 || ox / $(sw) >= $(ow))
                            continue;
                        const int8_t *wt = w + (ky * $(kw) + kx) * $(c) + ch;
                        const $(gradient) *from = dy + oy / $(sh) % dyn * $(ow * c) + ox / $(sw) * $(c) + ch;
                        for (int k = 0; k < n; k++)
                            sums[k] += wt[k] * from[k];
                    }
                }
                for (int k = 0; k < n; k++) {
                    int32_t v = turn_sum(sums[k], &t[k]);
% if has_plus then
                    v += shift_value(plus[row % plusn * $(w * c) + column * $(c) + ch + k], up);
% end
                    bits |= v ^ v >> 31;
                    to[k] = ($(gradient))$(saturate("v"));
                }
            }
    }
% if dsp then
#endif
% end
    range_see(range, bits);
}

