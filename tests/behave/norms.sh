#!/bin/sh
# SPDX-License-Identifier: MIT
# norms.sh TINYTL_GEN: what the batch norms of a sub-network meet, against plain loops in float64 (norms.lua), and what becomes of it.
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
PATH=$here/../quick:$PATH
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
failed=0
wrong() {
    echo "WRONG $*"
    failed=1
}
norms() { "${LUA:-lua5.4}" "$here/norms.lua" "$@"; }
norms write || exit 1
printf 'include "net.lua"\nnorms "norms.safetensors"\n' >own.lua

# ---- the statistics ----
"$gen" plan -q net.lua 2>said || wrong "plan"
grep -q "net.lua:6:.*'an' has the statistics of the whole network" said || wrong "no warning: $(cat said)"
"$gen" plan -q net.lua -D narrow=false 2>said || wrong "plan of the whole"
[ ! -s said ] || wrong "the whole network: $(cat said)"
"$gen" calibrate net.lua --data samples.npy -o norms.safetensors >said 2>&1 || wrong "calibrate: $(cat said)"
[ "$(cat said)" = "batch_norms 4
samples 24" ] || wrong "calibrate says $(cat said)"
norms compare norms.safetensors || wrong "statistics"
"$gen" calibrate own.lua --data samples.npy -o again.safetensors -q || wrong "calibrate again"
cmp norms.safetensors again.safetensors || wrong "it depends on what was found before"

# ---- who reads them ----
"$gen" plan -q own.lua 2>said || wrong "plan with norms"
[ ! -s said ] || wrong "with its own statistics: $(cat said)"
base() { "$gen" gen -q -o . "$1" --force 2>/dev/null && sed -n 's/^#define SUB_BASE *//p' sub.h; }
[ "$(base net.lua)" != "$(base own.lua)" ] || wrong "other statistics are another base"
"$gen" gen -q own.lua -o . --force --depfile rule.d && grep -q norms.safetensors rule.d || wrong "depfile: $(cat rule.d)"
"$gen" quantize own.lua --data samples.npy -o int8.safetensors >said || wrong "quantize"
awk '$1 == "signal_to_noise_db" { ok = $2 > 25 } END { exit !ok }' said || wrong "as integers: $(cat said)"
"$gen" plan -q own.lua -D weights=int8.safetensors 2>said || wrong "integers: $(cat said)"
"$gen" train own.lua --train samples.npy,labels.npy --test samples.npy,labels.npy --epochs 2 --save learnt.safetensors >before || wrong "train"
"$gen" train own.lua -D weights=learnt.safetensors --train samples.npy,labels.npy --test samples.npy,labels.npy --epochs 1 --rate 1e-9 >after ||
    wrong "go on"
[ "$(sed -n 's/^accuracy_after //p' before)" = "$(sed -n 's/^accuracy_before //p' after)" ] ||
    wrong "what was learnt is not what was saved: $(cat before after)"

# ---- choose ----
"$gen" choose net.lua --train samples.npy,labels.npy --ram 64K --runs 14 --epochs 1 -o chosen.lua -q >said 2>&1 || wrong "choose: $(cat said)"
! grep -q "statistics of the whole" said || wrong "choose warns of what it does itself"
grep -q '^norms "chosen.norms.safetensors"' chosen.lua || wrong "the chosen network has no norms: $(cat chosen.lua)"
"$gen" plan -q chosen.lua || wrong "the chosen network"
"$gen" choose net.lua -D narrow=true --train samples.npy,labels.npy --ram 64K --runs 14 --epochs 1 -o only.lua -q || wrong "choose in the narrow one"
norms compare only.norms.safetensors || wrong "the narrow one's statistics"

# ---- mistakes ----
refused() { # CODE WORDS COMMAND...
    code=$1 words=$2
    shift 2
    "$gen" "$@" >said 2>&1
    [ $? = "$code" ] && grep -q "$words" said || wrong "$*: $(cat said)"
}
refused 2 'needs --data DATA and -o FILE' calibrate net.lua
refused 1 "own.lua:2:.*norms.safetensors has 6, this network 8" plan own.lua -D narrow=false
printf 'include "net.lua"\nnorms "nowhere.safetensors"\n' >bad.lua
refused 1 "bad.lua:2:.*cannot open 'nowhere.safetensors'" plan bad.lua
printf 'include "net.lua"\nnorms "super.safetensors"\n' >bad.lua
refused 1 "bad.lua:2:.*super.safetensors has 8, this network 6" plan bad.lua
printf 'include "net.lua"\nnorms "learnt.safetensors"\nnorms "norms.safetensors"\n' >bad.lua
refused 1 "'norms' stands here a second time" plan bad.lua
printf 'name "plain"\ninput { h = 4, w = 4, c = 1 }\ndense { "cls", out = 2 }\nnorms = "x"\n' >bad.lua
refused 1 "without '='" plan bad.lua
printf 'name "plain"\nweights "super.safetensors"\ninput { h = 1, w = 1, c = 7 }\ndense { "cls", out = 4 }\n' >bad.lua
refused 1 'no batch norm' calibrate bad.lua --data samples.npy -o x.safetensors
echo precious >mine.safetensors
refused 5 'mine.safetensors' calibrate net.lua --data samples.npy -o mine.safetensors
[ "$(cat mine.safetensors)" = precious ] || wrong "a file of the user's was replaced"
exit $failed
