name "image"
input {
    h = 8, w = 8, c = 3, type = "uint8",
    order = "big",
    zero_point = 128,
    mean = { 123.7, 116.3 },
    scale = { 0.5, 0, 1 },
}
conv { "a", out = 4, k = 3 }
