% -- SPDX-License-Identifier: 0BSD
% -- Declares `rows`, those from `row` on that lie together in every ring.
% function rows_together(row, rings, optional)
        int rows = y1 - $(row); /* those that lie together */
%   for ring in rings:gmatch("%w+") do
        if ($(ring == optional and ring:sub(1, -2) .. " && " or "")rows > $(ring) - $(row) % $(ring))
            rows = $(ring) - $(row) % $(ring);
%   end
% end
