#!/bin/sh
# SPDX-License-Identifier: MIT
# bench/adaptation.sh [DOMAIN...]: accuracy against RAM of sub-networks of demo/super.lua on drawn worlds (textures, chalk, clock).
#
# A line a network and scheme: domain, sub-network (blocks, channels in the middle, windows of stages 2 and 3), what learns, the
# rate that was best, accuracy with its spread over SEEDS (default 3), RAM of the smallest plan in KiB, and the nearest mean of
# the network's features.  TRAINED=bfloat16: values of two bytes; PART=2: slices are halves.  Figures are of 1500 pictures that
# nothing has learnt from.  Needs the generator in build/.
set -eu
cd "$(dirname "$0")/.."
gen=${TINYTL_BUILD:-build}/tinytl-gen
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/cache"
${CC:-cc} -std=gnu99 -O2 -o "$work/worlds" demo/worlds.c demo/draw.c -lm
seeds=${SEEDS:-3}
networks=${NETWORKS:-"3 3 4 4 5 5/2 2 3 3 3 3/1 2 2 3 3 3/1 1 2 2 3 3"}

# of COMMAND OPTION...: the generator on the sub-network of the moment
of() {
    command=$1
    shift
    "$gen" "$command" demo/super.lua -D classes="$classes" -D blocks2="$b2" -D blocks3="$b3" -D expand2="$e2" -D expand3="$e3" \
        -D window2="$w2" -D window3="$w3" -D trained="${TRAINED:-float32}" \
        -D part="${PART:-4}" "$@" 2>"$work/log" || { cat "$work/log" >&2 && exit 1; }
}

# row SCHEME RATE...: the best of these rates
row() {
    scheme=$1 best=0
    shift
    for rate in "$@"; do
        of train -D scheme="$scheme" --any-size --fastest --train "$data-x.npy,$data-y.npy" --test "$data-test-x.npy,$data-test-y.npy" \
            --epochs 12 --rate "$rate" --schedule cosine --seeds "$seeds" --cache "$work/cache" --report=json >"$work/said"
        mean=$(sed 's/.*"accuracy":{"mean":\([0-9.e-]*\).*/\1/' "$work/said")
        spread=$(sed 's/.*"accuracy":{[^}]*"spread":\([0-9.e-]*\).*/\1/' "$work/said")
        if awk -v a="$mean" -v b="$best" 'BEGIN { exit !(a > b) }'; then best=$mean beside="$rate $mean $spread"; fi
    done
    ram=$(of plan -D scheme="$scheme" --smallest --report=json | sed -n 's/^[[:space:]]*"total":[[:space:]]*\([0-9]*\).*/\1/p' | head -n 1)
    # shellcheck disable=SC2086 # three numbers
    set -- $beside
    awk -v a="$2" -v s="$3" -v r="$ram" -v head="$domain | $b2 $b3 $e2 $e3 $w2 $w3 | $scheme | $1" -v near="$near" \
        'BEGIN { printf "%s | %.1f +- %.1f | %.1f | %.1f\n", head, 100 * a, 100 * s, r / 1024, 100 * near }'
}

[ $# -gt 0 ] || set -- textures chalk clock
for domain in "$@"; do
    classes=12 count=1000 data=$work/$domain
    [ "$domain" != chalk ] || classes=10
    [ "$domain" != clock ] || count=2000
    "$work/worlds" "$domain" $count 1 "$data"
    "$work/worlds" "$domain" 1500 2 "$data-test"
    echo "$networks" | tr / '\n' >"$work/networks"
    while read -r b2 b3 e2 e3 w2 w3; do
        near=$(of train --nearest-mean --train "$data-x.npy,$data-y.npy" --report=json | sed 's/.*"mean":\([0-9.e-]*\).*/\1/')
        row full ${FULL_RATES:-0.01 0.03}
        row slices ${SLICES_RATES:-0.02 0.06}
        row bias ${BIAS_RATES:-0.03 0.1}
    done <"$work/networks"
done
