#!/bin/sh
# SPDX-License-Identifier: MIT
# A room of the generator includes only rooms before it in this list (and itself).
rooms="base tensors spec data graph integers ops convolution forward backward pack schedule plan emit pipeline report
    import/model import/onnx import/tflite import/writer import host scaffold saves learn choose cli"
cd "$(dirname "$0")/../generator" || exit 1
before= wrong=0
for room in $rooms; do
    before="$before $room"
    for file in "$room"/*.[ch]; do
        for included in $(sed -n 's/^#include "\([a-z_/]*\)\/[a-z_0-9]*\.h".*/\1/p' "$file"); do
            case " $before " in
            *" $included "*) ;;
            *) echo "$file includes $included/, which comes after $room/" && wrong=1 ;;
            esac
        done
    done
done
for room in $(find . -mindepth 2 -name '*.[ch]' | sed 's/^\.\/\(.*\)\/[^/]*$/\1/' | sort -u); do
    case " $(echo $rooms) " in
    *" $room "*) ;;
    *) echo "$room is in no place of the list" && wrong=1 ;;
    esac
done
# An operator says of itself what the stages must know: none asks which one it is.
grep -rnE 'op[[:space:]]*[!=]=[[:space:]]*&op_' . && echo "struct op has to say it" && wrong=1
exit $wrong
