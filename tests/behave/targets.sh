#!/bin/sh
# SPDX-License-Identifier: MIT
# The file for a --target holds nothing for other machines, compiles for its own and for this one without a warning, and
# gives the bits of the file for all: targets.sh TINYTL_GEN
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
firmware=$here/../firmware
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
. "$firmware/targets.sh"
warnings="-Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Wvla -Wcast-qual -pedantic -Werror"
failed=0

fail() {
    failed=1
    echo "FAIL $*"
}

# A file for all machines or a target's, compiled for this one, prints its bits: bits NAME COMPILER [options]
bits() {
    name=$1
    shift
    "$@" -I"$dir" -c "$dir/$name.c" -o "$dir/o" || return
    set -- "$1" -O1 -w
    case $name in
    net) set -- "$@" "$here/print.c" ;;
    small) set -- "$@" -DHEADER='"small.h"' -DNET=small -DNET_UPPER=SMALL "$firmware/main.c" "$firmware/host.c" ;;
    esac
    "$@" -I"$dir" "$dir/o" -o "$dir/print" -lm && "$dir/print" | grep -v '^stack'
}

emit() { # name, spec, options
    name=$1 spec=$2
    shift 2
    "$gen" "$spec" -q -o "$dir" "$@" || exit 1
}

# compiles NAME TARGET: by the compilers for that core
compiles() {
    cross=arm-none-eabi levels="gcc -std=c99 -O1:g++ -x c++ -std=c++17 -O0" core=
    # shellcheck disable=SC2154 # set by targets.sh
    case $2 in
    cortex-m0plus) core=$m0plus ;;
    cortex-m4) core=$m4 ;;
    cortex-m55) core=$m55 ;;
    rv32imc) cross=riscv64-unknown-elf core=$rv32 levels="gcc -std=c99 -O1" ;;
    rv64gc) cross=riscv64-linux-gnu levels="gcc -std=c99 -O1" ;;
    xtensa) cross=xtensa-lx106-elf core="-isystem /usr/lib/xtensa-lx106-elf/include -mtext-section-literals" levels="gcc -std=c99 -O1" ;;
    aarch64) cross=aarch64-linux-gnu levels="gcc -std=c99 -O1" ;;
    x86-64*) return ;;
    esac
    command -v $cross-gcc >/dev/null || { echo "skipped: no $cross-gcc" && return; }
    while [ -n "$levels" ]; do
        options=${levels%%:*}
        case $levels in *:*) levels=${levels#*:} ;; *) levels= ;; esac
        # shellcheck disable=SC2086 # words
        $cross-$options $warnings $core -c "$dir/$1.c" -o "$dir/o" || fail "$1 for $2: $options"
    done
}

# What a target's file must not hold.
foreign() {
    case $1 in
    cortex-m0plus | rv32imc | rv64gc | xtensa) echo "$simd|DSP|smla|sxtb|arm_mve" ;;
    cortex-m*5) echo "$simd|__thumb__" ;;
    cortex-*) echo "$simd|__thumb__|arm_mve" ;;
    x86-64 | aarch64) echo "DSP|__thumb__|arm_mve|AVX2__" ;;
    *) echo "DSP|__thumb__|arm_mve" ;;
    esac
}
simd='__AVX|__SSE|NEON|immintrin|LANES > |LANES == '

"${LUA:-lua5.4}" "$firmware/weights.lua" "$dir/small.safetensors"
for network in "net $here/net.lua" "small $firmware/small.lua -D weights=$dir/small.safetensors"; do
    # shellcheck disable=SC2086 # words
    emit $network
    expected=$(bits "$name" gcc -std=c99 -O1 -DTINYTL_PORTABLE) # the others are not optimised: it is their text that is tried
    for target in cortex-m0plus cortex-m4 cortex-m55 rv32imc rv64gc xtensa x86-64 aarch64; do # others are written as these
        # shellcheck disable=SC2086 # words
        emit $network --target $target
        grep -qE "$(foreign $target)" "$dir/$name.c" && fail "$network: something else than $target: $(grep -oEm1 "$(foreign $target)" "$dir/$name.c")"
        grep -q "target   $target" "$dir/$name.c" || fail "$network: does not say for which target it is"
        for compiler in "gcc -std=c99 -O0" "clang -std=c99 -O0"; do
            case "$target $compiler" in
            "cortex-m0plus clang"* | rv* | xtensa* | aarch64* | *86*clang*) continue ;; # no other text than with others
            esac
            command -v "${compiler%% *}" >/dev/null || continue
            # shellcheck disable=SC2086 # words
            [ -n "$expected" ] && [ "$(bits "$name" $compiler $warnings)" = "$expected" ] || fail "$network --target $target: other bits by $compiler"
        done
        compiles "$name" $target
    done
done
exit $failed
