% -- SPDX-License-Identifier: 0BSD
% -- each(inputs, output, body): a kernel's loops over rows and elements. For a tensor t, body reads te; it sets
% -- $(output)r[e]. For what has no vectors: functions of math.h, whose results stand alone, for where double is
% -- float, libraries have them return double.
% function each(inputs, output, body)
%   local n = w * c
    for (int row = y0; row < y1; row++) {
%   for _, t in ipairs(inputs) do
        const float *$(t)r = $(t) + row % $(t)n * $(n);
%   end
        float *$(output)r = $(output) + row % $(output)n * $(n);
        for (int e = 0; e < $(n); e++) {
%   for _, t in ipairs(inputs) do
            const float $(t)e = $(t)r[e];
%   end
%   body()
        }
    }
% end
