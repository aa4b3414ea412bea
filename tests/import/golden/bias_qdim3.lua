-- Imported from bias_qdim3.tflite (TFLite, test).
-- The numbers in `source` are operators of that file.
name    "bias_qdim3"
weights "bias_qdim3.safetensors"
input { h = 9, w = 9, c = 1, type = "int8", scale = 0.007799999788403511, zero_point = -1 } -- x, 1x9x9x1

conv { "first_conv", out = 8, k = 3, s = 2, pad = "tf_same", act = "relu6", source = 0 } -- t3: 5x5x8
dwconv { "dwconv1", k = 3, act = "relu6", source = 1 } -- t6: 5x5x8
global_pool { "global_pool1", source = 2 } -- t8: 8
-- For classes of your own: out = their number, init = "random".
dense { "classifier", out = 2, source = 3 } -- t11: 2

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "classifier.*", "*.bias" },
    loss      = "softmax_cross_entropy", -- scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}
precision { forward = "int8", rounding = "tflite" }

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 32 * KiB }
