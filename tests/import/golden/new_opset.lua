-- Imported from new_opset.onnx (ONNX, opset 18, tests/import).
-- The numbers in `source` are operators of that file.
name    "new_opset"
weights "new_opset.safetensors"
input { h = 8, w = 8, c = 3 } -- image, 1x3x8x8
-- Pixels as a camera gives them: add type = "uint8" and the scale (and zero_point) of the
-- training, for example scale = 1/255.

conv { "first_conv", out = 4, k = 3, source = { 0, 1 } } -- /Conv_19: 8x8x4
-- For classes of your own: out = their number, init = "random".
conv { "classifier", out = 4, k = 8, pad = 0, source = 3 } -- /Conv_26: 4

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "classifier.*", "*.bias" },
    loss      = "softmax_cross_entropy", -- scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 32 * KiB }
