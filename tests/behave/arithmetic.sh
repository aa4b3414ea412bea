#!/bin/sh
# SPDX-License-Identifier: MIT
# Options that change results are refused, unless the user takes them on; <math.h> is read where something of it is
# used: arithmetic.sh TINYTL_GEN
gen=$1
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../native.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

"$gen" "$here/net.lua" -q -o "$dir" || exit 1
"$gen" "$here/../golden/tiny.lua" -q -o "$dir" || exit 1
"${LUA:-lua5.4}" "$here/../firmware/weights.lua" "$dir/small.safetensors"
"$gen" "$here/../firmware/small.lua" -q -o "$dir" -D weights="$dir/small.safetensors" || exit 1

refused() { # network, compiler and options
    name=$1
    shift
    command -v "$1" >/dev/null || { echo "skipped: no $1" && return; }
    macro=-D$(echo "$name" | tr '[:lower:]' '[:upper:]')_ANY_ROUNDING
    "$@" -fsyntax-only "$dir/$name.c" 2>"$dir/log" && failed=1 && echo "FAIL $* takes $name"
    grep -q "error.*ANY_ROUNDING" "$dir/log" || { failed=1 && echo "FAIL $*: $(head -3 "$dir/log")"; }
    "$@" -fsyntax-only "$macro" "$dir/$name.c" || { failed=1 && echo "FAIL $* $macro"; }
}

digits="-Wno-builtin-macro-redefined -U__FLT_EVAL_METHOD__ -D__FLT_EVAL_METHOD__="
for name in net small; do
    for compiler in gcc clang; do
        refused $name $compiler -ffast-math
        refused $name $compiler -Ofast
        refused $name $compiler -ffinite-math-only
        # shellcheck disable=SC2086 # words
        refused $name $compiler ${digits}2
    done
    refused $name gcc -fassociative-math -fno-signed-zeros -fno-trapping-math
    refused $name gcc -freciprocal-math
    refused $name gcc -fno-signed-zeros
    refused $name gcc -funsafe-math-optimizations
done
# shellcheck disable=SC2086 # words
refused small gcc ${digits}1 && gcc ${digits}1 -fsyntax-only "$dir/net.c" || failed=1

# Clang does not tell the file of parts of -ffast-math: instructions are the same with them.
compiled() { # network, options
    name=$1
    shift
    clang -O2 -mfma "$@" -S -o - "$dir/$name.c" 2>"$dir/log" | grep -v '^[[:space:]]*[.]ident'
    [ ! -s "$dir/log" ] || { failed=1 && echo "FAIL clang $*: $(head -3 "$dir/log")"; }
}
same() { # network, options of the first, options of the second
    # shellcheck disable=SC2086 # words
    compiled "$1" $2 >"$dir/asm" && compiled "$1" $3 >"$dir/asm.part" && cmp -s "$dir/asm" "$dir/asm.part" ||
        { failed=1 && echo "FAIL $1: clang $3 computes otherwise than clang $2"; }
}
if command -v clang >/dev/null && [ "$(uname -m)" = x86_64 ]; then
    same tiny -fno-signed-zeros "-fassociative-math -fno-signed-zeros -fno-trapping-math"
    same small "" "-funsafe-math-optimizations -fno-honor-nans"
    same small "" -ffp-contract=on
    clang -dM -E -x c /dev/null | grep -q '__clang_major__ \(1[0-7]\|[0-9]\)$' || same tiny "" -freciprocal-math
fi

# maths NAME WANTED: whether the file reads <math.h>
maths() {
    for options in "gcc -std=c99" "gcc -O2 $(native gcc)" "arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard"; do
        command -v "${options%% *}" >/dev/null || continue
        $options -H -fsyntax-only "$dir/$1.c" 2>"$dir/log"
        reads=$(grep -c '/math\.h$' "$dir/log" | sed 's/[1-9].*/1/')
        # immintrin.h of the vectors may read it, too
        grep -q '/immintrin\.h$' "$dir/log" || [ "$reads" = "$2" ] || { failed=1 && echo "FAIL $options $1: reads <math.h> $reads times"; }
    done
}

maths tiny 0
maths small 0
maths net 1
exit $failed
