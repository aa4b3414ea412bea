#!/bin/sh
# SPDX-License-Identifier: MIT
# An int8 network gives the same bits on every machine, within its bound on the stack:
#
#     run.sh TINYTL_GEN small|mcunet|all
#
# The emitted file is compiled for this machine, for bare Cortex-M and RISC-V cores (run by QEMU), by gcc and clang,
# at several levels of optimisation; main.c trains it.  All must print what the plainest build prints.
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../native.sh"
. "$here/targets.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

# Compares what a target prints with $dir/wanted: same TARGET COMPILER [options]
same() {
    build "$dir/program" "$@" 2>"$dir/log"
    case $? in
    0) ;;
    77) echo "skipped: $*: $(cat "$dir/log")" && return ;;
    *) failed=1 && echo "FAIL $*: not built" && head -5 "$dir/log" && return ;;
    esac
    run "$1" "$dir/program" >"$dir/out" 2>&1 || { failed=1 && echo "FAIL $*: too much stack, or worse" && grep -v '^scores\|^loss' "$dir/out"; }
    stack=$(awk '$1 == "stack" { bound = $NF; if ($3 > most) most = $3 } END { print most + 0, "of", bound }' "$dir/out")
    grep -v '^stack' "$dir/out" >"$dir/bits"
    if [ -f "$dir/wanted" ]; then
        cmp -s "$dir/bits" "$dir/wanted" || { failed=1 && echo "FAIL $*: other bits" && diff "$dir/wanted" "$dir/bits" | head -4; }
    else
        mv "$dir/bits" "$dir/wanted"
    fi
    echo "     $*: stack $stack"
}

network() { # spec, options: emits it
    rm -f "$dir"/*
    echo "== $*"
    [ "$1" = small.lua ] && "${LUA:-lua5.4}" "$here/weights.lua" "$dir/small.safetensors"
    spec=$1
    shift
    cp "$here/$spec" "$dir" 2>/dev/null && spec=$dir/$spec
    "$gen" "$spec" "$@" -q -o "$dir" || exit 1
}

# The last network again, with flash for second copies of its weights: the bits that are wanted stay.
spends() {
    find "$dir" -name '*.[ch]' -delete
    echo "== $* --flash 1M"
    "$gen" "$dir/small.lua" "$@" --flash 1M -q -o "$dir" || exit 1
    grep -q dot_by_input_four "$dir"/small.c || { failed=1 && echo "FAIL $*: no weights by input"; }
}

case $2 in
small)
    network small.lua -D gradient=int16
    same host gcc -std=c99 -O1 -DTINYTL_PORTABLE -ffp-contract=off
    # shellcheck disable=SC2046 # an option, or nothing
    same host clang -std=gnu11 -O2 $(native clang)
    same m4 gcc -std=gnu11 -Os
    same m4 gcc -std=gnu11 -O2
    same m4 gcc -std=gnu11 -O3
    same m4 clang -std=gnu11 -Os
    same m7 gcc -std=c99 -O2
    same m0plus gcc -std=gnu11 -O2
    same m33 gcc -std=gnu11 -O2
    same m55 gcc -std=gnu11 -O2
    same rv32 gcc -std=gnu11 -O2
    same riscv64 gcc -std=gnu11 -O2
    spends -D gradient=int16
    same host gcc -std=c99 -O1 -DTINYTL_PORTABLE -ffp-contract=off
    same host gcc -std=gnu11 -O2 $(native gcc)
    same m4 gcc -std=gnu11 -O2
    same m4 clang -std=gnu11 -Os
    same m0plus gcc -std=gnu11 -Os

    network small.lua -D gradient=int8 -D trained=bfloat16 -D place=scratch --smallest
    same host gcc -std=c99 -O1 -DTINYTL_PORTABLE -ffp-contract=off
    same m4 gcc -std=gnu11 -O2
    same m4 clang -std=gnu11 -O2
    same m0plus gcc -std=gnu11 -Os
    same m55 gcc -std=gnu11 -Os
    same rv32 gcc -std=gnu11 -Os
    same riscv64 gcc -std=gnu11 -Os
    spends -D gradient=int8 -D trained=bfloat16 -D place=scratch --smallest --target cortex-m4
    same m4 gcc -std=gnu11 -Os

    for learning in "gradient=int16 -D trained=bfloat16" gradient=int8; do # Helium
        # shellcheck disable=SC2086
        network small.lua -D $learning --target cortex-m55
        same host gcc -std=c99 -O1 -DTINYTL_PORTABLE -ffp-contract=off
        same m55 gcc -std=gnu11 -O2
        same m55 clang -std=gnu11 -Os
    done
    ;;
all) # every compiler at every level: minutes
    for options in "-D gradient=int16" "-D gradient=int8 -D trained=bfloat16 -D place=scratch --smallest"; do
        # shellcheck disable=SC2086
        network small.lua $options
        same host gcc -std=c99 -O1 -DTINYTL_PORTABLE -ffp-contract=off
        for o in -Os -O2 -O3; do
            for compiler in gcc clang; do
                for target in "host $(native $compiler)" m4 m7 m33 m55 m0plus; do
                    # shellcheck disable=SC2086
                    same ${target%% *} $compiler -std=gnu11 $o ${target#"${target%% *}"}
                done
            done
            same m4 gcc -std=gnu11 $o -DTINYTL_PORTABLE
            same m55 gcc -std=gnu11 $o -DTINYTL_PORTABLE
            same rv32 gcc -std=gnu11 $o
            same riscv64 gcc -std=gnu11 $o
        done
    done
    ;;
mcunet)
    weights=$(find_model mcunet-5fps) || { echo "skipped: no ../shared/models/mcunet-5fps.safetensors" && exit 77; }
    steps=2
    network "$here/../../specs/mcunet-5fps.lua" -D weights="$weights" -D precision=int8 -D scheme=bias -D from=4 \
        -D place=scratch --smallest
    same host gcc -std=c99 -O1 -DTINYTL_PORTABLE -ffp-contract=off
    same m4 gcc -std=gnu11 -O2
    same m7 gcc -std=gnu11 -Os
    same m0plus gcc -std=gnu11 -O2
    ;;
*) echo "usage: run.sh TINYTL_GEN small|mcunet|all" >&2 && exit 2 ;;
esac
exit $failed
