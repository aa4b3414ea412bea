-- Imported from uint8_io.tflite (TFLite, test).
-- The numbers in `source` are operators of that file.
name    "uint8_io"
weights "uint8_io.safetensors"
input { h = 8, w = 8, c = 3, type = "int8", scale = 0.007799999788403511, zero_point = -1 } -- x, 1x8x8x3

conv { "first_conv", out = 8, k = 3, s = 2, pad = "tf_same", act = "relu", source = 1 } -- t4: 4x4x8
global_pool { "global_pool1", source = 2 } -- t6: 8
-- For classes of your own: out = their number, init = "random".
dense { "classifier", out = 5, source = 3 } -- t9: 5

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "classifier.*", "*.bias" },
    loss      = "softmax_cross_entropy", -- the file's softmax is a part of it
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}
precision { forward = "int8", rounding = "tflite" }

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 32 * KiB }
