-- Imported from residual.onnx (ONNX, opset 13, tests/import).
-- The numbers in `source` are operators of that file.
name    "residual"
weights "residual.safetensors"
input { h = 17, w = 15, c = 3 } -- image, 1x3x17x15
-- Pixels as a camera gives them: add type = "uint8" and the scale (and zero_point) of the
-- training, for example scale = 1/255.

-- /Conv_2: 9x8x8
conv { "first_conv", out = 8, k = 3, s = 2, pad = { 0, 2, 1, 1 }, act = "hswish",
       source = { 2, 6 } }

-- Residual blocks: some convolutions, and the input beside them.
local blocks = {
    { out = 8,  s = 1, op = 7,  shortcut = false, add_op = 10 }, -- /Conv_12: 9x8x8
    { out = 16, s = 2, op = 12, shortcut = true,  add_op = 16 }, -- /Conv_21: 5x4x16
}
for i, b in ipairs(blocks) do
    local block = "blocks." .. i - 1
    local x = last_layer()
    conv { block .. ".conv1", out = b.out, k = 3, s = b.s, act = "relu",
           source = { b.op, b.op + 1 } }
    local y = conv { block .. ".conv2", out = b.out, k = 3, source = b.op + 2 }
    if b.shortcut then
        x = conv { block .. ".shortcut", from = x, out = b.out, k = 1, s = b.s, source = b.op + 3 }
    end
    add { block .. ".add", from = { x, y }, act = "relu", source = { b.add_op, b.add_op + 1 } }
end

max_pool { k = 2, source = 18 } -- /MaxPool_31: 2x2x16
-- For classes of your own: out = their number, init = "random".
dense { "classifier", out = 4, order = "hwc", source = { 22, 23 } } -- /MatMul_33: 4

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "classifier.*", "*.bias" },
    loss      = "softmax_cross_entropy", -- the file's softmax is a part of it
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 64 * KiB }
