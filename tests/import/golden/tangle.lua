-- Imported from tangle.onnx (ONNX, opset 17, tests/import).
-- The numbers in `source` are operators of that file.
name    "tangle"
weights "tangle.safetensors"
local image = input { h = 10, w = 6, c = 2, mean = { 0.3523165, 0.18735456 }, scale = { 0.7586357, 0.7072036 } } -- image, 1x2x10x6
-- What the file does first to each channel is the mean and scale. For pixels as a camera gives them add
-- type = "uint8"; if the file wants values of 0 .. 1, mean * 255 and scale / 255, too.

local first_conv = conv { "first_conv", out = 6, k = 3, act = "relu", source = { 2, 3 } } -- /Conv_6: 10x6x6
-- /Conv_10: 10x6x6
local conv1 = conv { "conv1", out = 6, k = 3, groups = 3, act = "relu", source = { 4, 5 } }
local conv2 = conv { "conv2", out = 6, k = 1, bias = false, from = image, source = 6 } -- /Conv_13: 10x6x6
local add1 = add { "add1", from = { first_conv, conv1 }, source = 7 } -- /Add_14: 10x6x6
add { "add2", from = { add1, conv2 }, source = 8 } -- /Add_15: 10x6x6

-- /AveragePool_16: 5x3x6
do
    local x = last_layer()
    avg_pool { "blocks.0.avg_pool1", k = 2, source = 9 }
    local y = dwconv { "blocks.0.conv1", k = { 3, 1 }, act = "sigmoid", source = { 10, 11 } }
    x = max_pool { "blocks.0.shortcut", from = x, k = 2, source = 12 }
    add { "blocks.0.add", from = { x, y }, source = 13 }
end

conv { "output", out = 2, k = 1, source = 14 } -- /Conv_25: 5x3x2

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "output.*", "*.bias" },
    loss      = "mse", -- a map comes out, not the scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 32 * KiB }
