-- Imported from maximum.onnx (ONNX, opset 13, pytorch 1.13.0).
-- The numbers in `source` are operators of that file.
name    "maximum"
weights "maximum.safetensors"
input { h = 16, w = 16, c = 3 } -- input, 1x3x16x16
-- Pixels as a camera gives them: add type = "uint8" and the scale (and zero_point) of the
-- training, for example scale = 1/255.

-- /0/Conv: 8x8x8
conv { "first_conv", out = 8, k = 3, s = 2, act = { "leaky_relu", slope = 0.1 }, source = { 0, 3 } }
global_pool { source = 4 } -- /2/ReduceMean: 8
-- For classes of your own: out = their number, init = "random".
dense { "classifier", out = 5, source = 5 } -- /2/l/Gemm: 5

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "classifier.*", "*.bias" },
    loss      = "softmax_cross_entropy", -- scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 64 * KiB }
