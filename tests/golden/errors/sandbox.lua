name "net"
local f = io.open("/etc/passwd")
