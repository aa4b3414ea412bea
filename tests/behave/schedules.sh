#!/bin/sh
# Every schedule of a network gives the same bits: schedules.sh TINYTL_GEN
# The fastest plan, the smallest, and schedules drawn at random: strips of any height, any segments, any of
# what they save or make again.  print.c trains a few steps and prints what came of them, to the bit.
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

result() { # options: what the emitted code prints
    "$gen" "$here/net.lua" -q -o "$dir" "$@" || exit 1
    cc -std=c99 -O1 -w -I"$dir" "$here/print.c" "$dir/net.c" -o "$dir/print" -lm && "$dir/print"
}

for options in "" "-D optimizer=adam"; do
    expected=$(result --fastest $options)
    for plan in --smallest "--shuffle 1" "--shuffle 2" "--shuffle 3" "--shuffle 4" "--shuffle 5" "--shuffle 6"; do
        # shellcheck disable=SC2086 # words
        if [ "$(result $plan $options)" != "$expected" ]; then
            echo "FAIL $plan $options: other bits than the fastest plan"
            failed=1
        fi
    done
done
exit $failed
