#!/bin/sh
# SPDX-License-Identifier: MIT
# demo/super.sh [OUT]: makes demo/super.safetensors again (under 20 minutes, also beside other work).
#
# The largest network of demo/super.lua learns printed letters and digits alone, then sub-networks take turns: each learns for
# some thousand pictures, and `train --save` puts its part back into the file of them all.  The largest and the smallest have a
# turn in every round, so that all between them are held from both sides (the sandwich rule of Yu and Huang, 2019).  Rates fall
# from round to round.  Few sub-networks and many turns: a program is compiled once for each.  Needs the generator in build/.
set -eu
cd "$(dirname "$0")/.."
out=${1:-demo/super.safetensors}
build=${TINYTL_BUILD:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/cache"
${CC:-cc} -std=gnu99 -O2 -o "$work/worlds" demo/worlds.c demo/draw.c -lm

# blocks of stages 2 and 3, channels in the middle, windows
largest="3 3 4 4 5 5" smallest="1 1 2 2 3 3"
between="2 2 3 3 3 3/1 3 2 4 5 3/3 1 4 2 3 5/2 3 2 3 5 5/1 2 4 3 5 3/3 2 3 2 3 3"

# turn WEIGHTS RATE EPOCHS SUB-NETWORK...: it learns, its part goes back; one line about it
turn() {
    from=$1 rate=$2 epochs=$3
    shift 3
    "$build/tinytl-gen" train demo/super.lua -D weights="$from" -D classifier=file -D classes=36 -D scheme=full -D blocks2="$1" \
        -D blocks3="$2" -D expand2="$3" -D expand3="$4" -D window2="$5" -D window3="$6" --any-size --fastest --batch 8 \
        --optimizer adam --rate "$rate" --epochs "$epochs" --train "$work/learn-x.npy,$work/learn-y.npy" \
        --test "$work/test-x.npy,$work/test-y.npy" --cache "$work/cache" --save "$work/next.safetensors" --force \
        2>"$work/log" >"$work/said" || { cat "$work/log" >&2 && exit 1; }
    mv "$work/next.safetensors" "$work/super.safetensors"
    awk -v who="$*" -v rate="$rate" '/^accuracy_/ { a[++n] = $2 } END { print who, "rate", rate, a[1], "->", a[2] }' "$work/said"
}

"$work/worlds" source 1512 99 "$work/test"
"$work/worlds" source 30000 1 "$work/learn"
# shellcheck disable=SC2086 # lists of numbers
turn none 0.001 2 $largest
round=1
for rate in 0.001 0.001 0.0007 0.0005 0.0003 0.00015; do
    rest=$between
    for n in 1 2 3 4 5 6 7 8; do
        case $n in
        1) who=$largest ;;
        8) who=$smallest ;;
        *) who=${rest%%/*} rest=${rest#*/} ;;
        esac
        "$work/worlds" source 8000 $((round * 10 + n)) "$work/learn"
        # shellcheck disable=SC2086
        turn "$work/super.safetensors" $rate 1 $who
    done
    round=$((round + 1))
done
# shellcheck disable=SC2086
turn "$work/super.safetensors" 0.00015 1 $largest
cp "$work/super.safetensors" "$out"
ls -l "$out"
