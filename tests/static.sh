#!/bin/sh
# SPDX-License-Identifier: MIT
# static.sh BINARY: a static tinytl-gen (tools/static.sh) as the only file of a bare root: what needs no compiler works there,
# and what needs one says so.
set -eu
gen=$(realpath "${1:?usage: tests/static.sh BINARY}")
root=$(cd "$(dirname "$0")/.." && pwd)
enter="chroot"
[ "$(id -u)" = 0 ] || enter="unshare -r chroot"
$enter / true 2>/dev/null || { echo "no chroot here" && exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
fail() { failed=1 && echo "FAIL $*" && cat "$dir/said"; }
try() { # expected code, arguments of tinytl-gen...
    expected=$1 code=0
    shift
    $enter "$dir" /tinytl-gen "$@" >"$dir/said" 2>&1 || code=$?
    [ $code = "$expected" ] || fail "$*: exit $code, expected $expected"
}

mkdir "$dir/tmp"
cp "$gen" "$dir/tinytl-gen"
cp "$root/examples/builds/signs.lua" "$root/tests/oracle/01_fc_only.lua" "$root/tests/oracle/01_fc_only.safetensors" "$dir"
cp "$root/tests/fuzz/corpus/onnx/residual.onnx" "$root/tests/fuzz/corpus/tflite/whole.tflite" "$dir"

: >"$dir/said"
readelf -l "$gen" | grep -q INTERP && fail "it wants a loader"
[ "$(stat -c %s "$gen")" -lt 6000000 ] || fail "it has $(stat -c %s "$gen") bytes"
start=1000000
for _ in 1 2 3 4 5 6 7 8 9 10; do # the quickest: others may be at work
    before=$(date +%s%N)
    "$gen" --version >/dev/null
    took=$((($(date +%s%N) - before) / 1000))
    [ $took -gt $start ] || start=$took
done
[ $start -lt 20000 ] || fail "it starts in $start us"

try 0 signs.lua -o . -q
cc -std=c99 -O1 -Wall -Wextra -Werror -c "$dir/signs.c" -o "$dir/signs.o" 2>"$dir/said" || fail "its C"
try 0 plan signs.lua --report=html:signs.html
try 0 check signs.lua
try 0 import residual.onnx -o residual.lua
try 0 check whole.tflite
try 0 what-fits signs.lua --ram 64K
try 0 new fresh --input 16 --ram 64K
try 0 package fresh/fresh.lua --as arduino -o FreshNet
try 5 verify 01_fc_only.lua 01_fc_only.safetensors
tr -s '\n ' ' ' <"$dir/said" | grep -q "no C compiler 'cc' on this machine.*install a C compiler" || fail "verify without a compiler"
echo "$(stat -c %s "$gen") bytes, starts in $start us"
exit $failed
