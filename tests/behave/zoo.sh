#!/bin/sh
# SPDX-License-Identifier: MIT
# zoo.sh BUILD: every network in specs/ is emitted, compiled without a warning, and learns one sample.
build=$(cd "${1:-build}" && pwd)
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failures=0
warnings="-Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Wvla -pedantic -Werror"

learns() { # steps, rate, spec, options
    steps=$1 rate=$2 spec=$3
    shift 3
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
    if cc -std=c99 -O1 $warnings -I "$folder" -c -o "$folder/net.o" "$folder/$net.c" >"$folder/log" 2>&1 &&
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

learns 10 0.01  resnet-8
learns 10 0.02  resnet-8 -D scheme=bias
learns 10 0.01  mobilenet-v1-0.25
learns 10 0.01  mobilenet-v1-0.25 -D scheme=full -D place=scratch
learns 10 0.01  ds-cnn
learns 10 0.01  ds-cnn -D scheme=full
learns 30 0.001 autoencoder
learns 10 0.01  motion-1d
learns 10 0.01  motion-1d -D scheme=last
for scheme in last lite+bias slices norm+last full; do
    learns 10 0.001 mcunet-5fps -D resolution=64 -D scheme="$scheme"
done
learns 10 0.001 proxyless-w0.3 -D resolution=64 -D scheme=bias -D from=4 -D place=scratch
learns 10 0.001 mbv2-w0.35 -D resolution=64 -D optimizer=adam -D lite_norm=group -D lite_expand=0.5 -D lite_k=3
learns 3  0.001 proxylessnas-mobile -D resolution=64
exit $((failures > 0))
