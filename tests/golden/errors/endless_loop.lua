name "net"
while true do end
