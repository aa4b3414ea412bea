-- SPDX-License-Identifier: MIT
-- The autoencoder that listens to machines (Koizumi et al., 2019; MLPerf Tiny, anomaly detection): five
-- frames of 128 mel energies in, the same out.  What it cannot reproduce is an anomaly.
local scheme = option("scheme", "full") -- last | bias | full

name  "autoencoder"
input { c = 640 }
if option("weights", "") ~= "" then weights(option("weights", "")) end

for i, out in ipairs { 128, 128, 128, 128, 8, 128, 128, 128, 128 } do
    dense { "layers." .. i, out = out, act = "relu" }
end
dense { "decoder", out = 640 }

train {
    update    = ({ last = { "decoder.*" }, bias = "*.bias", full = "*" })[scheme],
    loss      = "mse",
    optimizer = adam { rate = option("rate", 0.001) },
    batch     = option("batch", 1),
}
