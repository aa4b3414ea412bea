name "net"
input { c = 3 }
include "part/broken.lua"
dense { "fc", out = 2 }
