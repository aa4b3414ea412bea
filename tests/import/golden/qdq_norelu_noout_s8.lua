-- Imported from qdq_norelu_noout_s8.onnx (ONNX, opset 13).
-- The numbers in `source` are operators of that file.
name    "qdq_norelu_noout_s8"
weights "qdq_norelu_noout_s8.safetensors"
input { h = 8, w = 8, c = 3, type = "int8", scale = 0.019999999552965164, zero_point = 0 } -- x, 1x3x8x8

conv { "first_conv", out = 6, k = 3, act = "relu", source = 4 } -- c0: 8x8x6
global_pool { "global_pool1", source = { 7, 10 } } -- p0: 6
-- For classes of your own: out = their number, init = "random".
dense { "classifier", out = 5, source = 15 } -- y: 5

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
