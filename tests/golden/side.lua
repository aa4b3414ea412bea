-- Branches beside the layers and blocks of an unchanged spec.
side { first = { lora = 2 }, ["blocks.0.pointwise1"] = { lora = { rank = 1 } }, ["blocks.0"] = { lite = { k = 3 } } }
include "part/blocks.lua"
lora { rank = 3 }
train { update = { "*.lora.*", "*.lite.*", "fc.bias" } }
