-- Imported from gates.onnx (ONNX, opset 18, tests/import).
-- The numbers in `source` are operators of that file.
name    "gates"
weights "gates.safetensors"
input { h = 6, w = 8, c = 2 } -- image, 1x2x6x8
-- Pixels as a camera gives them: add type = "uint8" and the scale (and zero_point) of the
-- training, for example scale = 1/255.

conv { "first_conv", out = 4, k = 3, act = "silu", source = { 0, 2 } } -- /Conv_2: 6x8x4
local conv1 = conv { "conv1", out = 4, k = 3, act = "gelu", source = { 3, 8 } } -- /Conv_7: 6x8x4
global_pool { source = 9 } -- /GlobalAveragePool_16: 4
conv { "conv2", out = 2, k = 1, act = "relu", source = { 10, 11 } } -- /Conv_19: 2
local conv3 = conv { "conv3", out = 4, k = 1, act = "sigmoid", source = { 12, 13 } } -- /Conv_23: 4
local mul1 = mul { "mul1", from = { conv1, conv3 }, source = 14 } -- /Mul_25: 6x8x4
conv { "conv4", out = 3, k = 3, s = 2, act = "relu6", source = { 15, 17 } } -- /Conv_28: 3x4x3
local upsample1 = upsample { h = 6, w = 8, mode = "nearest", source = 18 } -- /Resize_35: 6x8x3
concat { "concat1", from = { mul1, upsample1 }, source = 19 } -- /Concat_36: 6x8x7
global_pool { source = 21 } -- /ReduceMean_38: 7
-- For classes of your own: out = their number, init = "random".
dense { "classifier", out = 3, source = 22 } -- /Gemm_41: 3

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "classifier.*", "*.bias" },
    loss      = "softmax_cross_entropy", -- scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 32 * KiB }
