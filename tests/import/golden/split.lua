-- Imported from split.onnx (ONNX, opset 18, tests/import).
-- The numbers in `source` are operators of that file.
name    "split"
weights "split.safetensors"
input { h = 5, w = 6, c = 3 } -- image, 1x3x5x6
-- Pixels as a camera gives them: add type = "uint8" and the scale (and zero_point) of the
-- training, for example scale = 1/255.

local first_conv = conv { "first_conv", out = 7, k = 3, source = 0 } -- /Conv_2: 5x6x7
local channels1 = channels { out = 3, source = 1 } -- /Split_3: 5x6x3
local channels2 = channels { out = 3, first = 3, from = first_conv, source = 1 } -- /Split_3: 5x6x3
local channels3 = channels { out = 1, first = 6, from = first_conv, source = 1 } -- /Split_3: 5x6x1
local add1 = add { "add1", from = { channels1, channels2 }, source = 2 } -- /Add_4: 5x6x3
local channels4 = channels { out = 1, source = 3 } -- /Split_5: 5x6x1
local channels5 = channels { out = 2, first = 1, from = add1, source = 3 } -- /Split_5: 5x6x2
local concat1 = concat { "concat1", from = { channels5, channels3 }, source = 4 } -- /Concat_6: 5x6x3
concat { "concat2", from = { concat1, channels4 }, source = 5 } -- /Concat_7: 5x6x4
-- For classes of your own: out = their number, init = "random".
conv { "classifier", out = 3, k = { 5, 6 }, pad = 0, source = 6 } -- /Conv_10: 3

-- What learns: the last layer, and the bias of every layer. Take more or less of the network as
-- your RAM allows; `tinytl-gen what-fits` lists ways.
train {
    update    = { "classifier.*", "*.bias" },
    loss      = "softmax_cross_entropy", -- scores of classes
    optimizer = sgd {}, -- tinytl-gen train --rate auto finds a rate for your data
}

-- RAM while learning: what learns, working memory and stack. Say here how much your device has.
budget { ram = 32 * KiB }
