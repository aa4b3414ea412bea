-- options: -D depth=5 -D widht=4
name "net"
input { h = 8, w = 8, c = 1 }
choice("depth", { 2, 3, 4 })
choice("empty", {})
choice("map", { a = 1 })
choice("words", "a b")
choice("twice", { "1", 1 })
choice("odd", { 1, {} })
choice("infinite", { 1, 1 / 0 })
choice("a=b", { 1, 2 })
choice("width", { 4, 8 })
choice("width", { 4, 6 })
local k = choice(nil, { 1 })
