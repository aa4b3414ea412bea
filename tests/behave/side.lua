-- SPDX-License-Identifier: MIT
-- joins.lua with low-rank branches beside its layers; -D branches=false without.
if option("branches", true) then
    side {
        a = { lora = 3 },
        b = { lora = { rank = 2 } },
        g = { lora = 1 },
        h = { lora = 4 },
        classifier = { lora = 2 },
    }
end
include "joins.lua"
train {
    update = { "classifier.*", option("branches", true) and "*.lora.*" or "*.bias", { "b.weight", [option("slice", "inputs")] = 1 / 4 } },
    optimizer = sgd { rate = 0.02 },
}
