#!/bin/sh
# SPDX-License-Identifier: MIT
# Instructions of a prediction and of a training step, by kernel: a benchmark, run by hand.
#
#     count.sh TINYTL_GEN                                     a few networks, their sums
#     count.sh TINYTL_GEN TARGET "CFLAGS" SPEC [options]      one network, kernel by kernel
#
# TARGET: m4, m7, m33, m55, m0plus, rv32 or riscv64.  Instructions, not cycles: QEMU knows no memory and no pipeline.
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/targets.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cc -shared -fPIC -O2 -Wall -Wextra "$here/count_plugin.c" -o "$dir/count.so" || exit 1

# Runs the network in $dir for so many training steps and predictions: counted NAME STEPS PREDICTS
counted() {
    steps=$2 predicts=$3
    # shellcheck disable=SC2086
    build "$dir/program" "$target" gcc -std=gnu11 -DWITHOUT_LOSS $cflags || exit 1
    $(tool "$target" nm) -S --defined-only "$dir/program" | "${LUA:-lua5.4}" "$here/count.lua" symbols "$dir/$net.c" >"$dir/symbols" || exit 1
    run "$target" "$dir/program" -plugin "$dir/count.so,symbols=$dir/symbols,out=$dir/$1" >"$dir/printed" 2>&1
    [ -s "$dir/$1" ] || { cat "$dir/printed" && exit 1; }
}

# One network: count FORM TARGET CFLAGS SPEC [options]
count() {
    form=$1 target=$2 cflags=$3 spec=$4
    shift 4
    rm -f "$dir"/*.[ch] "$dir/train" "$dir/predict"
    "$gen" "$spec" "$@" --report=json:"$dir/report.json" -o "$dir" || exit 1
    counted train 1 0
    counted predict 0 1
    "${LUA:-lua5.4}" "$here/count.lua" "$form" "$dir/$net.c" "$dir/report.json" "$dir/predict" "$dir/train" "$target $cflags" "$*"
}

shift
if [ $# -gt 0 ]; then
    count kernels "$@"
    printf '\nflash %s bytes: weights, tables and code of the emitted file\n' "$($(tool "$target" size) "$dir/$net.c.o" | awk 'END { print $1 + $2 }')"
    exit
fi
"${LUA:-lua5.4}" "$here/weights.lua" "$dir/small.safetensors"
"${LUA:-lua5.4}" "$here/count.lua" heading
count line m4 -O2 "$here/small.lua" -D weights="$dir/small.safetensors" --fastest
count line m0plus -O2 "$here/small.lua" -D weights="$dir/small.safetensors" --fastest
weights=$(find_model mcunet-5fps) || { echo "no ../shared/models/mcunet-5fps.safetensors" && exit; }
for scheme in last bias lite+bias; do
    for gradient in int16 int8; do
        count line m4 -O2 "$here/../../specs/mcunet-5fps.lua" -D weights="$weights" -D precision=int8 -D from=4 \
            -D scheme=$scheme -D gradient=$gradient --fastest
    done
done
