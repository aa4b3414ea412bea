#!/bin/sh
# SPDX-License-Identifier: MIT
# The output compiles without a warning: compile.sh TINYTL_GEN gcc|clang|cxx|arm [all].  A compiler that is
# absent is skipped with a message.  Not optimised are all files; of the other options each has half of
# them, with floats and integers in either half; with `all` each has all.
gen=$1 family=$2 all=$3 turn=0
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../native.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
warnings="-Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Wvla -Wcast-qual -pedantic -Werror"
failed=0 compiled=0

emit() { # folder, spec, options...
    folder=$dir/$1 spec=$2
    shift 2
    mkdir -p "$folder"
    "$gen" "$spec" -q -o "$folder" "$@" || exit 1
}

emit net "$here/net.lua"
emit adam "$here/net.lua" -D optimizer=adam -D batch=3 -D place=scratch --smallest
emit mse "$here/net.lua" -D optimizer=momentum -D loss=mse -D clip=0 --poison
emit vector "$here/../golden/vector.lua"
emit store "$here/store.lua"
emit predict "$here/../golden/only_predict.lua"
emit int8 "$here/../oracle/12_mini_tinytl_LB.lua"
"${LUA:-lua5.4}" "$here/../firmware/weights.lua" "$dir/small.safetensors"
emit integers "$here/../firmware/small.lua" -D weights="$dir/small.safetensors"
emit integers_int8 "$here/../firmware/small.lua" -D weights="$dir/small.safetensors" -D gradient=int8 -D trained=bfloat16 --smallest --flash 1M

with() { # compiler and options
    command -v "$1" >/dev/null || { echo "skipped: no $1" && return; }
    turn=$((turn + 1)) number=$turn
    for c in "$dir"/*/*.c; do
        number=$((number + 1))
        case $all$* in all* | *-O0*) ;; *) [ $((number % 2)) = 0 ] || continue ;; esac
        compiled=$((compiled + 1))
        "$@" $warnings -c "$c" -o "$dir/o" 2>"$dir/log" && continue
        failed=$((failed + 1))
        echo "FAIL $* ${c#"$dir"/}"
        head -4 "$dir/log"
    done
}

m4="-mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard"
case $family in
gcc | clang)
    with "$family" -std=c99 -O0
    with "$family" -std=c11 -O2
    # shellcheck disable=SC2046 # an option, or nothing
    with "$family" -std=gnu11 -O2 $(native "$family")
    with "$family" -std=c99 -Os -DTINYTL_PORTABLE
    ;;
cxx)
    with g++ -x c++ -std=c++17 -O2
    with g++ -x c++ -std=c++17 -O0 -DTINYTL_PORTABLE
    with clang++ -x c++ -std=c++17 -O2
    ;;
arm)
    with arm-none-eabi-gcc -std=c99 $m4 -O2
    with arm-none-eabi-gcc -std=c11 $m4 -Os
    with arm-none-eabi-gcc -std=c99 -mcpu=cortex-m0 -mthumb -Os
    with arm-none-eabi-gcc -std=c99 -mcpu=cortex-m7 -mthumb -mfpu=fpv5-d16 -mfloat-abi=hard -O0
    ;;
esac
echo "$compiled compiled, $failed with warnings"
[ $failed = 0 ]
