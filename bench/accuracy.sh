#!/bin/sh
# SPDX-License-Identifier: MIT
# bench/accuracy.sh cifar|signs PHOTOS [SEEDS]: does the emitted C learn what PyTorch learns?  Rows of docs/accuracy.md, each the
# mean of three seeds and their spread.  PHOTOS is the folder with models/ and data/.  Half an hour, and some minutes.
set -eu
cd "$(dirname "$0")/.."
what=${1:?usage: accuracy.sh cifar|signs PHOTOS [SEEDS]} photos=${2:?usage: accuracy.sh cifar|signs PHOTOS [SEEDS]} seeds=${3:-3}
build=${TINYTL_BUILD:-build}
out=$build/accuracy
mkdir -p "$out/cache"

# row WHAT TRAIN TEST EPOCHS OPTION...
row() {
    title=$1 train=$2 test=$3 epochs=$4
    shift 4
    "$build/tinytl-gen" train specs/mcunet-5fps.lua -D weights="$photos/models/mcunet-5fps.safetensors" -D batch=8 --schedule cosine \
        --train "$train" --test "$test" --epochs "$epochs" --seeds "$seeds" --cache "$out/cache" "$@" 2>"$out/log" >"$out/said" ||
        { cat "$out/log" >&2 && exit 1; }
    awk -v title="$title" '$1 == "accuracy_after" { a = $2; s = $4 } $1 == "seconds_per_sample" { t = $2 }
        END { printf "%-32s %5.1f +- %.1f %%   %.1f ms\n", title, 100 * a, 100 * s, 1000 * t }' "$out/said"
}

case $what in
cifar)
    for part in train5000 test2000; do # arrays are never resized, pictures are
        [ -d "$out/$part" ] ||
            "${LUA:-lua5.4}" tools/pictures.lua "$photos/data/cifar10_${part}_images.npy" "$photos/data/cifar10_${part}_labels.npy" "$out/$part"
    done
    cifar() { title=$1 epochs=$2 && shift 2 && row "$title" "$out/train5000" "$out/test2000" "$epochs" "$@"; }
    cifar "last layer" 5 -D optimizer=adam --rate 0.001 -D scheme=last
    cifar "biases" 5 -D optimizer=adam --rate 0.001 -D scheme=bias
    cifar "lite" 5 -D optimizer=adam --rate 0.001 -D scheme=lite
    cifar "lite + biases" 5 -D optimizer=adam --rate 0.001 -D scheme=lite+bias
    cifar "everything" 5 -D optimizer=adam --rate 0.0003 -D scheme=full
    cifar "biases from blocks.4 on" 3 --rate 0.015 -D scheme=bias -D from=4
    cifar "the same, and lite" 3 --rate 0.015 -D scheme=lite+bias -D from=4 -D lite_expand=0.5 -D lite_k=3
    ;;
signs)
    signs() { title=$1 && shift && row "$title" "$photos/data/sign-digits/train" "$photos/data/sign-digits/test" 8 --rate 0.03 "$@"; }
    signs "last layer" -D scheme=last
    signs "biases from blocks.4 on" -D scheme=bias -D from=4
    signs "the same, and lite" -D scheme=lite+bias -D from=4 -D lite_expand=0.5 -D lite_k=3
    signs "biases and slices from blocks.4" -D scheme=slices -D from=4
    ;;
*)
    echo "usage: accuracy.sh cifar|signs PHOTOS [SEEDS]" >&2
    exit 2
    ;;
esac
