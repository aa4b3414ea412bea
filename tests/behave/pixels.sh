#!/bin/sh
# SPDX-License-Identifier: MIT
# The form of an image changes nothing: RGB565 and bytes of the same colours, means and scales by channel and the layer that
# would apply them, in floats and in integers, under several plans.
#
#     pixels.sh TINYTL_GEN
gen=$1
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
warnings="-Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Wvla -pedantic -Werror"
failed=0
"${LUA:-lua5.4}" "$here/pixels_weights.lua" "$dir/w.safetensors" sums

# PACKED NEAR, forms of net and of what it is compared with, words for both; options and place are net's.
pixels() {
    packed=$1 near=$2 form=$3 than=$4 common= own= flags=
    shift 4
    for word; do
        case $word in
        place=scratch) own="$own -D $word" flags=-DNET_SCRATCH ;;
        *=*) common="$common -D $word" ;;
        *) own="$own $word" ;;
        esac
    done
    theirs=$common
    [ "$than" = "${than#float32:}" ] || theirs="$common -D forward=float32" than=${than#float32:}
    [ "$form" = "${form#int8:}" ] || own="$own -D forward=int8" form=${form#int8:}
    # shellcheck disable=SC2086 # words
    "$gen" "$here/pixels.lua" -q -o "$dir" -D weights="$dir/w.safetensors" -D form="$form" $common $own &&
        "$gen" "$here/pixels.lua" -q -o "$dir" -D weights="$dir/w.safetensors" -D name=whole -D form="$than" $theirs &&
        ${CC:-cc} -std=c99 -O0 $checks $warnings -DPACKED="$packed" -DNEAR="$near" \
            $flags -I"$dir" "$here/pixels.c" "$dir/net.c" "$dir/whole.c" -o "$dir/pixels" -lm && "$dir/pixels" && return
    echo "FAIL $form $than $*"
    failed=1
}

checks=
for forward in float32 int8; do
    pixels 1 0 little uint8 forward=$forward --fastest
    pixels 1 0 little uint8 forward=$forward --shuffle 1 --poison
    pixels 2 0 big uint8 forward=$forward place=scratch --smallest --poison
    pixels 0 0 equal uint8 forward=$forward
    pixels 1 0 mean_little mean forward=$forward --shuffle 2 --poison
    pixels 1 0 little uint8 forward=$forward "update=first.*" --smallest # read again, for the weights' gradient
done
pixels 0 1e-5 mean layer stride=1
pixels 3 1e-5 float layer update=first.bias --fastest
pixels 1 1e-5 mean_little layer place=scratch --smallest --poison
checks="-fsanitize=address,undefined -fno-sanitize-recover=undefined"
pixels 0 0.03 int8:mean float32:mean stride=1 "update=*.bias" # the mean is what padding holds, the scales are in the weights
pixels 1 0.03 int8:mean_little float32:mean "update=first.*"
exit $failed
