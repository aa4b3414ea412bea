side { ["blocks.0.depthwise"] = { lora = 2 } }
side { ["blocks.0"] = { lora = 2 } }
side { ["blocks.0.pointwise2"] = { lite = { k = 3 } } }
side { ["first"] = { lora = 9 } }
side { ["blocks.1"] = { lite = {} } }
side { ["block.0.pointwise1"] = { lora = 2 } }
side { ["fc"] = { lora = 2, lite = {} } }
side { ["fcs"] = { lite = 3 } }
side { ["fc2"] = { lite = { depth = 3 } } }
side { "fc", fc3 = 4, ["fc"] = { lora = 0 } }
side { own = { lite = {} }, ["beside"] = { lora = 1 }, ["classifier"] = { lora = 2 } }
include "part/blocks.lua"
mbconv { "own", out = 8, lite = { groups = 1 } }
conv { "beside", out = 3, k = 1, lora = 2 }
side { fc = { lora = 2 }, own = { lora = 2 } }
name "net"
