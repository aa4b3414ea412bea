#!/bin/sh
# SPDX-License-Identifier: MIT
# fleet.sh TINYTL_GEN: examples/fleet.sh with three devices and two rounds, on drawn pictures: the average knows more than each alone, runs
# one after another give the bytes of runs at a time, and a fleet that was interrupted goes on.
set -eu
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAIL $*" && exit 1; }
cd "$dir"
${CC:-cc} -std=gnu99 -O2 -o worlds "$here/demo/worlds.c" "$here/demo/draw.c" -lm
for device in 1 2 3; do
    ./worlds chalk 40 $device "it is $device"
    echo "it is $device-x.npy,it is $device-y.npy"
done >devices
./worlds chalk 400 4 judges
net=$here/demo/demo.lua
fleet() { # FOLDER [option...]
    out=$1
    shift
    TINYTL_GEN=$gen ROUNDS=2 EPOCHS=3 LEVEL=x86-64-v2 "$here/examples/fleet.sh" devices judges-x.npy,judges-y.npy "$out" "$net" -D scheme=last --rate 0.02 "$@"
}
ALONE=1 JOBS=2 fleet out >said || fail "a fleet: $(cat said)"
cat said
share() { sed -n "s/^$1: \([0-9]*\)\..*/\1/p" said; }
[ "$(share 'averaged after round 2')" -gt "$(share 'each alone')" ] || fail "the average is no better than each alone"

RUNNER=sh fleet again >/dev/null
cmp out/round.2.bin again/round.2.bin || fail "runs one after another are not the same"
rm -r again/round.2 again/round.2.bin
fleet again >/dev/null
cmp out/round.2.bin again/round.2.bin || fail "what goes on is not the same"

# A save of another base is refused, and the fleet ends there.
rm -r again/round.2
fleet again -D weights=none >/dev/null 2>other && fail "another base is taken"
grep -q base other || fail "another base: $(cat other)"

# As another engine would do it: out to safetensors, and back.
"$gen" saved out/round.2.bin --spec "$net" -D scheme=last --to average.safetensors -q
"$gen" saved --from average.safetensors --spec "$net" -D scheme=last -o back.bin -q
cmp out/round.2.bin back.bin || fail "safetensors and back"
