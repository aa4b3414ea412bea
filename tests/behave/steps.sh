#!/bin/sh
# SPDX-License-Identifier: MIT
# 2000 steps of a network of integers: nothing wraps, nothing loses its sign, nothing freezes; the loss falls.
#     steps.sh TINYTL_GEN                       a small network, in a test
#     steps.sh TINYTL_GEN SPEC [options]        another one, by hand
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
firmware=$here/../firmware
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
shift

# The trained arrays of a header, as FIELD(name, floats) or FIELD(name, bfloat16).
fields() {
    awk '$1 ~ /^(float|uint16_t)$/ && /\[[0-9]+\];/ { sub(/\[.*/, "", $2); print "FIELD(" $2 ", " ($1 == "float" ? "floats" : "bfloat16") ")" }' "$1"
}

steps() { # spec, options: what steps.c, compiled with $flags, prints
    rm -f "$dir"/*.[ch]
    "$gen" "$@" -q -o "$dir" || exit 1
    header=$(cd "$dir" && echo *.h) && net=${header%.h}
    fields "$dir/$header" >"$dir/fields.h"
    # shellcheck disable=SC2086
    cc -std=gnu11 -O2 -w $flags -I"$dir" -I"$firmware" -DHEADER="\"$header\"" -DNET="$net" -DNET_UPPER="$(echo "$net" | tr a-z A-Z)" -DFIELDS='"fields.h"' \
        "$here/steps.c" "$dir/$net.c" -o "$dir/steps" -lm && "$dir/steps"
}

failed=0
# Values that float32 does not move either, as those behind a relu that is never open, are not frozen by integers.  A few in a hundred
# may be so near to their best that no step was rounded up to a bfloat16.
check() { # spec, options
    printed=$(steps "$@")
    in_float32=$(steps "$@" -D gradient=float32 -D trained=float32)
    if echo "$printed $in_float32" | awk '{ exit !($1 > 0 && NF == 10 && $2 == 0 && $3 <= $8 + 0.04 * $1 && $5 < $4 / 2) }'; then
        echo "ok $*: $printed; in float32: $in_float32"
    else
        echo "FAIL $*: '$printed', in float32 '$in_float32' (values, jumps, values that stand still, first loss, last loss)"
        failed=1
    fi
}

if [ $# -gt 0 ]; then
    check "$@"
    exit $failed
fi
"${LUA:-lua5.4}" "$firmware/weights.lua" "$dir/small.safetensors"
for options in "-D gradient=int16 -D trained=bfloat16" "-D gradient=int8 -D trained=bfloat16"; do
    # shellcheck disable=SC2086 # words
    check "$firmware/small.lua" -D weights="$dir/small.safetensors" $options
done

# Rates far too high: what diverges must saturate.
for rate in 2.0 1e3; do
    flags="-fsanitize=undefined -fno-sanitize-recover=undefined -DTINYTL_PORTABLE -DRATE=${rate}f"
    steps "$firmware/small.lua" -D weights="$dir/small.safetensors" -D gradient=int8 || { echo "FAIL rate $rate" && failed=1; }
done
exit $failed
