% -- SPDX-License-Identifier: 0BSD
% local integers = type ~= "f32"
% if integers then
%   gtype = type
%   if target.helium then need"shift_four" end
%   include"gradient.c.tpl"
% elseif has_plus then
%   need"copy_floats"
% end
/*
 * The transpose of take: x $(h)x$(w)x$(c) is added to the channels of y $(h)x$(w)x$(oc) that index names
 * Used by: $(users)
 */
KERNEL void $(fn)($(params))
{
% if integers then
    const int up_x = range[0] - x_range[0];
%   if has_plus then
    const int up = range[0] - plus_range[0];
%   end
    int32_t bits = 0;

% end
    for (int row = y0; row < y1; row++)
        for (int i = 0; i < $(w); i++) {
            const $(integers and gradient or "float") *in = x + row % xn * $(w * c) + i * $(c);
            $(integers and gradient or "float") *out = y + row % yn * $(w * oc) + i * $(oc);
% if integers then
%   if has_plus then
            const $(gradient) *from = plus + row % plusn * $(w * oc) + i * $(oc);
%     if target.helium then
%       local letter = gradient == "int16" and "h" or "b"
#ifdef HELIUM
            for (int j = 0; j < $(oc); j += 4) {
                const mve_pred16_t some = vctp32q((uint32_t)($(oc) - j));
                const int32x4_t v = shift_four(vldr$(letter)q_z_s32(from + j, some), up);
                vstr$(letter)q_p_s32(out + j, vminq_s32(vmaxq_s32(v, vdupq_n_s32($(gradient == "int16" and -32768 or -127))), vdupq_n_s32($(gradient == "int16" and 32767 or 127))), some);
            }
#else
%     end
            for (int j = 0; j < $(oc); j++)
                out[j] = ($(gradient))$(saturate("shift_value(from[j], up)"));
%     if target.helium then
#endif
%     end
%   else
            for (int j = 0; j < $(oc); j++)
                out[j] = 0;
%   end
            for (int j = 0; j < $(c); j++) {
                const int32_t v = out[index[j]] + shift_value(in[j], up_x);
                out[index[j]] = ($(gradient))$(saturate("v"));
            }
            for (int j = 0; j < $(oc); j++)
                bits |= out[j] ^ out[j] >> 31;
% else
%   if has_plus then
            copy_floats(out, plus + row % plusn * $(w * oc) + i * $(oc), $(oc));
%   else
            memset(out, 0, sizeof(float) * $(oc));
%   end
            for (int j = 0; j < $(c); j++)
                out[index[j]] += in[j];
% end
        }
% if integers then
    range_see(range, bits);
% end
}

