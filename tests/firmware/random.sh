#!/bin/sh
# SPDX-License-Identifier: MIT
# Random networks of integers give the same bits on every core: random.sh TINYTL_GEN [FIRST LAST]
# Seeds FIRST to LAST, the schedule drawn at random too.  A short run is a test; a long one finds more.  Three of the test's
# four have layers in parts; with 28 GCC for a Cortex-M0+ passed a wrong pointer on (net.c.tpl, no-ipa-ra).
gen=$(realpath "$1")
first=${2:-25} last=${3:-28}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../native.sh"
. "$here/targets.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

printed() { # target, compiler, options: the bits; nothing where there is no such compiler
    target=$1
    build "$dir/program" "$@" >"$dir/said" 2>&1
    code=$?
    [ $code != 77 ] || return 0
    [ $code = 0 ] || { cat "$dir/said" && return 0; }
    run "$target" "$dir/program" 2>&1 | grep -v '^stack' # semihosting prints to stderr
}

for seed in $(seq "$first" "$last"); do
    rm -f "$dir"/*.[ch]
    "${LUA:-lua5.4}" "$here/random.lua" "$seed" "$dir" || exit 1
    "$gen" "$dir/random.lua" -q -o "$dir" --shuffle "$seed" || { failed=1 && cat "$dir/random.lua" && continue; }
    expected=$(printed host gcc -std=c99 -O1 -w -DTINYTL_PORTABLE -fsanitize=undefined,address)
    for how in "host gcc -std=gnu11 -O2 -w $(native gcc)" "m4 gcc -std=gnu11 -O2 -w" "m4 clang -std=gnu11 -Os -w" "m0plus gcc -std=gnu11 -Os -w"; do
        # shellcheck disable=SC2086
        bits=$(printed $how)
        [ -z "$bits" ] || [ "$bits" = "$expected" ] && [ -n "$expected" ] || { echo "FAIL seed $seed: $how" && failed=1; }
    done
    # With flash for second copies of weights: of some or all.
    flash=$("$gen" plan "$dir/random.lua" --shuffle "$seed" | awk '$1 == "flash" { print $2; exit }')
    "$gen" "$dir/random.lua" -q -o "$dir" --shuffle "$seed" --flash $((flash + 300 + seed % 3 * 1000)) || exit 1
    grep -q dot_by_input_four "$dir/random.c" || continue # nothing passes a 1x1 convolution
    bits=$(printed m4 gcc -std=gnu11 -O2 -w)
    [ -z "$bits" ] || [ "$bits" = "$expected" ] || { echo "FAIL seed $seed: second copies of weights" && failed=1; }
done
exit $failed
