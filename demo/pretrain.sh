#!/bin/sh
# SPDX-License-Identifier: MIT
# demo/pretrain.sh [OUT]: makes demo/pretrained.safetensors again (under a minute).
#
# The demo's network, with everything trainable, is generated, compiled and trained on printed letters
# and digits; what it learnt is written back as a weights file.  The same generator, machine and compiler
# give the same bytes; others may round differently.  Needs the generator in build/ (./demo.sh builds it).
set -eu
cd "$(dirname "$0")/.."
out=${1:-demo/pretrained.safetensors}
build=${TINYTL_BUILD:-build}
work=$build/demo/pretrain
mkdir -p "$work"

images=40000 rate=0.003 # Adam, batches of 4, cosine
options="scheme=full classes=36 weights=none ram=4096 batch=4 optimizer=adam"

define=
for o in $options; do define="$define -D $o"; done
# shellcheck disable=SC2086 # a list of words
"$build/tinytl-gen" -q demo/demo.lua $define -o "$work"
${CC:-cc} -std=gnu99 -O2 -ffp-contract=off -I"$work" -Idemo -Igenerator \
    -o "$work/learn" demo/learn.c demo/draw.c generator/base/screen.c "$work/demo.c" -lm
echo "before, after (per cent), microseconds a picture:"
"$work/learn" printed $images $rate pretraining 1 "$work/saved.bin"

${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -O1 -Igenerator -o "$work/export" demo/export.c \
    "$build/libtinytl_generator.a" "$build/libtinytl_stb.a" -llua5.4 -lcjson -lm -ldl
# shellcheck disable=SC2086
"$work/export" demo/demo.lua "$work/saved.bin" "$out" $options
ls -l "$out"
