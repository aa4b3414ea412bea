-- Imported from parts.onnx (ONNX, opset 18, tests/import).
-- The numbers in `source` are operators of that file.
name    "parts"
weights "parts.safetensors"
input { h = 5, w = 6, c = 3 } -- image, 1x3x5x6
-- Pixels as a camera gives them: add type = "uint8" and the scale (and zero_point) of the
-- training, for example scale = 1/255.

local first_conv = conv { "first_conv", out = 6, k = 3, act = "relu", source = { 0, 1 } } -- /Conv_2: 5x6x6
local channels1 = channels { out = 4, first = 1, source = 2 } -- /Slice_4: 5x6x4
channels { out = 7, first = -1, source = 3 } -- /Pad_5: 5x6x7
upsample { h = 10, w = 12, mode = "zeros" } -- /ConvTranspose_7: 10x12x7
conv { "conv1", out = 4, k = 3, bias = false, source = 4 } -- /ConvTranspose_7: 10x12x4
local conv2 = conv { "conv2", out = 4, k = 3, bias = false, source = 5 } -- /ConvTranspose_9: 10x12x4
-- /Resize_10: 10x12x6
local upsample2 = upsample { h = 10, w = 12, align = "corners", from = first_conv, source = 6 }
-- /Resize_11: 10x12x4
local upsample3 = upsample { h = 10, w = 12, align = "edges", from = channels1, source = 7 }
local concat1 = concat { "concat1", from = { conv2, upsample2 }, source = 8 } -- /Concat_12: 10x12x10
concat { "concat2", from = { concat1, upsample3 }, source = 9 } -- /Concat_13: 10x12x14
conv { "conv3", out = 3, k = 3, s = 2, source = 10 } -- /Conv_16: 5x6x3
-- For classes of your own: out = their number, init = "random".
dense { "classifier", out = 3, source = 12 } -- /Gemm_19: 3

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "classifier.*", "*.bias" },
    loss      = "softmax_cross_entropy", -- scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 64 * KiB }
