#!/bin/sh
# SPDX-License-Identifier: MIT
# The commands on the PC give a network of RGB565, or of means and scales by channel, what they give one of bytes: of photos
# whose colours are those of 16 bits, training, integers and checks come out the same.
#
#     pixels_host.sh TINYTL_GEN
gen=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
fail() { failed=1 && echo "FAIL $*"; }

cat >photos.lua <<'END'
math.randomseed(3)
local function colour(n, most) return string.char(most == 31 and n * 33 // 4 or n * 65 // 16) end
for i = 1, 24 do
    local folder = i % 2 == 0 and "dark" or "light"
    local out = assert(io.open(("data/%s/%d.ppm"):format(folder, i), "wb"))
    out:write "P6 12 12 255\n"
    for _ = 1, 144 do
        local r, g, b = math.random(31), math.random(63), math.random(31)
        if folder == "dark" then r, g = r // 2, g // 2 end
        out:write(colour(r, 31), colour(g, 63), colour(b, 31))
    end
    out:close()
end
END
mkdir -p data/dark data/light
"${LUA:-lua5.4}" photos.lua || exit 1
cat >net.lua <<'END'
name "net"
local form = option("form", "uint8")
local image = { h = 12, w = 12, c = 3, type = form, scale = 1 / 100, zero_point = 120 }
if form == "channels" then image.type, image.zero_point, image.mean, image.scale = "uint8", nil, 120, { 1 / 100, 1 / 100, 1 / 100 } end
if form == "big" then image.type, image.order = "rgb565", "big" end
input(image)
weights(option("weights", "start.safetensors"))
conv { "first", out = 6, k = 3, s = 2, act = "relu6", missing = "random" }
conv { "second", out = 8, k = 3, s = 2, act = "relu6", missing = "random" }
global_pool {}
dense { "classifier", out = 2, init = "random" }
train { update = { "classifier.*", option("update", "second.bias") }, optimizer = sgd { rate = 0.1 } }
precision { forward = option("forward", "float32") }
END
# Weights of its own: as many random ones as a run saves.
sed 's/^weights.*//; s/, missing = "random"//' net.lua >start.lua
"$gen" train start.lua --train data --validate 0.25 --epochs 1 --save start.safetensors -D update='*' -q >/dev/null 2>messages || fail "start: $(cat messages)"

for form in uint8 rgb565 big channels; do
    "$gen" train net.lua -D form=$form --train data --validate 0.25 --epochs 2 --seeds 2 --jobs 1 --augment flip,shift --report=json >$form.json 2>messages ||
        fail "train $form: $(cat messages)"
    grep -o '"epochs":.*' $form.json | grep -o ".*\"not_finite\"" >$form.epochs
    "$gen" quantize net.lua -D form=$form --data data -o $form.safetensors -q || fail "quantize $form"
    cmp uint8.epochs $form.epochs || fail "$form learns something else"
    cmp uint8.safetensors $form.safetensors || fail "$form: other integers"
    "$gen" check net.lua -D form=$form -D forward=int8 -D weights=$form.safetensors -q || fail "check $form"
    "$gen" plan net.lua -D form=$form --report=svg:$form.svg -q || fail "plan $form"
    grep -q '12 × 12 × 3' $form.svg || fail "the picture has another image"
done
"$gen" package net.lua -D form=rgb565 --as arduino -o package -q && grep -rq RGB565 package || fail "package does not say what a pixel is"
exit $failed
