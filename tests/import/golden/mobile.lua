-- Imported from mobile.onnx (ONNX, opset 9, tests/import).
-- The numbers in `source` are operators of that file.
name    "mobile"
weights "mobile.safetensors"
input { h = 24, w = 24, c = 3 } -- image, 1x3x24x24
-- Pixels as a camera gives them: add type = "uint8" and the scale (and zero_point) of the
-- training, for example scale = 1/255.

conv { "first_conv", out = 8, k = 3, s = 2, act = "relu6", source = { 0, 1, 2 } } -- /Conv_1: 12x12x8

-- Inverted bottlenecks; the input is added where shapes agree.
local blocks = {
    { out = 12, s = 2, op = 3  }, -- /Conv_9: 6x6x12
    { out = 12, s = 1, op = 11 }, -- /Conv_32: 6x6x12
    { out = 16, s = 1, op = 20 }, -- /Conv_56: 6x6x16
}
for i, b in ipairs(blocks) do
    mbconv { "blocks." .. i - 1, out = b.out, k = 3, s = b.s, expand = 2,
             source = { pointwise1 = { b.op, b.op + 1, b.op + 2 },
                        depthwise = { b.op + 3, b.op + 4, b.op + 5 },
                        pointwise2 = { b.op + 6, b.op + 7 }, add = b.op + 8 } }
end

global_pool { source = { 28, 34 } } -- /GlobalAveragePool_78: 16
-- For classes of your own: out = their number, init = "random".
dense { "classifier", out = 5, source = 35 } -- /Gemm_81: 5

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "classifier.*", "*.bias" },
    loss      = "softmax_cross_entropy", -- scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 64 * KiB }
