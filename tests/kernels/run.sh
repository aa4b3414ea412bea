#!/bin/sh
# SPDX-License-Identifier: MIT
# Renders every kernel for a table of shapes, compiles the lot in several ways and compares each with
# its oracle. `run.sh all` takes every compiler and target; `run.sh` those that find most, and optimises half of the
# shapes: which, moves with every commit and is printed.
set -e
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../native.sh"
root=$(cd "$here/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
warnings="-Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Wvla -Wcast-qual -pedantic -Werror"

"${LUA:-lua5.4}" "$here/generate.lua" "$root" > "$dir/kernels.c"
seed=$(git -C "$here" rev-parse --short=7 HEAD 2>/dev/null || echo 1)
"${LUA:-lua5.4}" "$here/generate.lua" "$root" "0x$seed" > "$dir/half.c"

test_with() # compiler and options: compile, run, one line of result
{
    kernels=kernels.c
    if [ "$1" = half ]; then
        kernels=half.c
        shift
    fi
    out="$dir/$(echo "$*" | tr -c 'a-z0-9\n' _)"
    if "$@" $warnings -I"$here" "$dir/$kernels" -o "$out" -lm > "$out.txt" 2>&1 && "$out" >> "$out.txt" 2>&1; then
        echo "ok   $*: $(tail -1 "$out.txt")"
    else
        echo "FAIL $*"
        head -20 "$out.txt"
        touch "$dir/failed"
    fi
}

accept() # compiler and options: it has to take the text without a warning
{
    if "$@" $warnings -Wno-unused-function -DKERNELS_ONLY -c "$dir/kernels.c" -o "$dir/$$.o"; then
        echo "ok   $*"
    else
        echo "FAIL $*"
        touch "$dir/failed"
    fi
}

sanitize="-fsanitize=address,undefined -fno-sanitize-recover=undefined"
optimised="half gcc"
[ "$1" != all ] || optimised=gcc
echo "half: generate.lua ROOT 0x$seed"
test_with $optimised -std=gnu11 -O2 $(native gcc) &
test_with clang -std=gnu11 -O0 -DTINYTL_PORTABLE -fsanitize=address
wait
gcc -std=c99 -O2 $warnings "$here/runtime.c" -o "$dir/runtime" -lm
"$dir/runtime"

# The benchmark renders the same templates.
"${LUA:-lua5.4}" "$here/bench.lua" "$root" > "$dir/bench.c"
gcc -std=gnu11 -w -fsyntax-only $(native gcc) "$dir/bench.c"

if [ "$1" = all ]; then
    test_with gcc -std=c99 -O2 &
    test_with gcc -std=c99 -O2 -DTINYTL_PORTABLE
    wait
    test_with gcc -std=gnu11 -O2 -mavx &
    test_with gcc -std=gnu11 -O3 $(native gcc)
    wait
    test_with clang -std=c99 -O2 &
    test_with clang -std=gnu11 -O2 $(native clang)
    wait
    test_with gcc -std=gnu11 -O1 -DTINYTL_PORTABLE $sanitize &
    test_with clang -std=gnu11 -O1 $(native clang) $sanitize
    wait
    accept gcc -std=c99 -O1 -mavx512f -mfma
    accept g++ -std=c++17 -O1 $(native g++) -x c++
    accept clang++ -std=c++17 -O1 -x c++
    accept arm-none-eabi-gcc -std=c99 -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard -O2
    accept arm-none-eabi-gcc -std=gnu11 -mcpu=cortex-m0 -mthumb -Os
fi
[ ! -e "$dir/failed" ]
