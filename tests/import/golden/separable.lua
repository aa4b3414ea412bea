-- Imported from separable.tflite (TFLite, tests/import).
-- The numbers in `source` are operators of that file.
name    "separable"
weights "separable.safetensors"
input { h = 20, w = 20, c = 3 } -- /image_0, 1x20x20x3
-- Pixels as a camera gives them: add type = "uint8" and the scale (and zero_point) of the
-- training, for example scale = 1/255.

conv { "first_conv", out = 8, k = 3, s = 2, pad = "tf_same", act = "relu6", source = 0 } -- /conv2d_3: 10x10x8

-- Depthwise separable convolutions.
local blocks = {
    { out = 8,  s = 1, op = 1 }, -- /depthwise_6: 10x10x8
    { out = 16, s = 2, op = 3 }, -- /depthwise_12: 5x5x16
    { out = 32, s = 1, op = 5 }, -- /depthwise_18: 5x5x32
}
for i, b in ipairs(blocks) do
    local block = "blocks." .. i - 1
    dwconv { block .. ".depthwise", k = 3, s = b.s, pad = "tf_same", act = "relu6", source = b.op }
    conv { block .. ".pointwise", out = b.out, k = 1, act = "relu6", source = b.op + 1 }
end

global_pool { source = 7 } -- mean: 32
-- For classes of your own: out = their number, init = "random".
dense { "classifier", out = 4, source = 8 } -- dense: 4

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "classifier.*", "*.bias" },
    loss      = "softmax_cross_entropy", -- the file's softmax is a part of it
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 64 * KiB }
