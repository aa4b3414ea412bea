-- Imported from signal.onnx (ONNX, opset 13, tests/import).
-- The numbers in `source` are operators of that file.
name    "signal"
weights "signal.safetensors"
input { h = 16, w = 1, c = 2 } -- signal, 1x2x16
-- A signal over time (h), as floats that are scaled as in the training. For 8-bit samples of an ADC or
-- a microphone: add type = "int8" and the scale (and zero_point), for example scale = 1/128.

conv { "first_conv", out = 4, k = { 3, 1 }, s = { 2, 1 }, pad = { 0, 1, 0, 0 }, source = 0 } -- /Conv_2: 8x1x4
-- For classes of your own: out = their number, init = "random".
dense { "classifier", out = 3, source = 2 } -- /σήμα/?/???/ββββββββββββββββ: 3

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "classifier.*", "*.bias" },
    loss      = "softmax_cross_entropy", -- scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 32 * KiB }
