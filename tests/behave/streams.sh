#!/bin/sh
# SPDX-License-Identifier: MIT
# input { place = "stream" }: rows in odd portions give the bits of the whole image, whatever the plan.
#
#     streams.sh TINYTL_GEN
gen=$1
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
warnings="-Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Wvla -pedantic -Werror"
failed=0 made=

# ROWS FLAGS SPEC [options]: the plan under test is that of net; whole has the usual one.
streams() {
    rows=$1 flags=$2 spec=$3
    shift 3
    common= plan=
    for word; do
        case $word in
        --*) plan="$plan $word" ;;
        [0-9]*) plan="$plan $word" ;;
        *) common="$common -D $word" ;;
        esac
    done
    # shellcheck disable=SC2086 # words
    if [ "$made" != "$spec $common" ]; then # the same for all plans
        "$gen" "$spec" -q -o "$dir" -D name=whole -D place=caller $common &&
            ${CC:-cc} -std=c99 -O0 -w -c "$dir/whole.c" -o "$dir/whole.o" && made="$spec $common"
    fi
    "$gen" "$spec" -q -o "$dir" -D name=net -D place=stream $common $plan &&
        ${CC:-cc} -std=c99 $checks $warnings -DNET_ROWS="$rows" $flags -I"$dir" "$here/streams.c" "$dir/net.c" "$dir/whole.o" \
            -o "$dir/streams" -lm && "$dir/streams" && return
    echo "FAIL $spec $*"
    failed=1
}

learns=-DNET_LEARNS
checks="-O0 -fsanitize=address,undefined -fno-sanitize-recover=undefined"
streams 9 $learns "$here/net.lua" --smallest
checks=-O0
streams 9 $learns "$here/net.lua" --fastest
for seed in 1 2 3; do
    streams 9 $learns "$here/net.lua" --shuffle $seed --poison
done
streams 9 $learns "$here/net.lua" --smallest optimizer=adam batch=3
streams 9 "$learns -DNET_MSE" "$here/net.lua" --smallest --poison loss=mse optimizer=momentum
streams 9 $learns "$here/net.lua" --smallest update=all # the weights of the first layer, too: then all rows are kept

# Integers, and values as they come: what is in the image's place is the caller's.
"${LUA:-lua5.4}" "$here/../firmware/weights.lua" "$dir/small.safetensors"
for plan in "--smallest --poison" "--shuffle 1"; do
    # shellcheck disable=SC2086 # words
    streams 18 $learns "$here/../firmware/small.lua" $plan weights="$dir/small.safetensors"
done
for type in int8 float32; do
    case $type in int8) value=int8_t ;; *) value=float ;; esac
    cat > "$dir/$type.lua" <<SPEC
name(option("name", "net"))
input { h = 7, w = 5, c = 2, type = "$type", place = option("place", "caller") }
conv { "first", out = 4, k = 3, s = 3, pad = 0, act = "relu" } -- the last row is read by nobody
conv { "second", out = 4, k = 3 }
global_pool {}
dense { "classifier", out = 3 }
SPEC
    streams 7 "-DINPUT_TYPE=$value" "$dir/$type.lua" --smallest
    (cat "$dir/$type.lua" && echo 'train { update = { "*" }, optimizer = sgd { rate = 0.001 } }') > "$dir/learns_$type.lua"
    streams 7 "$learns -DINPUT_TYPE=$value" "$dir/learns_$type.lua" --smallest --poison
done

# Packed pixels, with means of their own.
"${LUA:-lua5.4}" "$here/pixels_weights.lua" "$dir/pixels.safetensors" sums
for forward in float32 int8; do
    streams 9 $learns "$here/pixels.lua" --smallest --poison weights="$dir/pixels.safetensors" form=mean_little forward=$forward
done

# A table without rows: all at once; and a signal.
cat > "$dir/flat.lua" <<SPEC
name(option("name", "net"))
input { c = 12, type = "uint8", scale = 1 / 64, place = option("place", "caller") }
dense { "hidden", out = 5, act = "relu" }
dense { "classifier", out = 2 }
train { update = { "classifier.*" }, optimizer = sgd { rate = 0.01 } }
SPEC
streams 1 $learns "$dir/flat.lua" --smallest
exit $failed
