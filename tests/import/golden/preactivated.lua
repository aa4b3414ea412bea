-- Imported from preactivated.onnx (ONNX, opset 13, tests/import).
-- The numbers in `source` are operators of that file.
name    "preactivated"
weights "preactivated.safetensors"
input { h = 12, w = 12, c = 3, mean = { -0.14918235, 0.0650058, -0.025248112 }, scale = { 1.0570785, 0.8348722, 1.0657698 } } -- image, 1x3x12x12
-- What the file does first to each channel is the mean and scale. For pixels as a camera gives them add
-- type = "uint8"; if the file wants values of 0 .. 1, mean * 255 and scale / 255, too.

conv { "first_conv", out = 8, k = 3, source = 1 } -- /Conv_7: 12x12x8

-- Residual blocks: some convolutions, and the input beside them.
for i = 0, 3 do
    local block, op = "blocks." .. i, 2 + 7 * i
    local x = last_layer()
    -- a batch norm that no convolution can take
    dwconv { block .. ".norm1", k = 1, act = "relu", source = { op, op + 1 } }
    conv { block .. ".conv1", out = 8, k = 3, act = "relu", source = { op + 2, op + 3, op + 4 } }
    local y = conv { block .. ".conv2", out = 8, k = 3, bias = false, source = op + 5 }
    add { block .. ".add", from = { x, y }, source = op + 6 }
end

dwconv { "norm1", k = 1, act = "relu", source = { 30, 31 } } -- /BatchNormalization_80: 12x12x8
global_pool { source = { 32, 33 } } -- /GlobalAveragePool_82: 8
-- For classes of your own: out = their number, init = "random".
dense { "classifier", out = 5, source = 34 } -- /Gemm_85: 5

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "classifier.*", "*.bias" },
    loss      = "softmax_cross_entropy", -- scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 64 * KiB }
