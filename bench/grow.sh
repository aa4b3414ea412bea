#!/bin/sh
# SPDX-License-Identifier: MIT
# bench/grow.sh PHOTOS [SEEDS [GRADIENT]]: classes that come later, on hand signs of people never seen: rows of docs/accuracy.md.
#
# mcunet-5fps with int8 layers and bfloat16 values; biases from blocks.4 learn; what is remembered lies before blocks.4.  PHOTOS is the folder
# with models/ and data/; GRADIENT is int8 or int16.  The emitted C learns (bench/grow.c), six minutes of one thread for three seeds.
set -eu
cd "$(dirname "$0")/.."
photos=${1:?usage: grow.sh PHOTOS [SEEDS [GRADIENT]]} seeds=${2:-3} gradient=${3:-int8}
build=${TINYTL_BUILD:-build}
gen=$build/tinytl-gen out=$build/grow.$gradient
mkdir -p "$out"
of() { # COMMAND OPTION...
    command=$1
    shift
    "$gen" "$command" specs/mcunet-5fps.lua -D weights="$photos/models/mcunet-5fps.safetensors" -D precision=int8 -D gradient="$gradient" \
        -D trained=bfloat16 -D scheme=bias -D from=4 "$@"
}

for part in train test; do # photos, decoded once
    [ -n "$(ls "$out/$part" 2>/dev/null)" ] && continue
    mkdir -p "$out/$part"
    of train -q -D scheme=last --nearest-mean --train "$photos/data/sign-digits/$part" --cache "$out/$part" >/dev/null
done
set -- -D classes=5 -D spare=5 -D replay=blocks.3 -D samples=125 --smallest
of plan "$@" --report=json >"$out/plan.json"
awk -v gradient="$gradient" -F '[:,]' '/"(net|stack|total)"/ { gsub(/[ \t"]/, ""); size[$1] = $2 }
    END { printf "%s gradients: RAM %.1f KiB (net %d bytes, stack %d)\n", gradient, size["total"] / 1024, size["net"], size["stack"] }' "$out/plan.json"
of gen -q "$@" --weights file --force -o "$out"
grep -E 'define MCUNET_5FPS_(LATENT|REPLAY|TRAIN_LATENT_SCRATCH)_BYTES' "$out/mcunet_5fps.h" | sed 's/#define MCUNET_5FPS_//'
${CC:-cc} -std=gnu11 -O2 -march=native -DSPEC_H='"mcunet_5fps.h"' -DName=mcunet_5fps -DUpper=MCUNET_5FPS -DRATE="${RATE:-0.006}" -I"$out" -Igenerator \
    -o "$out/grow" bench/grow.c "$out/mcunet_5fps.c" -lm
rm -f "$out/said"
for seed in $(seq "$seeds"); do "$out/grow" "$out"/train/data-* "$out"/test/data-* "$seed" >>"$out/said"; done
awk '{ if (!n[$1]++) key[++keys] = $1; sum[$1] += $3; square[$1] += $3 * $3; old[$1] += $4 }
    END { for (i = 1; i <= keys; i++) { k = key[i]; mean = sum[k] / n[k]; spread = n[k] > 1 ? sqrt((square[k] - n[k] * mean * mean) / (n[k] - 1)) : 0
        printf "%-14s %5.1f +- %.1f %%   the first five %5.1f %%\n", k, mean, spread, old[k] / n[k] } }' "$out/said"
