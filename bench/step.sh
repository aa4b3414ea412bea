#!/bin/sh
# SPDX-License-Identifier: MIT
# What a training step costs on this machine, kernel by kernel, and against PyTorch where that is installed:
#
#     step.sh TINYTL_GEN [all] [SCHEME ...]
#
# mcunet-5fps with random weights; schemes: bias, lite+bias and full by default. `all` prints every kernel instead of kinds of
# kernels. CC, CFLAGS: another compiler, other options. PYTHON: one that has PyTorch. TABLE=FILE appends a line for each scheme:
# commit, scheme, ms, share of the multiply-add peak, times as fast as PyTorch with batches of 1 and of 8.
set -e
gen=$1
shift
detail=kinds
[ "$1" != all ] || { detail=all && shift; }
[ $# -gt 0 ] || set -- bias lite+bias full
here=$(cd "$(dirname "$0")" && pwd)
cflags=${CFLAGS:--O2 -march=native}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

for scheme; do
    "$gen" "$here/../specs/mcunet-5fps.lua" -D scheme="$scheme" -q -o "$dir"
    "${LUA:-lua5.4}" "$here/clocks.lua" "$dir/mcunet_5fps.c" >"$dir/program.c"
    # shellcheck disable=SC2086 # options are words
    ${CC:-cc} -std=gnu11 $cflags -I"$dir" "$dir/program.c" -o "$dir/program" -lm
    # shellcheck disable=SC2086
    ${CC:-cc} -std=gnu11 $cflags -fPIC -shared "$dir/mcunet_5fps.c" -o "$dir/network.so" -lm
    echo "== $scheme"
    "$dir/program" "$detail" | tee "$dir/kernels"
    "${PYTHON:-python3}" "$here/against_pytorch.py" "$dir" "$scheme" | tee "$dir/ratio"
    if [ -n "$TABLE" ]; then
        step=$(sed -n '1s/^\([0-9.]*\) ms.* \([0-9.]*\) % of the peak.*/\1 | \2 %/p' "$dir/kernels")
        ratio=$(sed -n "s|^against PyTorch: \([0-9.]*\) times as fast as batch 1, \([0-9.]*\) times.*|\1 \| \2|p" "$dir/ratio")
        echo "| $(git -C "$here" rev-parse --short HEAD) | $scheme | $step | ${ratio:-| } |" >>"$TABLE"
    fi
done
