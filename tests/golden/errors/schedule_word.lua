name "signs"
input { h = 8, w = 8, c = 3 }
dense { "a", out = 4 }
train { update = "*", schedule = "cosine" }
