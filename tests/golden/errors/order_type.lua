-- The type alone is wrong: nothing is said of the word.
name "net"
input { h = 8, w = 8, c = 3, type = "uint8", order = "middle", scale = 1/255 }
conv { "a", out = 4, k = 3 }
global_pool {}
dense { "cls", out = 4 }
