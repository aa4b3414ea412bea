#!/bin/sh
# SPDX-License-Identifier: MIT
# A sub-network learns (`of`): --save x.safetensors puts its part back into the whole tensors, and all else keeps its values.
# Centres of windows, also through a matrix, first channels, dense weights by pixel, folded norms, int8 and float64.
#
#     parts.sh TINYTL_GEN
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
fail() { failed=1 && echo "FAIL $*"; }
lua() { script=$1 && shift && "${LUA:-lua5.4}" "$here/$script" "$@"; }

cat >sub.lua <<'END'
name "sub"
weights(option("weights", "super.safetensors"))
input { h = 4, w = 4, c = 2, type = "uint8", scale = 1/128, zero_point = 128 }
conv { "a", out = 4, k = 3, s = 2, of = { out = 6, k = 5 } }
batch_norm { "n", act = "relu" }
dwconv { "c", k = 3, act = "relu", of = { k = 7 } }
conv { "b", out = 4, k = 1, act = "relu", of = {} }
dense { "d", out = 3, order = "hwc", of = { out = 4 } }
train { update = "*", optimizer = sgd { rate = 0.02 } }
END
lua arrays.lua x.npy u1 24x4x4x2 3 && lua arrays.lua y.npy l 24 3 && lua parts.lua write super.safetensors || exit 1

# learn OPTION...
learn() { "$gen" train sub.lua --train x.npy,y.npy --test x.npy,y.npy --report=json "$@" 2>log >report || fail "$*: $(cat log)"; }
number() { sed "s/.*\"$1\":\([-0-9.e]*\).*/\1/" report; }
loss() { sed 's/.*"curve":\[\([0-9.e-]*\).*/\1/' report; }

learn --epochs 20 --save learnt.safetensors
after=$(number accuracy_after)
lua parts.lua compare super.safetensors learnt.safetensors || fail "other values than the part's changed"
learn -D weights=learnt.safetensors --rate 0 --save again.safetensors
[ "$(number accuracy_before)" = "$after" ] || fail "what was put back has $(number accuracy_before), not $after"
first=$(loss)
learn -D weights=again.safetensors --rate 0
awk -v a="$first" -v b="$(loss)" 'BEGIN { exit !(a > 0 && (a - b) ^ 2 < 1e-10) }' || fail "put back twice, its loss is $(loss), not $first"

lua parts.lua write flat.safetensors flat
"$gen" train sub.lua -D weights=flat.safetensors --train x.npy,y.npy --test x.npy,y.npy --save no.safetensors -q 2>log
[ $? != 0 ] && grep -q "matrix that has no inverse" log || fail "a matrix without an inverse: $(cat log)"
[ ! -e no.safetensors ] || fail "a file was written all the same"

[ $failed = 0 ] && echo "parts: ok"
exit $failed
