-- Imported from activations.onnx (ONNX, opset 17, tests/import).
-- The numbers in `source` are operators of that file.
name    "activations"
weights "activations.safetensors"
input { h = 8, w = 6, c = 2 } -- image, 1x2x8x6
-- Pixels as a camera gives them: add type = "uint8" and the scale (and zero_point) of the
-- training, for example scale = 1/255.

for i, act in ipairs { { "leaky_relu", slope = 0.2 }, { "elu", alpha = 1.5 }, "tanh",
    "softplus", "abs", "sigmoid" } do
    local op = 2 * (i - 1)
    conv { "layers." .. i, out = 4, k = 3, act = act, source = { op, op + 1 } }
end

avg_pool { k = 2, source = 12 } -- /AveragePool_24: 4x3x4
tanh { source = 13 } -- /Tanh_25: 4x3x4
leaky_relu { slope = 0.2, source = 14 } -- /LeakyRelu_26: 4x3x4
conv { "output", out = 2, k = 1, source = 15 } -- /Conv_29: 4x3x2

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "output.*", "*.bias" },
    loss      = "mse", -- a map comes out, not the scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 32 * KiB }
