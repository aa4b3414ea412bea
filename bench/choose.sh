#!/bin/sh
# SPDX-License-Identifier: MIT
# bench/choose.sh demo|signs80|signs96|cifar [PHOTOS]: what `choose` finds, the rows of docs/accuracy.md.
#
# PHOTOS is the folder with models/ and data/ that docs/accuracy.md tells of; the demo draws its own.  Results stay in
# build/choose/, so that an interrupted search goes on.  The demo takes minutes, the others an hour or two.
set -eu
cd "$(dirname "$0")/.."
what=${1:?usage: choose.sh demo|signs80|signs96|cifar [PHOTOS]} photos=${2:-}
build=${TINYTL_BUILD:-build}
gen=$build/tinytl-gen out=$build/choose
mkdir -p "$out"
[ "$what" = demo ] || [ -d "$photos/models" ] || { echo "$what needs the folder of models and photos" >&2 && exit 2; }
floats=$photos/models/mcunet-5fps.safetensors

# find NAME RAM OPTION...
find() {
    name=$1 ram=$2
    shift 2
    "$gen" choose "$@" --ram "$ram" -o "$out/$name.lua" --state "$out/$name.state" --report=json:"$out/$name.json" --force
    sed -n '/^-- /p' "$out/$name.lua"
}

# A person's ten photos have consecutive numbers, from digit 0 to digit 9.
people() {
    (cd "$1" && ls -1 ./*/*.JPG) | sed 's,^[.]/,,' | sort -t_ -k2n |
        awk -F/ '{ if (NR > 1 && $1 + 0 <= last) person++; last = $1 + 0; print $0 "," person + 0 }'
}

# int8 NAME RAM TRAIN TEST OPTION...: mcunet-5fps as integers that learn; searched in floats, whose runs are quicker
int8() {
    name=$1 ram=$2 train=$3 test=$4
    shift 4
    [ -f "$out/${name%%[0-9]*}.safetensors" ] ||
        "$gen" quantize specs/mcunet-5fps.lua -D weights="$floats" --data "$train" -o "$out/${name%%[0-9]*}.safetensors" -q
    find "$name" "$ram" specs/mcunet-5fps.lua -D precision=int8 -D gradient=int16 -D trained=bfloat16 -D place=scratch -D scheme=bias \
        -D weights="$PWD/$out/${name%%[0-9]*}.safetensors" -D classes=10 --train "$train" --test "$test" --floats "$@"
}

signs() { # NAME RAM
    people "$photos/data/sign-digits/train" >"$out/people.csv"
    int8 "$1" "$2" "$photos/data/sign-digits/train" "$photos/data/sign-digits/test" --group "$out/people.csv"
}

case $what in
demo)
    ${CC:-cc} -std=gnu99 -O2 -o "$out/worlds" demo/worlds.c demo/draw.c -lm
    "$out/worlds" camera 10000 1 "$out/learn"
    "$out/worlds" camera 1000 2 "$out/test"
    find demo 64K demo/demo.lua -D scheme=bias --train "$out/learn-x.npy,$out/learn-y.npy" --test "$out/test-x.npy,$out/test-y.npy" \
        --epochs 3
    ;;
signs80) signs signs80 80K ;;
signs96) signs signs96 96K ;;
cifar)
    for part in train5000 test2000; do
        [ -d "$out/$part" ] ||
            "${LUA:-lua5.4}" tools/pictures.lua "$photos/data/cifar10_${part}_images.npy" "$photos/data/cifar10_${part}_labels.npy" "$out/$part"
    done
    int8 cifar 128K "$out/train5000" "$out/test2000" --epochs 3
    ;;
*)
    echo "usage: choose.sh demo|signs80|signs96|cifar [PHOTOS]" >&2
    exit 2
    ;;
esac
