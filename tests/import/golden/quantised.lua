-- Imported from quantised.onnx (ONNX, opset 13, tests/import).
-- The numbers in `source` are operators of that file.
name    "quantised"
weights "quantised.safetensors"
input { h = 8, w = 8, c = 3, type = "int8", scale = 0.015625, zero_point = 0 } -- image, 1x3x8x8

conv { "first_conv", out = 8, k = 3, s = 2, act = "relu", source = { 3, 4 } } -- /Conv_8: 4x4x8
dwconv { "dwconv1", k = 3, act = "relu", source = { 8, 9 } } -- /Conv_18: 4x4x8
-- For classes of your own: out = their number, init = "random".
conv { "classifier", out = 4, k = 4, pad = 0, source = 13 } -- /Conv_28: 4

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "classifier.*", "*.bias" },
    loss      = "softmax_cross_entropy", -- scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}
precision { forward = "int8" }

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 32 * KiB }
