name "signs"
input { h = 8, w = 8, c = 3 }
dense { "a", out = 4 }
train { update = "*", decay = "bias", schedule = cosine { steps = 0, least = 2, warm = 3 } }
