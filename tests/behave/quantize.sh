#!/bin/sh
# SPDX-License-Identifier: MIT
# quantize.sh BUILD: every network of specs/ becomes one of integers whose scores are those of floats, nearly;
# a trained one keeps its accuracy and still learns; wrong input is named.
build=$(cd "${1:-build}" && pwd)
root=$(cd "$(dirname "$0")/../.." && pwd)
gen=$build/tinytl-gen
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failures=0

wrong() {
    echo "WRONG $*"
    failures=$((failures + 1))
}

value() { # key, file
    sed -n "s/^$1 //p" "$2"
}

at_least() { # a number, the least
    awk "BEGIN { exit !(${1:-0} >= $2) }"
}

# ---- networks with random weights: scores as near as 8 bits allow ----

near() { # decibels, spec, options
    least=$1 spec=$2
    shift 2
    if ! "$build/tests/floats" "$root/specs/$spec.lua" floats.safetensors samples.npy "$@" ||
        ! "$gen" quantize "$root/specs/$spec.lua" -D weights=floats.safetensors "$@" --data samples.npy \
            -o int8.safetensors >said 2>messages; then
        wrong "$spec $*"
        cat messages
    elif ! at_least "$(value signal_to_noise_db said)" "$least"; then
        wrong "$spec $*: $(value signal_to_noise_db said) dB"
    else
        echo "ok    $spec $*: $(value layers said) layers, $(value signal_to_noise_db said) dB"
    fi
}

near 20 resnet-8
near 20 mobilenet-v1-0.25
near 20 ds-cnn
near 20 autoencoder
near 20 motion-1d
near 15 mcunet-5fps -D resolution=32
near 15 proxyless-w0.3 -D resolution=32 -D scheme=norm+last

# ---- norms are folded, and the same spec reads them again ----

