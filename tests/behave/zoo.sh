#!/bin/sh
# SPDX-License-Identifier: MIT
# zoo.sh BUILD: every network in specs/ is emitted, compiled without a warning, and learns one sample.
# Large ones have their weights in NAME.bin and are not optimised: as C text the weights of proxylessnas-mobile are 79 MB,
# and half a minute of a compiler. The small ones, and one that is not, have them in the C file. Optimised is the first of each.
build=$(cd "${1:-build}" && pwd)
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failures=0
warnings="-Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Wvla -pedantic -Werror"

large() { learns -O0 "$@" --weights bin; }
small() { learns -O1 "$@"; }
again() { learns -O0 "$@"; }

learns() { # level, steps, rate, spec, options
    level=$1 steps=$2 rate=$3 spec=$4
    shift 4
    rm -f "$folder"/*
    if ! "$build/tinytl-gen" "$root/specs/$spec.lua" "$@" -q -o "$folder" >"$folder/log" 2>&1; then
        echo "WRONG $spec $*: not emitted"
        cat "$folder/log"
        failures=$((failures + 1))
        return
    fi
    header=$(cd "$folder" && echo *.h)
    net=${header%.h}
    define="-DHEADER=\"$header\" -DNET=$net -DBYTES=$(echo "$net" | tr '[:lower:]' '[:upper:]')_INPUT_BYTES"
    grep -q "of float, rows\|of float32, rows" "$folder/$header" && define="$define -DFLOATS"
    grep -q "_train(.*const float \*target" "$folder/$header" && define="$define -DTARGET"
    grep -q "_input(" "$folder/$header" && define="$define -DIN_SCRATCH"
    # shellcheck disable=SC2086
    if (cd "$folder" && cc -std=c99 $level $warnings -c -o net.o "$net.c") >"$folder/log" 2>&1 &&
        cc -std=c99 -O1 $define -I "$folder" -o "$folder/run" "$root/tests/behave/zoo_driver.c" \
            "$folder/net.o" -lm >>"$folder/log" 2>&1 &&
        "$folder/run" "$steps" "$rate" >>"$folder/log" 2>&1; then
        echo "ok    $spec $*: $(tail -n 1 "$folder/log")"
    else
        echo "WRONG $spec $*"
        head -n 20 "$folder/log"
        failures=$((failures + 1))
    fi
}

small 10 0.01  resnet-8
again 10 0.02  resnet-8 -D scheme=bias
small 10 0.01  mobilenet-v1-0.25
again 10 0.01  mobilenet-v1-0.25 -D scheme=full -D place=scratch
small 10 0.01  ds-cnn
again 10 0.01  ds-cnn -D scheme=full
small 30 0.001 autoencoder
small 10 0.01  motion-1d
again 10 0.01  motion-1d -D scheme=last
small 10 0.001 mcunet-5fps -D resolution=64 -D scheme=last
for scheme in lite+bias slices norm+last full; do
    large 10 0.001 mcunet-5fps -D resolution=64 -D scheme="$scheme"
done
large 10 0.001 proxyless-w0.3 -D resolution=64 -D scheme=bias -D from=4 -D place=scratch
large 10 0.001 mbv2-w0.35 -D resolution=64 -D optimizer=adam -D lite_norm=group -D lite_expand=0.5 -D lite_k=3
large 3  0.001 proxylessnas-mobile -D resolution=64
exit $((failures > 0))
