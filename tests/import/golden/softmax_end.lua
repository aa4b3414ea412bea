-- Imported from softmax_end.onnx (ONNX, opset 13).
-- The numbers in `source` are operators of that file.
name    "softmax_end"
weights "softmax_end.safetensors"
input { h = 8, w = 8, c = 3 } -- x, 1x3x8x8
-- Pixels as a camera gives them: add type = "uint8" and the scale (and zero_point) of the
-- training, for example scale = 1/255.

conv { "first_conv", out = 6, k = 3, source = 0 } -- c: 8x8x6
global_pool { source = { 1, 2 } } -- p: 6
-- For classes of your own: out = their number, init = "random".
dense { "classifier", out = 5, source = 3 } -- s: 5

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "classifier.*", "*.bias" },
    loss      = "softmax_cross_entropy", -- the file's softmax is a part of it
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 32 * KiB }
