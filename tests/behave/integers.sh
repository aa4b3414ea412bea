#!/bin/sh
# SPDX-License-Identifier: MIT
# What lies between the integer layers of an int8 network is integers, in both directions: no map of floats is made
# where nothing but integers is wanted.
#
#     integers.sh TINYTL_GEN
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

complain() { echo "FAIL $*" && failed=1; }

# value KEY: of the report in $dir/report
value() { awk -F: -v key="\"$1\"" '{ gsub(/[ ,\t]/, "") } $1 == key { print $2; exit }' "$dir/report"; }

# within BYTES SPEC [options]: scratch for training
within() {
    most=$1
    shift
    "$gen" plan "$@" --report=json:"$dir/report" >/dev/null || complain "$*: no plan"
    scratch=$(value scratch_train)
    [ "$scratch" -le "$most" ] || complain "$*: $scratch bytes of scratch, not $most"
    echo "ok $*: $scratch"
}

# ---- a max pool early in the network: 75264 bytes when its gradient was of floats ----

"${LUA:-lua5.4}" "$here/max_pool_int8_weights.lua" "$dir/mine8.safetensors" || exit 1
set -- "$here/max_pool_int8.lua" -D weights="$dir/mine8.safetensors"
within 33100 "$@" --fastest
within "$scratch" "$@" --fastest -D gradient=int8
within 11600 "$@" --smallest
within "$scratch" "$@" --smallest -D gradient=int8

# ---- random networks: no maps of floats but those of slices, and the gradients of float32 ----

# moves FILE TYPE: by how much a step with gradients of that type moves each value of $dir/random.lua
moves() {
    mkdir -p "$dir/$2"
    sed "s/gradient = \"[a-z0-9]*\", trained = \"[a-z0-9]*\"/gradient = \"$2\", trained = \"float32\"/" "$dir/random.lua" >"$dir/$2.lua"
    "$gen" "$dir/$2.lua" -q -o "$dir/$2" || return 1
    awk '$1 == "float" && /\[[0-9]+\];/ { sub(/\[.*/, "", $2); print "FIELD(" $2 ")" }' "$dir/$2/random.h" >"$dir/$2/fields.h"
    cc -std=gnu11 -O0 -w -I"$dir/$2" -I"$here/../firmware" -DHEADER='"random.h"' -DNET=random -DNET_UPPER=RANDOM -DFIELDS='"fields.h"' \
        "$here/first_step.c" "$dir/$2/random.c" -o "$dir/$2/step" -lm && "$dir/$2/step" >"$1"
}

# The squared difference of all arrays, each relative to its own size, as a mean: `near FILE FILE MOST`
near() {
    paste -d' ' "$1" "$2" | awk -v most="$3" '
        { d[$1] += ($2 - $4) ^ 2; all[$1] += $4 ^ 2 }
        END { for (a in d) { n++; sum += all[a] > 1e-18 ? d[a] / all[a] : 0 }
              far = n ? sqrt(sum / n) : 1; printf "%.4f", far; exit !(far <= most) }'
}

for seed in 1 2 3 4 5 6 7 8; do
    "${LUA:-lua5.4}" "$here/../firmware/random.lua" $seed "$dir" || exit 1
    moves "$dir/real" float32 && moves "$dir/i16" int16 && moves "$dir/i8" int8 || { complain "seed $seed: nothing learnt" && continue; }
    far16=$(near "$dir/i16" "$dir/real" 0.002) || complain "seed $seed: int16 gradients are $far16 from those of floats"
    far8=$(near "$dir/i8" "$dir/real" 0.2) || complain "seed $seed: int8 gradients are $far8 from those of floats"
    "$gen" "$dir/int16.lua" --dump=backward -q -o "$dir" | grep -E ' f32 ([2-9]|[1-9][0-9]+)x[0-9]+x| f32 1x([2-9]|[1-9][0-9]+)x' >"$dir/real_maps"
    grep -q ' / 3 }' "$dir/random.lua" || [ ! -s "$dir/real_maps" ] || { complain "seed $seed: maps of floats" && cat "$dir/real_maps"; }
    "$gen" plan "$dir/int16.lua" --smallest --report=json:"$dir/report" >/dev/null
    most=$(value scratch_train) # places are multiples of 16, and a packing may be 2 % from the best
    within $((most + most / 50 + 16)) "$dir/int8.lua" --smallest
    echo "ok seed $seed: int16 $far16, int8 $far8"
done
exit $failed
