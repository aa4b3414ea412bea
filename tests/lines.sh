#!/bin/sh
# SPDX-License-Identifier: MIT
# What is emitted can be read in a review: lines.sh TINYTL_GEN
# All lines before the values of the weights count: heads, tables and the declarations of weights, too.
gen=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

at_most() { [ "$2" -le "$3" ] || { failed=1 && echo "FAIL $1: $2 lines, at most $3 are allowed"; }; }
emit() { rm -f "$dir"/* && "$gen" "$@" -q -o "$dir" || exit 1; }
before_weights() { awk '/^\/\* ---- values of the weights/ { seen = 1; exit } { n++ } END { print seen ? n : 1000000 }' "$dir"/*.c; }
first_function() { awk '/^{/ { print NR - 1; exit }' "$dir"/*.c; }
# NAME_train and the sweeps that it calls, without the functions of their tasks.
train_step() { awk '/^KERNEL void train_sweep_|^int [a-z0-9_]*_train\(/ { from = NR } from && /^}/ { n += NR - from + 1; from = 0 } END { print n }' "$dir"/*.c; }

emit demo/demo.lua --target cortex-m4
at_most "the demo for a Cortex-M4" "$(before_weights)" 3440
at_most "the head of the demo, before its first function" "$(first_function)" 120
emit demo/demo.lua --target cortex-m4 --smallest
at_most "the smallest demo for a Cortex-M4" "$(before_weights)" 3490
emit demo/demo.lua
at_most "the demo for all targets" "$(before_weights)" 4900
emit specs/mcunet-5fps.lua --smallest
at_most "the train step of mcunet-5fps" "$(train_step)" 610
[ "$(train_step)" -gt 100 ] || { failed=1 && echo "FAIL the train step of mcunet-5fps was not found"; }
exit $failed
