-- Imported from whole_parts.tflite (TFLite, tests/import).
-- The numbers in `source` are operators of that file.
name    "whole_parts"
weights "whole_parts.safetensors"
input { h = 5, w = 4, c = 4, type = "int8", scale = 0.015625, zero_point = 5 } -- /image_0, 1x5x4x4

channels { out = 2, first = 1, source = 1 } -- /strided_slice_5: 5x4x2
upsample { h = 10, w = 8, mode = "zeros" } -- /transpose_conv_7: 10x8x2
conv { "first_conv", out = 3, k = 3, pad = { 2, 0, 2, 0 }, source = 2 } -- /transpose_conv_7: 10x8x3
abs { "abs1", source = 3 } -- /abs_8: 10x8x3

-- What learns: the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "*.bias" },
    loss      = "mse", -- a map comes out, not the scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}
precision { forward = "int8", rounding = "tflite" }

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 32 * KiB }
