% need"integer" need"range"
% local limits = { i16 = 32767, i8 = 127 }
% gradient = ({ i16 = "int16", i8 = "int8_t", f32 = "float" })[gtype]
% most = limits[gtype]
% function saturate(v)
%     return gtype == "i16" and "int16_of(" .. v .. ")" or "clamp_int(" .. v .. ", -127, 127)"
% end
