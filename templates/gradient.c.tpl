% -- SPDX-License-Identifier: 0BSD
% need"integer" need"range"
% local limits = { i16 = 32767, i8 = 127 }
% gradient = ({ i16 = "int16", i8 = "int8_t", f32 = "float" })[gtype]
% most = limits[gtype]
% function saturate(v)
%     return gtype == "i16" and "int16_of(" .. v .. ")" or "clamp_gradient(" .. v .. ")"
% end
% if gtype == "i8" then need"clamp_gradient" end
% function reciprocal(n) -- 1 / n as the mantissa and exponent of turn_of
%     local exponent, mantissa = 0, 1 / n
%     while mantissa < 0.5 do mantissa, exponent = mantissa * 2, exponent - 1 end
%     if mantissa == 1 then mantissa, exponent = 0.5, exponent + 1 end
%     return ("%d, %d"):format(math.floor(mantissa * 2^31 + 0.5), exponent)
% end
