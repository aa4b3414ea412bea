name "net"
include "include_itself.lua"
