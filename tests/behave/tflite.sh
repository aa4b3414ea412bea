#!/bin/sh
# SPDX-License-Identifier: MIT
# SUB, MUL, and ADD and SUB of a constant with rounding = "tflite": the bits of TFLite's reference for scales and zero points drawn at random.
#
#     tflite.sh TINYTL_GEN [COUNT [SEED]]
gen=$1 count=${2:-4} seed=${3:-1}
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
for how in sub turned mul excite plus less from; do
    last=$((seed + count))
    for draw in $(seq "$seed" $((last - 1))); do
        grid=$("${LUA:-lua5.4}" "$here/tflite_weights.lua" "$draw" $how "$dir/w.safetensors" "$dir/grids.h") || exit 1
        # shellcheck disable=SC2086 # words
        "$gen" "$here/tflite.lua" -q -o "$dir" -D weights="$dir/w.safetensors" -D how=$how $grid &&
            ${CC:-cc} -std=c99 -O0 -fsanitize=undefined -fno-sanitize-recover=undefined -DHOW="'$(echo $how | cut -c1)'" -I"$dir" \
                "$here/tflite.c" "$dir/net.c" -o "$dir/tflite" -lm && "$dir/tflite" >"$dir/said" && continue
        echo "FAIL $how, seed $draw: $(cat "$dir/said")"
        failed=1
    done
done
exit $failed
