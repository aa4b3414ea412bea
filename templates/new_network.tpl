% -- SPDX-License-Identifier: 0BSD
% -- new: a network for an input of any shape, `width` channels wide.
% photo = h > 1 and w > 1
% side = photo and math.min(h, w) or math.max(h, w)
=== $(name).lua
-- $(name): a first network, written by tinytl-gen new. docs/spec.md explains every word of it.
name  "$(name)"
% if photo then
input { h = $(h), w = $(w), c = $(c), type = "uint8", scale = 2 / 255, zero_point = 128 } -- pixels 0 .. 255 are -1 .. 1
% else
input { h = $(h), w = $(w), c = $(c) } -- floats, best near -1 .. 1
% end
-- weights "$(name).safetensors"   -- a pretrained network; without this line values are random

% if side > 1 then
%   k = photo and "3" or h > 1 and "{ 5, 1 }" or "{ 1, 5 }"
%   s = photo and "2" or h > 1 and "{ 2, 1 }" or "{ 1, 2 }"
conv { "first", out = $(width // 2 > 4 and width // 2 or 4), k = $(k), s = $(s), act = "relu6" }
%   n, out = 1, width
%   side = (side + 1) // 2
%   while side > 4 and n < 7 do
%     if photo then
mbconv { "block$(n)", out = $(out), k = 3, s = 2, expand = 3, lite = { k = 3 } }
%     else
dwconv { "block$(n).depthwise", k = $(k), s = $(s), act = "relu6" }
conv { "block$(n).pointwise", out = $(out), k = 1, act = "relu6" }
%     end
%     n, side, out = n + 1, (side + 1) // 2, math.min(out + math.max(width // 2, 2), 4 * width)
%   end
global_pool {}
% else
dense { "first", out = $(2 * width), act = "relu" }
dense { "second", out = $(width), act = "relu" }
% end
dense { "classifier", out = $(classes), init = "random" }

train {
% if photo then
    update    = { "classifier.*", "*.bias", "*.lite.*" },   -- TinyTL: little memory, best with pretrained weights
    -- update = "*",                                        -- all of it
% else
    update    = "*",                                        -- all of it
% end
    optimizer = sgd { rate = 0.02 },
}
% if ram % 1024 == 0 then
budget { ram = $(ram // 1024) * KiB }
% else
budget { ram = $(ram) }
% end
