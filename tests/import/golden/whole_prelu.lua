-- Imported from whole_prelu.tflite (TFLite, tests/import).
-- The numbers in `source` are operators of that file.
name    "whole_prelu"
weights "whole_prelu.safetensors"
input { h = 6, w = 5, c = 2, type = "int8", scale = 0.0078125, zero_point = 0 } -- /image_0, 1x6x5x2

conv { "first_conv", out = 8, k = 3, source = 1 } -- /conv2d_5: 6x5x8
prelu { "prelu1", source = 2 } -- /prelu_2: 6x5x8
conv { "output", out = 3, k = 3, source = 3 } -- /conv2d_8: 6x5x3

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "output.*", "*.bias" },
    loss      = "mse", -- a map comes out, not the scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}
precision { forward = "int8", rounding = "tflite" }

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 32 * KiB }
