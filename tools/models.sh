#!/bin/bash
# SPDX-License-Identifier: MIT
# The table of docs/models.md: what of a folder's ONNX and TFLite files can be imported, and the RAM that training all
# biases of it takes (the smallest plan, without the caller's image). Files in the order of their names; a file that is
# refused as a whole is taken up to the first tensor that `check` names. SECONDS_EACH bounds the time of a plan (120).
#
#     tools/models.sh TINYTL_GEN FOLDER > table.md
export LC_ALL=C
gen=$(realpath "${1:?usage: models.sh TINYTL_GEN FOLDER}")
cd "${2:?usage: models.sh TINYTL_GEN FOLDER}" || exit 2
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
files=0 whole=0 part=0

# A number of the report, by name.
number() {
    grep -m1 -oE "\"$1\":[[:space:]]*[0-9]+" "$out/plan.json" | grep -oE '[0-9]+$'
}

# "12x12x3, int8" from the spec.
input_of() {
    sed -n -E '/^(local image = )?input \{/{
        s/.*input \{ (h = ([0-9]+), w = ([0-9]+), )?c = ([0-9]+).*/\2x\3x\4/; s/^xx//; p; q }' "$out/m.lua"
}

row() {
    local file=$1 end=$2 kind=float32
    # Only biases learn: patterns of whole layers go; the budget is a guess of import's.
    sed -i -E '/^ *update +=/s/"[A-Za-z0-9_.]+\.\*"(, )?//; /^budget/d' "$out/m.lua"
    grep -q 'forward = "int8"' "$out/m.lua" && kind=int8
    if grep -qE '^ *update += \{ *\}' "$out/m.lua" || ! timeout "${SECONDS_EACH:-120}" "$gen" plan "$out/m.lua" \
        --smallest --report=json >"$out/plan.json" 2>/dev/null; then
        echo "| \`$file\` | $end | $(input_of) | $kind | | | no plan |"
        return
    fi
    echo "| \`$file\` | $end | $(input_of) | $kind | $(number weights) | $(number forward) | $(number total) |"
}

echo "| file | up to | input | arithmetic | weights, bytes | MACs forward | RAM, bytes |"
echo "|---|---|---|---|---|---|---|"
while IFS= read -r file; do
    files=$((files + 1)) end=''
    rm -f "$out"/m.*
    if "$gen" import "$file" -o "$out/m.lua" -q 2>"$out/log"; then
        whole=$((whole + 1))
        row "$file" "the end"
        continue
    fi
    end=$(sed ':a;N;$!ba;s/\n    / /g' "$out/log" | grep -m1 -oE 'can be imported up to operator .*' | sed -E 's/.*--output "(.*)"$/\1/')
    if [ -n "$end" ] && "$gen" import "$file" -o "$out/m.lua" -q --output "$end" 2>/dev/null; then
        part=$((part + 1))
        row "$file" "\`${end:0:40}\`"
    fi
done < <(find . -type f \( -name '*.onnx' -o -name '*.tflite' \) | sed 's|^\./||' | sort)
echo
echo "$((whole + part)) of $files files: $whole as they are, $part up to a tensor that \`check\` names."
