#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs of train: the same answer however many are done at a time; one that crashes or gives no answer is told of, and ends
# nothing else.
#
#     learn.sh TINYTL_GEN
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
PATH=$here/../quick:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export TMPDIR="$work/tmp"
mkdir tmp
failed=0
fail() { failed=1 && echo "FAIL $*"; }

cat >net.lua <<'END'
name "net"
input { h = 16, w = 16, c = 3, type = "uint8", scale = 1/255 }
conv { "first", out = 8, k = 3, s = 2, act = "relu6" }
global_pool {}
dense { "classifier", out = 2, init = "random" }
train { update = { "classifier.*", "*.bias" }, optimizer = sgd { rate = 0.05 } }
END
for i in $(seq 16); do
    for shade in 70 130; do
        mkdir -p data/$shade
        "${LUA:-lua5.4}" "$here/arrays.lua" data/$shade/"$i".ppm picture 12 $((shade + 4 * i)) || exit 1
        echo "$shade/$i.ppm,person $((i / 4))" >>groups
    done
done

# trained FILE OPTIONS...: a report without what depends on the machine's hurry
trained() {
    report=$1
    shift
    "$gen" train net.lua --train data --epochs 3 --report=json "$@" >"$report.json" 2>"$report.log" || fail "$*: $(cat "$report.log")"
    [ "$(wc -l <"$report.json")" = 1 ] || fail "$*: the report is not one line"
    sed 's/"seconds_per_sample":[^,]*,//' "$report.json" >"$report"
}

more="--validate 0.25 --group groups --augment flip,shift,crop,light,noise --level x86-64"
[ "$(uname -m)" = x86_64 ] || more="--validate 0.25 --group groups --augment flip,shift,crop,light,noise"
# shellcheck disable=SC2086 # words
for jobs in 1 3; do trained seeds$jobs $more --seeds 3 --jobs $jobs; done
cmp seeds1 seeds3 || fail "another answer with --jobs 3"
grep -q '"certainty":{"mean":0\.[0-9]*,' seeds1 || fail "not how sure of the right class it is"
# Data that were decoded once, by another process.
mkdir cache
# shellcheck disable=SC2086
for seeds in 1 3; do trained cached $more --seeds $seeds --cache cache; done
cmp seeds1 cached || fail "another answer with decoded data"
[ "$(find cache -name 'data-*' | wc -l)" = 1 ] || fail "the data were not decoded once: $(ls cache)"
# shellcheck disable=SC2086
for jobs in 1 2; do trained auto$jobs $more --rate auto --optimizer auto --jobs $jobs; done
cmp auto1 auto2 || fail "another choice with --jobs 2"
grep -q "chosen: " auto1.log || fail "--rate auto does not say what it chose"


"$gen" train net.lua --train data --validate 0.25 --epochs 2 --seeds 2 --report=svg:curves.svg || fail svg
grep -q '</svg>' curves.svg || fail "no picture"

# Features as they are: classes that differ in their level are told apart, samples of one level are not.
"${LUA:-lua5.4}" "$here/arrays.lua" x.npy u1 24x16x16x3 2 && "${LUA:-lua5.4}" "$here/arrays.lua" y.npy l 24 2
"${LUA:-lua5.4}" "$here/arrays.lua" same.npy u1 24x16x16x3 1
"$gen" train net.lua --nearest-mean --train x.npy,y.npy >near 2>log && grep -qx "nearest_mean 1.0000" near || fail "nearest mean: $(cat near log)"
"$gen" train net.lua --nearest-mean --train same.npy,y.npy --report=json >near 2>log || fail "nearest mean: $(cat log)"
awk -F'[:}]' '{ exit !($3 < 0.8) }' near || fail "what is the same has the nearest mean $(cat near)"

# One class that is nearly all there is.
for i in $(seq 12); do mkdir -p uneven/much && cp data/70/1.ppm "uneven/much/$i.ppm"; done
mkdir uneven/little && cp data/130/1.ppm data/130/2.ppm uneven/little
"$gen" train net.lua --train uneven --test uneven >/dev/null 2>log || fail "uneven classes: $(cat log)"
grep -q '86 % of the samples are of class "much"' log || fail "not a word of a class that is nearly all: $(cat log)"

