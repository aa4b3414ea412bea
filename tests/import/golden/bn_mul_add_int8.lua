-- Imported from bn_mul_add_int8.tflite (TFLite, test).
-- The numbers in `source` are operators of that file.
name    "bn_mul_add_int8"
weights "bn_mul_add_int8.safetensors"
input { h = 8, w = 8, c = 3, type = "int8", scale = 0.007799999788403511, zero_point = -1 } -- x, 1x8x8x3

-- What the training did to its input, a factor and an offset for each channel: does not learn.
dwconv { "normalise", k = 1, source = 0 } -- t2: 8x8x3
-- What the training did to its input, a factor and an offset for each channel: does not learn.
dwconv { "normalise2", k = 1, source = 1 } -- t4: 8x8x3
conv { "first_conv", out = 8, k = 3, s = 2, pad = "tf_same", act = "relu", source = 2 } -- t7: 4x4x8
global_pool { source = { 3, 4 } } -- t8: 8
-- For classes of your own: out = their number, init = "random".
dense { "classifier", out = 4, source = 5 } -- t13: 4

-- What learns: the last layer, and the bias of every layer but normalise. Take more or less of
-- the network as your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "classifier.*", "first_conv.bias" },
    loss      = "softmax_cross_entropy", -- scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}
precision { forward = "int8", rounding = "tflite" }

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 32 * KiB }
