-- Imported from named_axes.onnx (ONNX, opset 18, tests/import).
-- The numbers in `source` are operators of that file.
name    "named_axes"
weights "named_axes.safetensors"
input { h = 5, w = 6, c = 3 } -- image, 1x3x5x6
-- Pixels as a camera gives them: add type = "uint8" and the scale (and zero_point) of the
-- training, for example scale = 1/255.

conv { "first_conv", out = 4, k = 3, source = 0 } -- /Conv_2: 5x6x4
conv { "conv1", out = 4, k = 3, pad = { 1, 2, 0, 1 }, bias = false, source = 2 } -- /Conv_5: 6x5x4
upsample { h = 12, w = 10, mode = "zeros" } -- /ConvTranspose_7: 12x10x4
conv { "conv2", out = 3, k = 3, pad = { 2, 0, 2, 0 }, bias = false, source = 3 } -- /ConvTranspose_7: 12x10x3
upsample { h = 24, w = 20, mode = "nearest", source = 4 } -- /Resize_8: 24x20x3
conv { "output", out = 2, k = 1, bias = false, source = 6 } -- /dense_11: 24x20x2

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "output.*", "*.bias" },
    loss      = "mse", -- a map comes out, not the scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 64 * KiB }
