#!/bin/sh
# SPDX-License-Identifier: MIT
# NAME_STACK_BYTES bounds the stack of every call, and not by far: stack.sh TINYTL_GEN floats|integers [all]
# Frames as gcc and clang count them, for several machines and levels of optimisation; and a painted stack at run time on
# this machine. For microcontrollers that is every level, of which the optimised have one core for each compiler, -O1 and -O3
# one compiler for each arithmetic; for the others it is -O0, and -O2 for most; with `all` it is every level, everywhere.
gen=$1 arithmetic=$2 all=
most="-O0 -O2"
[ "$3" != all ] || all=all most="-O0 -O1 -O2 -O3 -Os"
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../native.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# The bound that a compiler with these options sees.
bound() { echo "${upper}_STACK_BYTES" | "$@" -include "$net.h" -E -P - | tail -1; }

frames() { # compiler and options
    command -v "$1" >/dev/null || { echo "skipped: no $1" && return; }
    work=$(mktemp -d "$dir/XXXXXX")
    (cd "$work" && "$@" -w -fstack-usage -S "$net.c" -o o.s && cat ./*.su >frames) || { echo "FAIL $*: not compiled" && return; }
    verdict "$("${LUA:-lua5.4}" "$here/stack.lua" "$work/frames" "$work/o.s")" "$@"
}

painted() { # compiler and options
    command -v "$1" >/dev/null || { echo "skipped: no $1" && return; }
    work=$(mktemp -d "$dir/XXXXXX")
    "$@" -w -I"$folder" -I"$here" "$here/painted.c" "$net.c" -o "$work/painted" -lm -Wl,-z,now || { echo "FAIL $*: not compiled" && return; }
    verdict "$("$work/painted")" "$@"
}

verdict() { # "bytes chain", compiler and options; the bound is at most $least times as much, if that is set
    bytes=${1%%[!0-9]*} chain=${1#"${1%%[!0-9]*}"}
    shift
    limit=$(bound "$@")
    [ -n "$bytes" ] && [ "$bytes" -gt 0 ] && [ "$bytes" -le "$limit" ] || { echo "FAIL $bytes of $limit: $*:$chain" && return; }
    [ -z "$loose" ] || [ "$limit" -le $((loose * bytes)) ] || { echo "FAIL $bytes of $limit is loose: $*:$chain" && return; }
    echo "$bytes of $limit: $*:$chain"
}

emit() { # name, spec, options
    folder=$dir/$1 spec=$2
    mkdir -p "$folder"
    shift 2
    echo "== $spec $*"
    "$gen" "$spec" -q --report=json:"$folder/report" -o "$folder" "$@" || { echo FAIL && return; }
    net=$(echo "$folder"/*.c)
    net=${net%.c}
    upper=$(basename "$net" | tr '[:lower:]' '[:upper:]')
}

newlib=$(dirname "$(arm-none-eabi-gcc -print-file-name=libc.a)")/../include
arm_clang="clang --target=arm-none-eabi -isystem $newlib -mthumb"
command -v arm-none-eabi-gcc >/dev/null || arm_clang=no-newlib
m4="-mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard" m0="-mcpu=cortex-m0"
vectors=
case $(uname -m) in x86_64) vectors="-march=x86-64-v2 -march=x86-64-v3 -march=x86-64-v4" ;; esac

# What a level is tried with: compilers and cores.
pairs() {
    case $all$1$arithmetic in
    all* | -O0*) echo gcc.m4 gcc.m0 clang.m4 clang.m0 ;;
    -O2*) echo gcc.m4 clang.m0 ;;
    -Os*) echo gcc.m0 clang.m4 ;;
    -O1floats | -O3integers) echo gcc.m4 ;;
    -O3floats | -O1integers) echo clang.m0 ;;
    esac
}

microcontrollers() { # levels
    for o; do
        for pair in $(pairs "$o"); do
            case $pair in
            gcc.m4) frames arm-none-eabi-gcc -std=c99 -mthumb $m4 "$o" & ;;
            gcc.m0) frames arm-none-eabi-gcc -std=c99 -mthumb $m0 "$o" & ;;
            clang.m4) frames $arm_clang -std=c99 $m4 "$o" & ;;
            clang.m0) frames $arm_clang -std=c99 $m0 "$o" & ;;
            esac
        done
        wait
    done
}

others() { # levels
    for o; do
        frames riscv64-linux-gnu-gcc -std=gnu11 "$o" &
        frames aarch64-linux-gnu-gcc -std=gnu11 "$o"
        wait
        for march in $vectors; do
            case $all$o$march in -O2*v3) ;; *) frames gcc -std=gnu11 "$march" "$o" & ;; esac
            case $all$o$march in -O2*v2) ;; *) frames clang -std=gnu11 "$march" "$o" ;; esac
            wait
        done
    done
}

floats() {
    emit tiny "$here/../golden/tiny.lua"
    reported=$(sed -n 's/.*"stack":[^0-9]*\([0-9]*\).*/\1/p' "$folder/report" | head -1)
    ! command -v arm-none-eabi-gcc >/dev/null || [ "$(bound arm-none-eabi-gcc -O1)" = "$reported" ] || echo "FAIL the report has $reported"
    loose=4
    frames arm-none-eabi-gcc -std=c99 -mthumb $m4 -O2
    loose=
    microcontrollers -O0 -Os
    emit net "$here/net.lua" -D optimizer=adam -D batch=2 --smallest
    microcontrollers -O0 -O1 -O2 -O3 -Os
    # shellcheck disable=SC2086 # words
    others $most
    for o in -O0 -O1 -O3; do
        painted gcc -std=gnu11 $(native gcc) "$o" &
        painted clang -std=gnu11 $(native clang) "$o"
        wait
    done
    emit tall "$here/tall.lua"
    frames arm-none-eabi-gcc -std=c99 -mthumb $m4 -O2
    painted clang -std=gnu11 -O2
}

integers() {
    "${LUA:-lua5.4}" "$here/../firmware/weights.lua" "$dir/small.safetensors"
    emit integers "$here/../firmware/small.lua" -D weights="$dir/small.safetensors" -D gradient=int8 -D trained=bfloat16
    microcontrollers -O0 -O1 -O2 -O3 -Os
    # shellcheck disable=SC2086 # words
    others ${most%% -O2}
}

"$arithmetic" 2>&1 | tee "$dir/result"
grep -q '^[0-9]* of' "$dir/result" && ! grep -q FAIL "$dir/result"
