-- options: -D width=6 -D deep=true
-- Options, an included file that returns a table, sorted pairs, sizes of handles.
name "included"
local widths = include "part/widths.lua"
local x = input { h = 5, w = 4, c = 2 }
for key, width in pairs(widths) do
    x = conv { "layer." .. key, out = width, k = 1 }
end
if option("deep", false) then
    conv { "deep", out = x.c * 2, k = { x.h, 1 }, pad = 0 }
end
dense { "fc", out = 2 }
