#!/bin/sh
# SPDX-License-Identifier: MIT
# Branches put beside the layers of an unchanged spec by name: before they learn the network is as it was, to the last
# bit, and so is what a save of it belongs to; then integers are near the floats that they stand for, and the same under
# every plan.
#
#     side.sh TINYTL_GEN
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
    "$gen" "$here/side.lua" -q -o "$dir" -D weights="$dir/joins.safetensors" "$@" || exit 1
    cc -O0 -I"$dir" "$here/joins.c" "$dir/joins.c" -o "$dir/program" -lm && "$dir/program" >"$dir/$file" || exit 1
    head -15 "$dir/$file" >"$dir/$file.before"
    grep JOINS_BASE "$dir/joins.h" >"$dir/$file.base" || exit 1
}

same() {
    if cmp "$dir/$1" "$dir/$2"; then echo "ok   $1 = $2"; else failed=1; fi
}

# near FILE: no score of it is further from the floats' than a tenth, or a sixth of the largest
near() {
    paste "$dir/floats" "$dir/$1" | awk -v what="$1" '
        { far = $1 - $2 < 0 ? $2 - $1 : $1 - $2; if (far > most) most = far; size = $1 < 0 ? -$1 : $1; if (size > largest) largest = size }
        END { bad = NR != 30 || most > 0.1 + largest / 6; printf "%s %s: %.3f of %.3f\n", bad ? "FAIL" : "ok  ", what, most, largest; exit bad }' || failed=1
}

for slice in inputs outputs; do
    scores plain -D forward=float32 -D gradient=float32 -D branches=false -D slice=$slice
    scores floats -D forward=float32 -D gradient=float32 -D slice=$slice
    same plain.before floats.before
    same plain.base floats.base
    ! cmp -s "$dir/plain" "$dir/floats" || failed=1
    scores plain -D branches=false -D slice=$slice
    for gradient in float32 int16; do
        scores $gradient -D gradient=$gradient --fastest -D slice=$slice
        same plain.before $gradient.before
        same plain.base $gradient.base
        scores smallest -D gradient=$gradient --smallest -D slice=$slice
        near $gradient
        same $gradient smallest
    done
done
exit $failed
