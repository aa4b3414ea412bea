-- Imported from lite_activations.tflite (TFLite, tests/import).
-- The numbers in `source` are operators of that file.
name    "lite_activations"
weights "lite_activations.safetensors"
input { h = 7, w = 5, c = 2 } -- /image_0, 1x7x5x2
-- Pixels as a camera gives them: add type = "uint8" and the scale (and zero_point) of the
-- training, for example scale = 1/255.

for i, act in ipairs { { "leaky_relu", slope = 0.2 }, "tanh", "elu" } do
    local op = 2 * (i - 1)
    conv { "layers." .. i, out = 4, k = 3, act = act, source = { op, op + 1 } }
end

conv { "output", out = 4, k = 3, act = "abs", source = { 6, 7 } } -- /conv2d_15: 7x5x4

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "output.*", "*.bias" },
    loss      = "mse", -- a map comes out, not the scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 32 * KiB }
