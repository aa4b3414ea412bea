-- Nothing learns: no train, no loss, no updates.
name "only_predict"
input { h = 4, w = 4, c = 1, type = "uint8", place = "scratch" }
conv { "c", out = 2, k = 3, act = "hswish" }
max_pool { "p", k = 2 }
dense { "fc", out = 3 }
