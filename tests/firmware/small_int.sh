#!/bin/sh
# SPDX-License-Identifier: MIT
# A core whose int has 16 bits: small_int.sh TINYTL_GEN
# Networks of floats compile there without a warning, and one that runs under simavr has the losses that it has here, to
# the bit; one of integers, or too large, is refused by the compiler with the reason.
gen=$1
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
warnings="-Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Wvla -Wcast-qual -pedantic -Werror"
avr="avr-gcc -mmcu=atmega2560 -Os"
# An MSP430 has no compiler of its own in Debian: clang knows the core, and the headers are those of another newlib.
newlib=$(dirname "$(arm-none-eabi-gcc -print-file-name=libc.a)")/../include
msp430=
command -v clang >/dev/null && command -v arm-none-eabi-gcc >/dev/null && msp430="clang --target=msp430 -O1 -isystem $newlib" || echo "no MSP430: no clang or no newlib"
failed=0
command -v avr-gcc >/dev/null || { echo "skipped: no avr-gcc" && exit 77; }

compiles() { # spec, options: without a warning
    spec=$1
    shift
    rm -f "$dir"/*
    # shellcheck disable=SC2086 # words
    "$gen" "$spec" -q -o "$dir" "$@" && $avr -std=c99 $warnings -c "$dir"/*.c -o "$dir/o" || { failed=1 && echo "FAIL $spec $*"; }
    [ -z "$msp430" ] || $msp430 -std=c99 $warnings -S "$dir"/*.c -o "$dir/o" || { failed=1 && echo "FAIL $spec $* for MSP430"; }
}

refused() { # the reason, spec, options
    reason=$1 spec=$2
    shift 2
    rm -f "$dir"/*.[ch]
    "$gen" "$spec" -q -o "$dir" "$@" || exit 1
    $avr -std=c99 -c "$dir"/*.c -o "$dir/o" 2>"$dir/log" && failed=1 && echo "FAIL $spec $*: not refused"
    grep -q "error.*$reason" "$dir/log" || { failed=1 && echo "FAIL $spec $*:" && head -5 "$dir/log"; }
}

compiles "$here/../behave/net.lua" -D optimizer=adam -D batch=2 --smallest
compiles "$here/../behave/net.lua" -D loss=mse -D optimizer=momentum
compiles "$here/../behave/tall.lua"
compiles "$here/../behave/store.lua"
"${LUA:-lua5.4}" "$here/weights.lua" "$dir/small.safetensors"
refused "int of 32 bits" "$here/small.lua" -D weights="$dir/small.safetensors"
cat >"$dir/wide.lua" <<'LUA'
name "wide"
input { h = 1, w = 1, c = 8, type = "uint8" }
dense { "a", out = 5000 }
dense { "b", out = 2 }
train { update = "b.bias" }
LUA
refused "further than an int" "$dir/wide.lua"

compiles "$here/../golden/tiny.lua"
program="$here/small_int.c $dir/tiny.c"
# shellcheck disable=SC2086 # words
cc -std=c99 -O1 -DTINYTL_PORTABLE -ffp-contract=off -I"$dir" $program -o "$dir/here" -lm &&
    $avr -std=gnu99 -I"$dir" $program -o "$dir/there" -lm || exit 1
"$dir/here" >"$dir/wanted"
command -v simavr >/dev/null || { echo "skipped: no simavr" && exit $failed; }
timeout 100 simavr -m atmega2560 -f 16000000 "$dir/there" 2>&1 | sed -n 's/.*\([0-9a-f]\{8\}\)[.].*/\1/p' >"$dir/bits"
cmp "$dir/wanted" "$dir/bits" || { failed=1 && echo "FAIL other bits than here" && diff "$dir/wanted" "$dir/bits" | head -4; }
exit $failed
