local text = string.rep("x", 2 ^ 28)
