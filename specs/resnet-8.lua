-- SPDX-License-Identifier: MIT
-- ResNet-8 for CIFAR-10 (He et al., CVPR 2016; MLPerf Tiny, image classification): 12.5 million
-- multiply-accumulates at 32x32.  Its batch norms are folded.
local scheme = option("scheme", "full") -- last | bias | full

name  "resnet8"
input { h = 32, w = 32, c = 3, type = "uint8", scale = 1 / 255 }
if option("weights", "") ~= "" then weights(option("weights", "")) end

-- Two 3x3 convolutions, and the input beside them: through a 1x1 convolution where the shape changes.
local function residual(stage, x, out, stride)
    conv { stage .. ".conv1", from = x, out = out, k = 3, s = stride, pad = "tf_same", act = "relu" }
    local y = conv { stage .. ".conv2", out = out, k = 3 }
    if stride > 1 then
        x = conv { stage .. ".shortcut", from = x, out = out, k = 1, s = stride }
    end
    return add { stage .. ".add", from = { x, y }, act = "relu" }
end

local x = conv { "first_conv", out = 16, k = 3, act = "relu" }
for i, out in ipairs { 16, 32, 64 } do
    x = residual("stages." .. i, x, out, i > 1 and 2 or 1)
end
global_pool {}
dense { "classifier", out = option("classes", 10), init = "random" }

train {
    update    = ({ last = { "classifier.*" }, bias = { "classifier.*", "*.bias" }, full = "*" })[scheme],
    optimizer = sgd { rate = option("rate", 0.01) },
    batch     = option("batch", 1),
}
