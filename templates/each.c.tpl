% -- SPDX-License-Identifier: 0BSD
% include"elementwise.c.tpl"
% -- each(name, title, inputs, output, numbers, body): elementwise without vectors, for functions of math.h, whose results stand
% -- alone: for where double is float, libraries have them return double. For a tensor t, body reads te; it sets $(output)r[e].
% function each(name, title, inputs, output, numbers, body)
%   rows(name, title, inputs, output, numbers, function()
    for (int row = y0; row < y1; row++) {
%     for _, t in ipairs(inputs) do
        const float *$(t)r = $(t) + row % $(t)n * n;
%     end
        float *$(output)r = $(output) + row % $(output)n * n;
        for (int e = 0; e < n; e++) {
%     for _, t in ipairs(inputs) do
            const float $(t)e = $(t)r[e];
%     end
%     body()
        }
    }
%   end)
% end
