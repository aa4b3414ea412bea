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
    set -- "$1" -w
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

# compiles NAME CORE: by the compilers for that core
compiles() {
    command -v arm-none-eabi-gcc >/dev/null || { echo "skipped: no arm-none-eabi-gcc" && return; }
    eval "core=\$$2"
    for options in "gcc -std=c99 -O1" "g++ -x c++ -std=c++17 -O0"; do
        # shellcheck disable=SC2086,SC2154 # words; set by targets.sh
        arm-none-eabi-$options $warnings $core -c "$dir/$1.c" -o "$dir/o" || fail "$1 for $2: $options"
    done
}

"${LUA:-lua5.4}" "$firmware/weights.lua" "$dir/small.safetensors"
for network in "net $here/net.lua" "small $firmware/small.lua -D weights=$dir/small.safetensors"; do
    # shellcheck disable=SC2086 # words
    emit $network
    expected=$(bits "$name" gcc -std=c99 -O1 -DTINYTL_PORTABLE)
    for target in m0plus m4; do # m7: as m4
        # shellcheck disable=SC2086 # words
        emit $network --target cortex-$target
        others='__AVX|__SSE|NEON|immintrin|LANES > |LANES == '
        [ $target = m0plus ] && others="$others|DSP|smla|sxtb" || others="$others|__thumb__"
        grep -qE "$others" "$dir/$name.c" && fail "$network: something else than cortex-$target: $(grep -oEm1 "$others" "$dir/$name.c")"
        grep -q "target   cortex-$target" "$dir/$name.c" || fail "$network: does not say for which target it is"
        for compiler in "gcc -std=c99 -O1" "clang -std=c99 -O1"; do
            [ "$target $compiler" != "m0plus clang -std=c99 -O1" ] || continue
            command -v "${compiler%% *}" >/dev/null || continue
            # shellcheck disable=SC2086 # words
            [ -n "$expected" ] && [ "$(bits "$name" $compiler $warnings)" = "$expected" ] || fail "$network --target cortex-$target: other bits by $compiler"
        done
        compiles "$name" $target
    done
done
exit $failed
