-- Imported from tangle.onnx (ONNX, opset 17, tests/import).
-- The numbers in `source` are operators of that file.
name    "tangle"
weights "tangle.safetensors"
input { h = 10, w = 6, c = 2 } -- image, 1x2x10x6
-- Pixels as a camera gives them: add type = "uint8" and the scale (and zero_point) of the
-- training, for example scale = 1/255.

-- What the training did to its input, a factor and an offset for each channel: does not learn.
local normalise = dwconv { "normalise", k = 1, source = { 0, 1 } } -- /Mul_1: 10x6x2
local first_conv = conv { "first_conv", out = 6, k = 3, act = "relu", source = { 2, 3 } } -- /Conv_6: 10x6x6
-- /Conv_10: 10x6x6
local conv1 = conv { "conv1", out = 6, k = 3, groups = 3, act = "relu", source = { 4, 5 } }
local conv2 = conv { "conv2", out = 6, k = 1, bias = false, from = normalise, source = 6 } -- /Conv_13: 10x6x6
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

-- What learns: the last layer, and the bias of every layer but normalise. Take more or less of
-- the network as your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "output.*", "first_conv.bias", "conv?.bias", "blocks.*.bias" },
    loss      = "mse", -- a map comes out, not the scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 32 * KiB }
