name "net"
set("width", 5)
set("deep", "yes")
set("act", {})
set("widths", 3)
set("width", 6)
include "part/open.lua"
set("act", "relu")
dense { "classifier", out = 3 }
