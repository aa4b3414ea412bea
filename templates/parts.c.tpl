% -- SPDX-License-Identifier: 0BSD
% -- What concat and concat_int8 share: part(name), its values for x0, x1, ... as a list.
% local bound = _ENV
% function part(name)
%   local list = {}
%   for k = 0, count - 1 do list[k + 1] = bound[name .. k] end
%   return list
% end
