-- Imported from functions.onnx (ONNX, opset 13, its functions inlined, tests/import).
-- The numbers in `source` are operators of that file.
name    "functions"
weights "functions.safetensors"
input { h = 8, w = 8, c = 3 } -- image, 1x3x8x8
-- Pixels as a camera gives them: add type = "uint8" and the scale (and zero_point) of the
-- training, for example scale = 1/255.

for i = 0, 2 do
    local op = 2 * i
    conv { "layers." .. i + 1, out = 3, k = 3, act = { "leaky_relu", slope = 0.2 },
           source = { op, op + 1 } }
end

relu { source = 6 } -- /outer/Relu_12: 8x8x3
-- For classes of your own: out = their number, init = "random".
conv { "classifier", out = 4, k = 8, pad = 0, source = 7 } -- /Conv_15: 4

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "classifier.*", "*.bias" },
    loss      = "softmax_cross_entropy", -- scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 32 * KiB }
