#!/bin/sh
# SPDX-License-Identifier: MIT
# A convolution with a dilation is one with a larger kernel that has zeros between its taps: the same integers, forward,
# backward and learnt, from the fastest plan and the smallest.
#
#     dilation.sh TINYTL_GEN
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

# printed NAME [options]: scores and losses of some steps of training
printed() {
    name=$1
    shift
    mkdir -p "$dir/$name"
    "$gen" "$here/dilation.lua" -q -o "$dir/$name" -D weights="$dir/$name.safetensors" "$@" || exit 1
    cc -O0 -I"$dir/$name" -DHEADER='"dilation.h"' -DPREFIX=dilation -DPREFIX_UPPER=DILATION -DTRAINS -DTYPE=uint8_t \
        "$here/../fuzz/specs.c" "$dir/$name/dilation.c" -o "$dir/$name/program" -lm || exit 1
    "$dir/$name/program" | grep -v '^saved' # a save belongs to its network
}

"${LUA:-lua5.4}" "$here/dilation_weights.lua" "$dir/dilated.safetensors" || exit 1
"${LUA:-lua5.4}" "$here/dilation_weights.lua" "$dir/wide.safetensors" wide || exit 1
for gradient in int16 int8; do
    for plan in --fastest --smallest; do
        printed dilated $plan -D gradient=$gradient >"$dir/a" || failed=1
        printed wide $plan -D gradient=$gradient -D wide=true >"$dir/b" || failed=1
        if [ -s "$dir/a" ] && cmp -s "$dir/a" "$dir/b"; then
            echo "ok   $gradient $plan"
        else
            failed=1 && echo "FAIL $gradient $plan: $(diff "$dir/a" "$dir/b" | head -4)"
        fi
    done
done
exit $failed
