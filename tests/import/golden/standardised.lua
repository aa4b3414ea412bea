-- Imported from standardised.onnx (ONNX, opset 13, pytorch 1.13.0).
-- The numbers in `source` are operators of that file.
name    "standardised"
weights "standardised.safetensors"
input { h = 16, w = 16, c = 3 } -- onnx::Conv_0, 1x3x16x16
-- Pixels as a camera gives them: add type = "uint8" and the scale (and zero_point) of the
-- training, for example scale = 1/255.

conv { "first_conv", out = 8, k = 3, source = 23 } -- /0/Conv: 16x16x8
-- /1/InstanceNormalization: 16x16x8
group_norm { "group_norm1", groups = 2, act = "relu", source = { 28, 33 } }
global_pool { source = 34 } -- /3/ReduceMean: 8
-- For classes of your own: out = their number, init = "random".
dense { "classifier", out = 5, source = 35 } -- /3/l/Gemm: 5

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "classifier.*", "*.bias" },
    loss      = "softmax_cross_entropy", -- scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 64 * KiB }
