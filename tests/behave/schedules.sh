#!/bin/sh
# SPDX-License-Identifier: MIT
# Every schedule of a network gives the same bits: schedules.sh TINYTL_GEN
# The fastest plan, the smallest, and schedules drawn at random: strips of any height, any segments, any of
# what they save or make again.  print.c trains a few steps and prints what came of them, to the bit.  Optimised is the
# fastest: at other levels, too, the bits are these.  Each case has random schedules of its own.
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../native.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

# The level for a plan.
level() {
    case $* in *--fastest*) echo -O1 ;; *) echo -O0 ;; esac
}

# The next COUNT seeds.
seed=0
draw() {
    seeds=$(seq $((seed + 1)) $((seed + $1)))
    seed=$((seed + $1))
}

result() { # options: what the emitted code prints
    "$gen" "$here/$spec" -q -o "$dir" "$@" || exit 1
    cc -std=c99 "$(level "$@")" -w -I"$dir" "$here/print.c" "$dir/net.c" -o "$dir/print" -lm && "$dir/print"
}

# Counts plans in which a gradient of a map is made twice: for weights that come one after the other.
again=0
count_again() { # options
    if "$gen" plan "$here/$spec" -q --dump=schedule "$@" |
        awk '$2 == "relu_dx" && made[$3]++ { twice = 1 } END { exit !twice }'; then
        again=$((again + 1))
    fi
}

for case in net.lua "net.lua -D optimizer=adam" padding.lua "padding.lua -D h=1" apart.lua; do
    spec=${case%% *} options=${case#"$spec"}
    # shellcheck disable=SC2086 # words
    expected=$(result --fastest $options)
    case $case in apart.lua) draw 8 ;; *) draw 3 ;; esac
    for plan in smallest $seeds; do
        case $plan in smallest) plan="--smallest --poison" ;; *) plan="--shuffle $plan" ;; esac
        # shellcheck disable=SC2086 # words
        if [ -z "$expected" ] || [ "$(result $plan $options)" != "$expected" ]; then
            echo "FAIL $case $plan: other bits than the fastest plan"
            failed=1
        fi
        # shellcheck disable=SC2086 # words
        [ "$case" != apart.lua ] || count_again $plan $options
    done
done
[ $again -gt 0 ] || { echo "FAIL apart.lua: no gradient is made again" && failed=1; }

# An int8 network: the same, with dead bytes poisoned; its own plain build and one for any machine agree, too.
firmware=$here/../firmware
"${LUA:-lua5.4}" "$firmware/weights.lua" "$dir/small.safetensors"
int8() { # options: the bits of the loss, the scores and the net
    "$gen" "$firmware/small.lua" -q -o "$dir" -D weights="$dir/small.safetensors" "$@" || exit 1
    cc -std=gnu11 "$(level "$@")" -w $portable -I"$dir" -DHEADER='"small.h"' -DNET=small -DNET_UPPER=SMALL "$firmware/main.c" "$firmware/host.c" \
        "$dir/small.c" -o "$dir/print" -lm && "$dir/print" | grep -v '^stack'
}

for options in "" "-D gradient=int8 -D trained=bfloat16" "-D gradient=float32"; do
    portable=-DTINYTL_PORTABLE
    expected=$(int8 --fastest $options)
    portable=$(native cc)
    draw 2
    for plan in smallest $seeds; do
        case $plan in smallest) plan="--smallest --poison" ;; *) plan="--shuffle $plan" ;; esac
        # shellcheck disable=SC2086 # words
        if [ -z "$expected" ] || [ "$(int8 $plan $options)" != "$expected" ]; then
            echo "FAIL int8 $plan $options: other bits than the fastest plan"
            failed=1
        fi
    done
done
exit $failed
