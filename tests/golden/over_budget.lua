-- A budget that is missed: the message and the report name the same bytes.
-- options: --smallest
name    "over_budget"
input   { h = 24, w = 24, c = 3 }
conv    { "first", out = 8, k = 3, act = "relu6" }
mbconv  { "block", out = 8, k = 3, expand = 4 }
global_pool {}
dense   { "classifier", out = 3 }
train   { update = { "*.bias", "classifier.*" } }
budget  { ram = 16 * KiB }