cat >norms.lua <<'LUA'
-- norms.lua BIAS: floats.safetensors for norm.lua
local names, data, at = {}, {}, 0
local function tensor(name, from, to, ...)
    local count, shape = 1, { ... }
    for _, n in ipairs(shape) do count = count * n end
    for i = 1, count do data[#data + 1] = string.pack("<f", from + (to - from) * math.random()) end
    names[#names + 1] = ('"%s":{"dtype":"F32","shape":[%s],"data_offsets":[%d,%d]}'):format(
        name, table.concat(shape, ","), at, at + 4 * count)
    at = at + 4 * count
end
math.randomseed(1)
local function layer(name, out, ...)
    tensor(name .. ".weight", -0.5, 0.5, out, ...)
    if name ~= "a" or arg[1] == "true" then tensor(name .. ".bias", -0.2, 0.2, out) end
end
layer("a", 8, 2, 3, 3)
tensor("a_norm.weight", -1, 1, 8)
tensor("a_norm.bias", -1, 1, 8)
tensor("a_norm.running_mean", -1, 1, 8)
tensor("a_norm.running_var", 0.1, 2, 8)
layer("b", 8, 1, 3, 3)
layer("c", 8, 4, 1, 1)
layer("d", 5, 8 * 144)
layer("e", 4, 5)
local header = "{" .. table.concat(names, ",") .. "}"
assert(io.open("floats.safetensors", "wb")):write(string.pack("<I8", #header), header, table.concat(data)):close()
LUA
for bias in true false; do
    cat >norm.lua <<LUA
name "norm"
input { h = 12, w = 12, c = 2 }
if option("weights", "") ~= "" then weights(option("weights", "")) end
conv { "a", out = 8, k = 3, bias = $bias }
batch_norm { "a_norm", act = "relu" }
dwconv { "b", k = 3, act = "hswish" }
conv { "c", out = 8, k = 1, groups = 2 }
avg_pool { k = 3, s = 1, pad = 1 }
dense { "d", out = 5, act = "relu" }
dense { "e", out = 4 }
precision { forward = option("precision", "float32") }
LUA
    "$build/tests/floats" norm.lua others.safetensors samples.npy && ${LUA:-lua5.4} norms.lua $bias || exit 1
    "$gen" quantize norm.lua -D weights=floats.safetensors --data samples.npy -o int8.safetensors >said ||
        wrong "norm with bias = $bias"
    at_least "$(value signal_to_noise_db said)" 25 || wrong "norm with bias = $bias: $(cat said)"
done

# ---- a trained network, calibrated on its own pictures ----

cat >pictures.c <<C
#include "draw.h"
#include <stdio.h>
int main(int argc, char **argv)
{
    FILE *images = fopen(argv[1], "wb"), *labels = fopen(argv[2], "wb");
    uint8_t image[DRAW_SIZE * DRAW_SIZE];
    int seed = argv[3][0];
    fprintf(images, "\\223NUMPY\\1%cv%c%-117s\\n", 0, 0, "{'descr': '|u1', 'fortran_order': False, 'shape': (500, 32, 32)}");
    fprintf(labels, "\\223NUMPY\\1%cv%c%-117s\\n", 0, 0, "{'descr': '|u1', 'fortran_order': False, 'shape': (500,)}");
    for (int n = 0; n < 500; n++) {
        draw_chalk(draw_hash((uint64_t)seed, (uint64_t)n), n % DRAW_CHALK, image);
        fwrite(image, 1, sizeof image, images);
        fputc(n % DRAW_CHALK, labels);
    }
    return argc != 4 || fclose(images) || fclose(labels);
}
C
cc -O2 -I "$root/demo" -o pictures pictures.c "$root/demo/draw.c" -lm &&
    ./pictures a.npy a_labels.npy a && ./pictures b.npy b_labels.npy b || exit 1
demo=$root/demo/demo.lua
"$gen" quantize "$demo" -D scheme=last --data a.npy,a_labels.npy -o demo.safetensors >said || wrong demo
at_least "$(value same_class said)" 0.9 || wrong "demo: $(cat said)"
"$gen" what-fits "$demo" -D scheme=last -D weights=demo.safetensors --ram 16K 2>messages
[ $? = 3 ] && grep -q 'hint: precision { forward = "int8" } fits' messages || wrong "what-fits: $(cat messages)"
"$gen" what-fits "$demo" -D scheme=last -D weights=demo.safetensors --ram 8K 2>messages
[ $? = 3 ] && grep -q 'hint: try a smaller input' messages || wrong "what-fits: $(cat messages)"
cat >demo8.lua <<LUA
include "$demo"
precision { forward = "int8", gradient = "int16" }
LUA
"$gen" quantize demo8.lua -D scheme=last -D weights="$root/demo/pretrained.safetensors" --data a.npy,a_labels.npy -o ready.safetensors >said &&
    cmp demo.safetensors ready.safetensors || wrong "quantize of a spec with forward = int8"
learn() { # spec, weights
    "$gen" train "$1" -D weights="$2" -D scheme=bias -D optimizer=adam --rate 0.003 --epochs 4 \
        --train a.npy,a_labels.npy --test b.npy,b_labels.npy >said || wrong "train $1"
    value accuracy_after said
}
floats=$(learn "$demo" "$root/demo/pretrained.safetensors")
int8=$(learn demo8.lua "$folder/demo.safetensors")
echo "accuracy after training: $floats with floats, $int8 with integers"
at_least "$floats" 0.5 && at_least "$int8" "$floats - 0.05" || wrong "accuracy $floats $int8"

# ---- what is wrong is named ----

refuses() { # exit code, words of the message, arguments
    expected=$1 words=$2
    shift 2
    "$gen" quantize "$@" >said 2>messages
    code=$?
    [ $code = "$expected" ] && grep -q "$words" messages || wrong "quantize $*: exit $code, $(cat messages)"
}

refuses 2 "needs --data" "$demo" -o x.safetensors
refuses 2 "needs --data" "$demo" --data a.npy
refuses 2 "at least 1" "$demo" --data a.npy -o x.safetensors --images 0
refuses 1 "cannot open" "$demo" --data nowhere.npy -o x.safetensors
refuses 1 "cannot open the folder" "$demo" --data nowhere -o x.safetensors
refuses 1 "nothing to quantize" "$demo" -D weights=none --data a.npy -o x.safetensors
refuses 1 "weights that the spec reads" "$demo" -D weights="$folder/demo.safetensors" --data a.npy -o demo.safetensors
echo text >text.npy
refuses 1 "not a NumPy array" "$demo" --data text.npy -o x.safetensors
mkdir photos empty
refuses 1 "no images" "$demo" --data empty -o x.safetensors
printf 'P5 2 2 255\n1234' >photos/a.pgm
"$gen" quantize "$demo" --data photos -o x.safetensors -q || wrong "a folder without sub-folders"
echo broken >photos/b.png
refuses 1 "cannot read the image" "$demo" --data photos -o x.safetensors
refuses 1 "of shape Nx32x32x1" "$demo" --data a_labels.npy -o x.safetensors
refuses 5 "cannot be written" "$demo" --data a.npy -o nowhere/x.safetensors
exit $((failures > 0))
