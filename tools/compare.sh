#!/bin/bash
# SPDX-License-Identifier: MIT
# Imported models beside what TFLite and onnxruntime compute of them (reference.mjs), every layer: how many layers were compared,
# and the largest difference: of floats in parts of the largest value, of int8 networks in steps of int8. PACKAGES is the
# folder where npm put the two. A file that is refused as a whole is taken up to the first tensor that `check` names.
#
#     tools/compare.sh TINYTL_GEN PACKAGES MODEL... > table.md
gen=$(realpath "${1:?usage: compare.sh TINYTL_GEN PACKAGES MODEL...}")
packages=$(realpath "${2:?usage: compare.sh TINYTL_GEN PACKAGES MODEL...}")
shift 2
here=$(cd "$(dirname "$0")" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# How many layers were compared, and the largest difference.
largest() {
    awk -v kind="$2" '$NF == "ok" || $NF == "DIFFERS" { n++; d = kind == "int8" ? $3 : $4; largest = d > largest ? d : largest }
        END { printf "%d | %g", n, largest }' "$1"
}

for model; do
    model=$(realpath "$model") end=''
    rm -f "$out"/*
    if ! "$gen" import "$model" -o "$out/m.lua" -q 2>"$out/log"; then
        end=$(sed ':a;N;$!ba;s/\n    / /g' "$out/log" | grep -m1 -oE 'can be imported up to operator .*' | sed -E 's/.*operator ([0-9]+),.*/\1/')
        [ -n "$end" ] && "$gen" import "$model" -o "$out/m.lua" -q --output "$end" 2>/dev/null || continue
    fi
    sed -i -E '/^budget/d' "$out/m.lua"
    if ! apart=$(cd "$packages" && node "$here/reference.mjs" "$model" "$out/v.safetensors" "$end" 2>"$out/log"); then
        echo "| \`${model##*/}\` | no reference: $(grep -m1 -oE 'Error: .*' "$out/log") |"
        continue
    fi
    timeout 280 "$gen" verify "$out/m.lua" "$out/v.safetensors" >"$out/table" 2>"$out/log"
    kind=float32
    grep -q '^act_q' "$out/table" && kind=int8
    # TFLite's convolutions round once on this machine, its other operators twice: whichever is nearer.
    if [ $kind = int8 ] && sed -i 's/, rounding = "tflite"//w'"$out/changed" "$out/m.lua" && [ -s "$out/changed" ]; then
        timeout 280 "$gen" verify "$out/m.lua" "$out/v.safetensors" >"$out/once"
    fi
    printf '| `%s` | %s | %s | %s | %s |\n' "${model##*/}" "${end:-the end}" $kind "$(largest "$out/table" $kind)$(
        [ ! -f "$out/once" ] || echo " / $(largest "$out/once" $kind | sed 's/.*| //')")" "$apart"
    [ -z "$KEEP" ] || { mkdir -p "$KEEP"; cat "$out/table" "$out/log" >"$KEEP/${model##*/}.txt"; }
done
