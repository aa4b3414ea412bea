-- options: -D act=relu6 -D third=0.50
-- Choices: of the command line, fixed before an include, and left open; a train behind the include replaces its train.
set("width", 6.0)
set("pool", true)
set("more", 5)
include "part/open.lua"
train { update = { "*.bias" } }
