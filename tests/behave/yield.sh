#!/bin/sh
# SPDX-License-Identifier: MIT
# NAME_YIELD() stands behind every kernel, and between two of them are no more multiply-adds than the header says and --yield
# allows; results have the same bits: yield.sh TINYTL_GEN
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
firmware=$here/../firmware
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
fail() { failed=1 && echo "FAIL $*"; }

# What a few steps print, with marks where NAME_YIELD() stands: run NAME SPEC [options]; $yields, $macs, $allowed
run() {
    name=$1 NAME=$(echo "$1" | tr a-z A-Z)
    shift
    "$gen" "$@" -q -o "$dir" || exit 1
    # Behind a kernel that multiplies its comment says how often, for a whole map.
    sed -E -e "s|${NAME}_YIELD\(\); \} /\* (.*): ([0-9]+) MACs \*/\$|kernel_ran(__LINE__, \2, y0, y1); } /* \1 */|" "$dir/$name.c" >"$dir/marked.c"
    cc -std=gnu11 -O0 -w -include "$here/yield.h" "-D${NAME}_YIELD()=yields++" -DTINYTL_PORTABLE -I"$dir" -DHEADER="\"$name.h\"" -DNET="$name" \
        -DNET_UPPER="$NAME" -c -o "$dir/marked.o" "$dir/marked.c" || exit 1
    cc -std=gnu11 -O0 -w -I"$dir" -DHEADER="\"$name.h\"" -DNET="$name" -DNET_UPPER="$NAME" "$firmware/main.c" "$firmware/host.c" \
        "$dir/marked.o" -o "$dir/run" -lm || exit 1
    printed=$("$dir/run" 2>"$dir/told" | grep -v '^stack')
    [ -n "$printed" ] || fail "$name $*: nothing was printed"
    yields=$(sed -n 's/^yields \([0-9]*\) .*/\1/p' "$dir/told")
    macs=$(sed -n 's/^yields .* macs \([0-9]*\)$/\1/p' "$dir/told")
    allowed=$(sed -n "s/^#define ${NAME}_YIELD_MACS \([0-9]*\) .*/\1/p" "$dir/$name.h")
}

# check NAME MACS PLAN SPEC [options]
check() {
    name=$1 bound=$2 plan=$3
    shift 3
    run "$name" "$@" --fastest
    expected=$printed before=$yields
    [ "$macs" = "$allowed" ] || fail "$*: $macs multiply-adds between two yields, the header says $allowed"
    [ "$allowed" -gt "$bound" ] || fail "$*: a bound of $bound is no bound"
    run "$name" "$@" "$plan" --yield "$bound"
    [ "$printed" = "$expected" ] || fail "$* $plan --yield $bound: other bits"
    [ "$macs" = "$allowed" ] || fail "$* $plan --yield $bound: $macs multiply-adds between two yields, the header says $allowed"
    [ "$allowed" -le "$bound" ] || fail "$* $plan --yield $bound: $allowed multiply-adds between two yields"
    [ "$yields" -gt "$before" ] || fail "$* $plan --yield $bound: $yields yields, $before without a bound"
}

check motion 2000 --fastest "$here/../../specs/motion-1d.lua"
check demo 20000 --smallest "$here/../../demo/demo.lua" -D ram=1024
"${LUA:-lua5.4}" "$firmware/weights.lua" "$dir/small.safetensors"
check small 5000 --fastest "$firmware/small.lua" -D weights="$dir/small.safetensors"

# One row is the least.
"$gen" plan "$here/../../demo/demo.lua" --yield 100 >/dev/null 2>"$dir/said"
[ $? = 3 ] && tr -s '\n ' '  ' <"$dir/said" | grep -q "one row of '.*' takes [0-9]* multiply-adds, the budget is 100" || { fail "--yield 100 is not refused" && cat "$dir/said"; }

# Without a definition nothing is left of it, not even an instruction.
"$gen" "$here/net.lua" -q -o "$dir"
sed 's/NET_YIELD();//' "$dir/net.c" >"$dir/none.c"
for file in net none; do
    cc -std=c99 -O2 -w -I"$dir" -c -o "$dir/$file.o" "$dir/$file.c" && objdump -d --no-show-raw-insn "$dir/$file.o" | tail -n +4 >"$dir/$file.text"
done
cmp -s "$dir/net.text" "$dir/none.text" || fail "NET_YIELD() costs something where it is not defined"
exit $failed
