-- SPDX-License-Identifier: MIT
-- DS-CNN (Zhang et al., "Hello Edge", 2017; MLPerf Tiny, keyword spotting): 49 frames of 10 cepstral
-- coefficients, a 10x4 kernel with stride 2, four depthwise separable layers.
local scheme = option("scheme", "bias") -- last | bias | full

name  "ds_cnn"
input { h = 49, w = 10, c = 1 }
if option("weights", "") ~= "" then weights(option("weights", "")) end

conv { "first_conv", out = 64, k = { 10, 4 }, s = 2, pad = "tf_same", act = "relu" }
for i = 0, 3 do
    dwconv { "blocks." .. i .. ".depthwise", k = 3, act = "relu" }
    conv { "blocks." .. i .. ".pointwise", out = 64, k = 1, act = "relu" }
end
global_pool {}
dense { "classifier", out = option("classes", 12), init = "random" }

train {
    update    = ({ last = { "classifier.*" }, bias = { "classifier.*", "*.bias" }, full = "*" })[scheme],
    optimizer = sgd { rate = option("rate", 0.01) },
    batch     = option("batch", 1),
}
