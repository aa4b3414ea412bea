#!/bin/sh
# SPDX-License-Identifier: MIT
# Public networks with vectors that others computed (shared/import, which is not a part of this repository): imported in
# less than a second, and verified.  `hostile`: broken files are refused with a message, or import right.
#
#     public.sh TINYTL_GEN PICK MODEL|hostile
gen=$1 pick=$2 what=$3
PATH=$(cd "$(dirname "$0")/../quick" && pwd):$PATH
shared=$(cd "$(dirname "$0")/../../.." && pwd)/shared/import
[ -d "$shared" ] || exit 77
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
wrong=0

fail() {
    echo "FAIL $*"
    wrong=$((wrong + 1))
}

if [ "$what" != hostile ]; then
    model=$(ls "$shared/$what".onnx "$shared/$what".tflite 2>/dev/null)
    timeout 1 "$gen" import "$model" -o "$out/net.lua" -q || fail "import"
    for vectors in "$shared/$what".vectors.safetensors "$shared/$what".transfer.safetensors; do
        [ -f "$vectors" ] || continue
        "$gen" verify "$out/net.lua" "$vectors" -q || fail "verify $vectors"
    done
    exit $wrong
fi

# name, and what is expected: import, refuse, or either (what the file itself leaves open)
expected() {
    case $1 in
    good_small_cnn.onnx | auto_pad_same_upper_s2.onnx) echo import ;;
    flip_*) echo either ;;
    *) echo refuse ;;
    esac
}
for model in "$shared"/hostile/*.onnx "$shared"/hostile/*.tflite; do
    name=$(basename "$model")
    rm -f "$out"/*
    (ulimit -v 2000000 && timeout 10 "$gen" import "$model" -o "$out/net.lua" -q) 2>"$out/messages"
    code=$?
    case $(expected "$name"):$code in
    import:0 | either:0) "$gen" check "$out/net.lua" -q || fail "$name: its spec" ;;
    refuse:1 | either:1)
        grep -q "$name: error: " "$out/messages" || fail "$name: no message"
        [ ! -e "$out/net.lua" ] && [ ! -e "$out/net.safetensors" ] || fail "$name: leaves files behind"
        ;;
    *) fail "$name: exit $code" && cat "$out/messages" ;;
    esac
    if [ "$code" = 0 ] && "$pick" "$shared/hostile/importable.vectors.safetensors" "$name." "$out/v.safetensors"; then
        "$gen" verify "$out/net.lua" "$out/v.safetensors" -q || fail "$name: verify"
    fi
done
exit $wrong
