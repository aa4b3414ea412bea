name "image"
input {
    h = 8, w = 8, c = 1, type = "rgb565",
    order = "middle",
    zero_point = 300,
}
conv { "a", out = 4, k = 3 }
