#!/bin/sh
# SPDX-License-Identifier: MIT
# The rate that an emitted schedule has at each step is the one that it is defined to have, and decay = "weights" leaves
# biases alone: rate_schedule.sh TINYTL_GEN
set -e
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

program() { # name, options
    name=$1
    shift
    "$gen" "$here/rate_schedule.lua" -q -o "$dir" "$@"
    cc -std=c99 -O0 -Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -pedantic -Werror -I"$dir" "$here/rate_schedule.c" "$dir/net.c" \
        -o "$dir/$name" -lm
}

for optimizer in false true; do
    program plain -D adam=$optimizer
    "$dir/plain" 60 >"$dir/constant"
    for kind in cosine both stairs warmup; do
        program scheduled -D adam=$optimizer -D schedule=$kind
        "$dir/scheduled" 60 >"$dir/got"
        "$dir/plain" 60 $kind >"$dir/wanted"
        paste -d "\n" "$dir/got" "$dir/wanted" "$dir/constant" | awk -v kind="$kind adam=$optimizer" '
            { for (i = 1; i <= NF; i++) v[(NR - 1) % 3, i] = $i }
            NR % 3 == 0 { for (i = 1; i <= NF; i++) { d = v[0, i] - v[1, i]; e = v[2, i] - v[1, i]; off += d > 1e-4 || d < -1e-4; moved += e > 1e-3 || e < -1e-3; n++ } }
            END { print kind ": " off + 0 " of " n " values are off, " moved + 0 " are others without a schedule"; exit off > 0 || moved < n / 2 }' || failed=1
    done
    program apart -D adam=$optimizer -D decay=weights
    program none -D adam=$optimizer -D weight_decay=0
    for name in plain apart none; do "$dir/$name" 1 >"$dir/$name.step"; done
    [ "$(head -1 "$dir/apart.step")" = "$(head -1 "$dir/none.step")" ] || { echo "FAIL biases decay" && failed=1; }
    [ "$(tail -1 "$dir/apart.step")" = "$(tail -1 "$dir/plain.step")" ] || { echo "FAIL weights do not decay as they did" && failed=1; }
    [ "$(tail -1 "$dir/apart.step")" != "$(tail -1 "$dir/none.step")" ] || { echo "FAIL weights do not decay" && failed=1; }
done
exit $failed
