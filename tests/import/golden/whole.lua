-- Imported from whole.tflite (TFLite, tests/import).
-- The numbers in `source` are operators of that file.
name    "whole"
weights "whole.safetensors"
input { h = 6, w = 5, c = 2, type = "int8", scale = 0.0078125, zero_point = 0 } -- /image_0, 1x6x5x2

conv { "first_conv", out = 8, k = 3, act = "relu", source = 1 } -- /conv2d_4: 6x5x8

-- /conv2d_7: 6x5x8
do
    local x = last_layer()
    local y = conv { "blocks.0.conv1", out = 8, k = 3, source = 2 }
    add { "blocks.0.add", from = { x, y }, act = "relu", source = 3 }
end

-- For classes of your own: out = their number, init = "random".
dense { "classifier", out = 3, order = "hwc", source = 5 } -- dense: 3

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
