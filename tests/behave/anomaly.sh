#!/bin/sh
# SPDX-License-Identifier: MIT
# Autoencoders: the area under the curve that train reports is that of anomaly.c, within 0.01, for drawn vibrations and,
# where it is, for the network of MLPerf Tiny (shared/import) on drawn vectors of its kind.  And what the threshold says is so.
#
#     anomaly.sh TINYTL_GEN ANOMALY
set -eu
gen=$(realpath "$1") reference=$(realpath "$2")
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cc -std=gnu11 -O2 -o machines "$root/demo/machines.c" -lm
./machines vibration data
./machines sound data
wrong=0

field() { sed 's/.*"'"$2"'":\([^,}]*\).*/\1/' "$1"; }

# near SPEC TRAIN TEST EPOCHS RATE LEAST
near() {
    "$gen" train "$1" --train "$2" --test "$3" --epochs "$4" --rate "$5" --report=json:report -q || wrong=1
    theirs=$("$reference" "$1" "$2" "$3" "$4" "$5") ours=$(field report auc)
    echo "$(basename "$1") $4 epochs at $5: $ours, in float64 $theirs"
    awk -v a="$ours" -v b="$theirs" -v least="$6" 'BEGIN { d = a - b; exit !(d * d <= 1e-4 && a >= least && b >= least) }' ||
        { echo "FAIL $*" && wrong=1; }
}

cp "$root/specs/vibration.lua" .
near vibration.lua data/train data/test 3 0.05 0.7
near vibration.lua data/train data/test 20 0.1 0.94
# No more than a share of 1 % of what is normal gives an alarm, and most of what is not.
awk -v alarms="$(field report false_alarms)" -v found="$(field report found)" \
    'BEGIN { exit !(alarms <= 0.01 && found > 0.6) }' || { echo "FAIL the threshold: $(cat report)" && wrong=1; }

model=$root/../shared/import/ad01_fp32.tflite
[ -f "$model" ] || model=$root/../../shared/import/ad01_fp32.tflite
if [ -f "$model" ]; then
    "$gen" import "$model" -o ad01.lua -q
    near ad01.lua data/train.npy data/test.npy,data/labels.npy 5 0.001 0.9
    near ad01.lua data/train.npy data/test.npy,data/labels.npy 3 0.01 0.95
fi
exit $wrong
