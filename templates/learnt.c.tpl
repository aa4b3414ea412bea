% -- SPDX-License-Identifier: 0BSD
% -- What learns inside an integer convolution, for its template: learnt(o), C for the bias of channel o, and unit_of(o),
% -- that for its factor into units of the sum; limit_line(at), the most that may be added, behind so many units; offset_of(o), what sums begin with.
% -- shifted(sum): as the multipliers expect it; what leaves int32 saturates, which the generator knows to be right.
% if has_b or has_plus then need"learnt_sum" end
% if has_b and not has_units then need"unit_factor" end
% if btype == "bf16" then need"bf16" end
%
% function learnt(o) return btype == "bf16" and "widen_bf16(b[" .. o .. "])" or "b[" .. o .. "]" end
%
% function unit_of(o)
%   return has_units and "unit[" .. o .. "]" or "unit_factor(unit[0], multiplier[" .. o .. "])"
% end
%
% function limit_line(at)
%   if has_b or has_plus then
    const int32_t limit = (int32_t)unit[$(at)];
%   end
% end
%
% function offset_of(o) return "offset[" .. o .. "]" .. (offset_unit ~= 1 and " * " .. offset_unit or "") end
%
% function shifted(sum)
%   if shift_left == 0 then return sum end
%   local most = 0x7fffffff >> shift_left
%   return ("clamp_int(%s, -%d, %d) * %d"):format(sum, most, most, 1 << shift_left)
% end
