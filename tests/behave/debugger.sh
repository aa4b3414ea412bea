#!/bin/sh
# SPDX-License-Identifier: MIT
# A debugger steps through a train step and shows tensors by name: debugger.sh TINYTL_GEN
# The scores of predict, as the program prints them, are those that gdb finds in scratch under the last layer's name.
gen=$1
here=$(cd "$(dirname "$0")" && pwd)
command -v gdb >/dev/null && gdb -batch -ex 'python print("python")' 2>/dev/null | grep -q python || { echo "skipped: no gdb with Python" && exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$gen" "$here/net.lua" --smallest -q -o "$dir" || exit 1
cat >"$dir/main.c" <<'C'
#include "net.h"

#include <stdio.h>

static net_net net;
static net_scratch scratch;
static uint8_t image[NET_INPUT_BYTES];

int main(void)
{
    float scores[NET_CLASSES], loss;
    for (size_t i = 0; i < sizeof image; i++)
        image[i] = (uint8_t)(i * 37);
    net_init(&net);
    net_predict(&net, &scratch, image, scores);
    for (int i = 0; i < NET_CLASSES; i++)
        printf("%g%c", (double)scores[i], i + 1 < NET_CLASSES ? ' ' : '\n');
    return net_train(&net, &scratch, image, 1, &loss);
}
C
cc -g -O0 -DTINYTL_PORTABLE -I"$dir" "$dir/main.c" "$dir/net.c" -o "$dir/main" -lm || exit 1
"$dir/main" >"$dir/printed"
cat >"$dir/commands" <<GDB
source $here/../../tools/tensor.gdb
set pagination off
rbreak ^net_train_plan
run
tensor predict_classifier
tensor train_first_relu6_mask
tensor train_first 0
tensor train_first_relu6 0
tensor nowhere
GDB
(cd "$dir" && gdb -batch -nx -x commands ./main) >"$dir/said" 2>&1
failed=0
wants() { grep -q -- "$1" "$dir/said" || { failed=1 && echo "FAIL gdb does not say: $1"; }; }
wants "^predict_classifier: float 1 x 1 x 3"
wants "^  $(cat "$dir/printed")"
wants "^train_first_relu6_mask: bits 9 x 8 x 6"
wants "^train_first: float 9 x 8 x 6"
wants "^train_first_relu6: float 9 x 8 x 6"
wants "no tensor AT_nowhere"
[ $failed = 0 ] || cat "$dir/said"
exit $failed
