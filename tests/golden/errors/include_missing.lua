name "net"
include "nowhere.lua"
