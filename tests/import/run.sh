#!/bin/sh
# SPDX-License-Identifier: MIT
# Models of our own in golden/, each beside what import makes of it:
#
#     x.onnx or x.tflite   x.lua                    the spec
#                          x.err                    its messages; where it is refused, and the exit code
#                          x.vectors.safetensors    what the network must compute
#
# A file x.options holds more of the command line.  UPDATE_GOLDEN=1 rewrites.
#
#     run.sh TINYTL_GEN MAKE_MODELS
gen=$1 make=$2
PATH=$(cd "$(dirname "$0")/../quick" && pwd):$PATH
cd "$(dirname "$0")/golden" || exit 1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
wrong=0

# The program that made the models still makes these very bytes.
mkdir "$out/made"
"$make" "$out/made"
for model in "$out"/made/*; do
    [ -z "$UPDATE_GOLDEN" ] || cp "$model" .
    cmp "$model" "$(basename "$model")" || wrong=$((wrong + 1))
done

compare() {
    [ -z "$UPDATE_GOLDEN" ] || cp "$1" "$2"
    diff -u "$2" "$1" && return
    echo "FAIL $2"
    wrong=$((wrong + 1))
}

count=0
for model in *.onnx *.tflite; do
    x=${model%.*} options=
    count=$((count + 1))
    [ ! -f "$x.options" ] || options=$(cat "$x.options")
    # shellcheck disable=SC2086 # words
    if "$gen" import "$model" -o "$out/$x.lua" -q $options 2>"$out/$x.err"; then
        compare "$out/$x.lua" "$x.lua"
        if [ -s "$out/$x.err" ] || [ -f "$x.err" ]; then # warnings
            compare "$out/$x.err" "$x.err"
        fi
        "$gen" plan "$out/$x.lua" -q || wrong=$((wrong + 1))
    else
        echo "exit $?" >>"$out/$x.err"
        compare "$out/$x.err" "$x.err"
        [ ! -e "$out/$x.lua" ] || wrong=$((wrong + 1))
    fi
    if [ -f "$x.vectors.safetensors" ] && ! "$gen" verify "$out/$x.lua" "$x.vectors.safetensors" -q; then
        wrong=$((wrong + 1))
    fi
done
# Import writes over its own work, not over that of a user, and not over the model.
again() {
    expected=$1
    shift
    code=0
    "$gen" import "$@" -q 2>"$out/again.err" || code=$?
    [ $code = "$expected" ] && { [ $code = 0 ] || grep -q hint: "$out/again.err"; } && return
    echo "FAIL import $*: exit $code, not $expected"
    wrong=$((wrong + 1))
}
cp mobile.onnx "$out/mobile.onnx"
again 0 mobile.onnx -o "$out/mobile.lua"
echo "-- edited" >>"$out/mobile.lua"
again 5 mobile.onnx -o "$out/mobile.lua"
tail -n 1 "$out/mobile.lua" | grep -q edited || wrong=$((wrong + 1))
again 0 mobile.onnx -o "$out/mobile.lua" --force
again 2 "$out/mobile.onnx" -o "$out/mobile.onnx" --force
cmp mobile.onnx "$out/mobile.onnx" || wrong=$((wrong + 1))

# The middle of a network asks for a head of the user's own; a model is no spec.
"$gen" import mobile.onnx -o "$out/middle.lua" --output /Clip_7 -q && grep -q 'A head of your own' "$out/middle.lua" &&
    "$gen" plan "$out/middle.lua" -q || wrong=$((wrong + 1))
cp mobile.onnx "$out/renamed.lua"
for model in mobile.onnx "$out/renamed.lua"; do
    if "$gen" plan "$model" -q 2>"$out/again.err" || ! grep -q 'hint: import it first' "$out/again.err"; then
        echo "FAIL plan $model"
        cat "$out/again.err"
        wrong=$((wrong + 1))
    fi
done

echo "$count models, $wrong wrong"
[ $wrong = 0 ]