# What was learnt: the firmware loads it, whatever optimiser learnt it here; as weights it is where learning goes on, norms that
# were folded, slices and values that were random included.
cat >saved.lua <<'END'
name "saved"
local file = option("weights", "")
if file ~= "" then weights(file) end
input { h = 16, w = 16, c = 3, type = "uint8", scale = 1/255 }
conv { "first", out = 8, k = 3, s = 2 }
batch_norm { "norm", act = "relu6" }
conv { "second", out = 12, k = 1, act = "relu" }
mbconv { "block", out = 12, k = 3, expand = 2, norm = false }
global_pool {}
dense { "classifier", out = 2 }
train { update = { "classifier.*", "*.bias", { "second.weight", outputs = 1/2 } }, optimizer = sgd { rate = 0.05 } }
END
cat >load.c <<'END'
#include "saved.h"
#include <stdio.h>
int main(void)
{
    static saved_net net;
    static unsigned char bytes[SAVED_SAVE_BYTES + 1];
    size_t size = fread(bytes, 1, sizeof bytes, stdin);
    return saved_init(&net) || size != SAVED_SAVE_BYTES || saved_load(&net, bytes, size);
}
END
"$gen" saved.lua -q && ${CC:-cc} -o load load.c saved.c -lm || fail "saved.c"
number() { sed "s/.*\"$1\":\([-0-9.e]*\).*/\1/" "$2"; }
for how in "--optimizer sgd" "--optimizer adam --rate 0.01" "--batch 4"; do
    # shellcheck disable=SC2086 # words
    "$gen" train saved.lua --train data --validate 0.25 --epochs 2 $how --save net.bin --force -q 2>log || fail "$how --save: $(cat log)"
    ./load <net.bin || fail "$how: it does not load"
done
"$gen" train saved.lua --train data --test data --epochs 2 --save first.safetensors --report=json 2>log >first || fail "$(cat log)"
"$gen" train saved.lua -D weights=first.safetensors --train data --test data --rate 0 --save second.safetensors --report=json \
    2>log >second || fail "$(cat log)"
[ "$(number accuracy_after first)" = "$(number accuracy_before second)" ] || fail "other weights were saved: $(cat first second)"
"$gen" train saved.lua -D weights=second.safetensors --train data --test data --rate 0 --report=json 2>log >third || fail "$(cat log)"
loss() { sed 's/.*"curve":\[\([0-9.e-]*\).*/\1/' "$1"; }
awk -v a="$(loss second)" -v b="$(loss third)" 'BEGIN { exit !(a > 0 && (a - b) ^ 2 < 1e-10) }' ||
    fail "saved twice, its loss is $(loss third), not $(loss second)"
[ "$(number accuracy_after second)" = "$(number accuracy_before third)" ] || fail "saved twice, it is another"

echo '#include <unistd.h>' >hang.h
echo '__attribute__((constructor)) static void hang(void) { pause(); }' >>hang.h
"$gen" train net.lua --train data --validate 0.25 --patience 1 --cc "cc -include $work/hang.h" >said 2>&1
[ $? = 5 ] || fail "a run that hangs: $(cat said)"
tr -s '\n ' '  ' <said | grep -q "it gave no answer for 1 seconds" || fail "a run that hangs: $(cat said)"

# Ended from outside, it leaves nothing either.
"$gen" train net.lua --train data --validate 0.25 --cc "cc -include $work/hang.h" >said 2>&1 &
for i in $(seq 100); do [ -z "$(find tmp -name '*.bin')" ] || break; sleep 0.1; done
kill -9 $!
for i in $(seq 300); do [ -n "$(ls tmp)" ] || break; sleep 0.1; done

[ -z "$(ls tmp)" ] || fail "left behind: $(ls tmp)"
[ $failed = 0 ] && echo "learn: ok"
exit $failed
