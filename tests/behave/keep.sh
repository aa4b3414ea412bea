#!/bin/sh
# SPDX-License-Identifier: MIT
# What is kept in flash survives power that fails anywhere, on flash of every geometry: keep.sh TINYTL_GEN [HISTORIES [SEED]]
#
# `keep.sh build/tinytl-gen 1000000` draws a million, dealt out to the geometries: ten minutes.
set -e
gen=$1 histories=${2:-900} seed=${3:-1}
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
flags="-std=c99 -g -Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Werror -Wno-unused-function"
if [ "$histories" -gt 100000 ]; then flags="$flags -O1"; else flags="$flags -O0 -fsanitize=address,undefined -fno-sanitize-recover=undefined"; fi

# slots, bytes of a slot, of a unit of erasing, of writing
set -- "2 4096 4096 1" "3 4096 1024 8" "3 3072 256 256" "5 2560 512 32" "2 3000 1500 2" "4 3072 1024 4"
for geometry; do
    # shellcheck disable=SC2086 # four numbers
    set -- $geometry
    "$gen" "$here/store.lua" -q -o "$dir" -D slots="$1" -D slot="$2" -D erase="$3" -D write="$4"
    # shellcheck disable=SC2086 # options
    cc $flags -DERASE="$3" -DWRITE="$4" -I"$dir" "$here/keep.c" -o "$dir/keep" -lm
    said=$("$dir/keep" $((histories / 6)) "$seed")
    echo "slots $1, slot $2, erase $3, write $4: $said"
done
