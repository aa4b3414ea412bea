-- SPDX-License-Identifier: MIT
-- An autoencoder that learns how a machine shakes while nothing is wrong: 32 steps of three accelerometer axes in, the
-- same out, through 8 numbers.  What it cannot give back is an anomaly.  demo/machines.c draws data for it.
local scheme = option("scheme", "full") -- last | bias | full

name  "vibration"
input { h = option("samples", 32), w = 1, c = 3, type = "int8", scale = 1 / 32 }
if option("weights", "") ~= "" then weights(option("weights", "")) end

dense { "encoder.1", out = 32, act = "relu" }
dense { "encoder.2", out = 8 }
dense { "decoder.1", out = 32, act = "relu" }
dense { "decoder.2", out = 3 * option("samples", 32) }

train {
    update    = ({ last = "decoder.2.*", bias = "*.bias", full = "*" })[scheme],
    loss      = "mse",
    optimizer = sgd { rate = option("rate", 0.05) },
    batch     = option("batch", 1),
}
