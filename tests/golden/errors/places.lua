name "t"
input { h = 8, w = 8, c = 2 }
conv { "a", out = 4, k = 3 }
replay { at = "a" } -- {
local samples = 3
dense { "d", out = samples }
train {
    update = "d.*",
    schedule = cosine {},
}
local steps = 3
store {}
local store = 5
