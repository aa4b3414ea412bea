#!/bin/sh
# SPDX-License-Identifier: MIT
# Differences, products, quotients, maps side by side, averages without their padding, dilation: the integers of an int8
# network are near the floats that they stand for, before it learns and after 40 steps of it, and the same under every plan.
#
#     joins.sh TINYTL_GEN
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

"${LUA:-lua5.4}" "$here/joins_weights.lua" "$dir/joins.safetensors" || exit 1

# scores FILE [options]: those of three images, before and after learning
scores() {
    file=$1
    shift
    "$gen" "$here/joins.lua" -q -o "$dir" -D weights="$dir/joins.safetensors" "$@" || exit 1
    cc -O0 -I"$dir" "$here/joins.c" "$dir/joins.c" -o "$dir/program" -lm && "$dir/program" >"$dir/$file" || exit 1
}

# near FILE: no score of it is further from the floats' than a tenth, or a sixth of the largest
near() {
    paste "$dir/floats" "$dir/$1" | awk -v what="$1" '
        { far = $1 - $2 < 0 ? $2 - $1 : $1 - $2; if (far > most) most = far; size = $1 < 0 ? -$1 : $1; if (size > largest) largest = size }
        END { bad = NR != 30 || most > 0.1 + largest / 6; printf "%s %s: %.3f of %.3f\n", bad ? "FAIL" : "ok  ", what, most, largest; exit bad }' || failed=1
}

scores floats -D forward=float32 -D gradient=float32
for gradient in float32 int16 int8; do
    scores $gradient -D gradient=$gradient --fastest
    scores smallest -D gradient=$gradient --smallest
    near $gradient
    cmp "$dir/$gradient" "$dir/smallest" || failed=1
done
exit $failed
