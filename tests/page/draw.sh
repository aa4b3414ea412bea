#!/bin/sh
# SPDX-License-Identifier: MIT
# draw.sh OUT: a spec and pictures of three classes that are hard to tell apart, for pages about learning.
out=$1
for class in bright dark plain; do
    mkdir -p "$out/data/$class"
    for i in 1 2 3 4 5 6 7 8; do
        awk -v seed=$((i * 7)) -v class=$class 'BEGIN {
            printf "P6 12 12 255\n"
            for (p = 0; p < 432; p++) printf "%c", 40 + (p * seed + p % 5 * 9) % 60 + (class == "bright" ? 9 : class == "dark" ? 0 : 5)
        }' > "$out/data/$class/$i.ppm"
    done
done
cat > "$out/net.lua" <<'END'
name "pictures"
input { h = 12, w = 12, c = 3, type = "uint8", scale = 1/128, zero_point = 128 }
conv { "first", out = 8, k = 3, s = 2, act = "relu6", init = "random" }
conv { "second", out = 8, k = 3, s = 1, act = "relu6", init = "random" }
global_pool {}
dense { "last", out = 3, init = "random" }
train { update = { "*.bias", "last.*" }, loss = "softmax_cross_entropy", optimizer = sgd { rate = 0.02 } }
END
