#!/bin/sh
# NAME_STACK_BYTES bounds the stack of every call: stack.sh TINYTL_GEN
# Frames as gcc counts them, for several machines; and a painted stack at run time, for gcc and clang.
gen=$1
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

bound() { sed -n 's/^#define NET_STACK_BYTES \([0-9]*\).*/\1/p' "$dir/net.h"; }

frames() { # compiler and options
    command -v "$1" >/dev/null || { echo "skipped: no $1" && return; }
    (cd "$dir" && "$@" -fcallgraph-info=su -c net.c -o o.o) || exit 1
    result=$(${LUA:-lua5.4} "$here/stack.lua" "$dir"/*.ci)
    rm -f "$dir"/*.ci
    verdict "$result" "$*"
}

painted() { # compiler and options
    command -v "$1" >/dev/null || { echo "skipped: no $1" && return; }
    "$@" -I"$dir" -I"$here" "$here/painted.c" "$dir/net.c" -o "$dir/painted" -lm -Wl,-z,now || exit 1
    verdict "$("$dir/painted")" "$* (painted)"
}

verdict() { # "bytes chain", what
    bytes=${1%%[!0-9]*}
    echo "$bytes of $(bound): $2:${1#"$bytes"}"
    [ -n "$bytes" ] && [ "$bytes" -le "$(bound)" ] || { failed=1 && echo "FAIL"; }
}

m4="-mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard"
for spec in net.lua "net.lua -D optimizer=adam -D batch=2 --smallest" tall.lua; do
    "$gen" "$here/"$spec -q -o "$dir" || exit 1
    echo "== $spec"
    frames arm-none-eabi-gcc -std=c99 $m4 -O2
    frames arm-none-eabi-gcc -std=c99 $m4 -Os
    frames arm-none-eabi-gcc -std=c99 -mcpu=cortex-m0 -mthumb -Os
    frames arm-none-eabi-gcc -std=c99 -mcpu=cortex-m0 -mthumb -O2
    frames gcc -std=c99 -O2
    frames gcc -std=c99 -Os -DTINYTL_PORTABLE
    painted gcc -std=gnu11 -O2 -march=native
    painted clang -std=gnu11 -O2
    painted clang -std=gnu11 -O2 -march=native
done
[ $failed = 0 ]
