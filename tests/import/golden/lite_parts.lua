-- Imported from lite_parts.tflite (TFLite, tests/import).
-- The numbers in `source` are operators of that file.
name    "lite_parts"
weights "lite_parts.safetensors"
input { h = 2, w = 3, c = 2 } -- /image_0, 1x2x3x2
-- Pixels as a camera gives them: add type = "uint8" and the scale (and zero_point) of the
-- training, for example scale = 1/255.

conv { "first_conv", out = 6, k = 3, source = 0 } -- /conv2d_3: 2x3x6
channels { out = 4, first = 1, source = 1 } -- /strided_slice_7: 2x3x4
upsample { h = 4, w = 6, mode = "zeros" } -- /transpose_conv_10: 4x6x4
conv { "conv1", out = 3, k = 3, pad = { 2, 0, 2, 0 }, bias = false, source = 2 } -- /transpose_conv_10: 4x6x3
channels { out = 2, first = 1, source = 3 } -- /strided_slice_14: 4x6x2
upsample { h = 12, w = 18, mode = "zeros" } -- /transpose_conv_17: 12x18x2
-- /transpose_conv_17: 13x19x2
conv { "conv2", out = 2, k = 4, pad = { 3, 1, 3, 1 }, bias = false, source = 4 }
upsample { h = 26, w = 38, mode = "zeros" } -- /transpose_conv_20: 26x38x2
-- /transpose_conv_20: 26x38x3
conv { "conv3", out = 3, k = 4, pad = { 2, 1, 2, 1 }, bias = false, source = 5 }
conv { "output", out = 2, k = 1, source = 6 } -- /dense_23: 26x38x2

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "output.*", "*.bias" },
    loss      = "mse", -- a map comes out, not the scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 64 * KiB }
