-- Imported from keras_flatten_dynamic.tflite (TFLite, test).
-- The numbers in `source` are operators of that file.
name    "keras_flatten_dynamic"
weights "keras_flatten_dynamic.safetensors"
input { h = 8, w = 8, c = 3, type = "int8", scale = 0.007799999788403511, zero_point = -1 } -- x, 1x8x8x3

conv { "first_conv", out = 4, k = 3, s = 2, pad = "tf_same", act = "relu", source = 0 } -- t3: 4x4x4
-- For classes of your own: out = their number, init = "random".
dense { "classifier", out = 4, order = "hwc", source = 5 } -- t14: 4

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
