% -- taps_before(at, pad, k): C for how many of k taps lie before the map where the window begins at `at` (all, where the
% -- window lies in the padding: then none is left to point at).
% function taps_before(at, pad, k)
%   if pad <= k then return ("%s < 0 ? -%s : 0"):format(at, at) end
%   return ("%s < -%d ? %d : %s < 0 ? -%s : 0"):format(at, k, k, at, at)
% end
%
% -- taps_after(n, on, k, s, pad): the highest first tap that meets one of n places, from on windows with stride s.
% function taps_after(n, on, k, s, pad)
%   local most = 0
%   for i = pad, pad + n - 1 do most = math.max(most, i % s + math.max(0, i // s - (on - 1)) * s) end
%   return most
% end
