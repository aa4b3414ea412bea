#!/bin/bash
# SPDX-License-Identifier: MIT
# tools/models.sh on some of golden/: which files, up to where, and that each has its numbers. What RAM a plan takes may
# change, so that column is only looked at.
#
#     models.sh TINYTL_GEN
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
mkdir -p "$out/in/lite"
cp "$here"/golden/{signal,two_outputs,any_size}.onnx "$out/in"
cp "$here"/golden/mean_same.tflite "$out/in/lite"
"$here/../../tools/models.sh" "$gen" "$out/in" | sed -E 's/ [0-9]+ \|$/ N |/' >"$out/table"
cat >"$out/expected" <<'E2'
| file | up to | input | arithmetic | weights, bytes | MACs forward | RAM, bytes |
|---|---|---|---|---|---|---|
| `lite/mean_same.tflite` | the end | 8x8x3 | int8 | 681 | 3496 | N |
| `signal.onnx` | the end | 16x1x2 | float32 | 892 | 288 | N |
| `two_outputs.onnx` | `/Relu_16_output` | 8x8x3 | float32 | 448 | 6912 | N |

3 of 4 files: 2 as they are, 1 up to a tensor that `check` names.
E2
diff -u "$out/expected" "$out/table"
