-- What forward saves for backward: nothing of the frozen front, masks in the middle, the input of a
-- learning weight, the index of a max pool.
name "saved"
input { h = 8, w = 8, c = 2 }
conv { "front", out = 4, k = 3, act = "relu6" }
conv { "one", out = 4, k = 1, act = "relu6" }
max_pool { "pool", k = 2 }
conv { "two", out = 6, k = 3, act = "relu" }
avg_pool { "mean", k = 2 }
dense { "fc", out = 3 }
train { update = { "one.bias", "two.weight", "fc.bias" } }
