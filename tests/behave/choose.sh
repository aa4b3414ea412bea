#!/bin/bash
# SPDX-License-Identifier: MIT
# choose.sh TINYTL_GEN: the search of `choose`.  Most of it with an engine that trains nothing: a run's accuracy is a number made
# of its command, so that the search has to be the same however the runs are made, lost and made again.
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
PATH=$here/../quick:$PATH
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
failed=0
fail() { failed=1 && echo "FAIL $*"; }
cp "$here/choose.lua" .
for i in 0 1 2; do # classes that nothing learns from
    mkdir -p "data/$i"
    "${LUA:-lua5.4}" "$here/arrays.lua" "data/$i/1.ppm" picture 8 $((80 * i)) || exit 1
done

# engine FILE: every command in it, as the file says; "lossy" forgets some the first time, "killer" half of all, again and
# again, "cruel" all of them four times, "mortal" ends who called it after some.
cat >engine <<'END'
#!/bin/bash
kind=$1 file=$2 n=0
while IFS= read -r line; do
    n=$((n + 1))
    result=$(sed -n "s/.* && mv '[^']*' '\([^']*\)'$/\1/p" <<<"$line")
    if [ "$kind" = lossy ] && [ $((n % 2)) = 1 ] && [ ! -e "$result.lost" ]; then
        touch "$result.lost" && continue
    fi
    [ "$kind" != mortal ] || [ ! -e second ] || { kill -9 "$PPID" && exit; }
    said=$(sed "s/.* train '[^']*plan-\([0-9a-f]*\).lua'.* --rate \([^ ]*\) --epochs \([0-9]*\) --seed \([0-9]*\).*/\1 \2 \3 \4/" <<<"$line")
    attempt=$(grep -o "part[0-9]*" <<<"$line" | head -1)
    [ "$kind" != cruel ] || [ "${attempt#part}" -gt 4 ] || continue
    [ "$kind" != killer ] || [ $((0x$(echo "$said $attempt" | md5sum | cut -c1-4) % 2)) = 0 ] || continue
    cksum <<<"$said" | awk '{ printf "{\"validation\":{\"mean\":%.4f}}\n", 0.8 + $1 % 1000 / 10000 }' >"$result"
done <"$file"
[ "$kind" != mortal ] || touch second
END
chmod +x engine

# search NAME OPTIONS...: the report without the time that it took
search() {
    local name=$1
    shift
    "$gen" choose choose.lua --train data --ram 12K --runs 32 -o "$name.lua" --state "$PWD/state" --report=json:"$name.json" "$@" \
        >"$name.out" 2>&1 || return
    grep -v '"seconds"' "$name.json"
}

expected=$(search plain --runner './engine whole') || fail "no answer: $(cat plain.out)"
[ "$(ls state/run-*.json | wc -l)" -le 32 ] || fail "more runs than were allowed"
[ "$(search again --runner false)" = "$expected" ] || fail "what is there is not taken as it is"
rm -rf state
[ "$(search lossy --runner './engine lossy')" = "$expected" ] || fail "with runs that are lost the answer is another"
rm -rf state
[ "$(search killer --runner './engine killer')" = "$expected" ] || fail "half of the workers die: $(cat killer.out)"
rm -rf state
[ "$(search cruel --runner './engine cruel')" = "$expected" ] || fail "all that was begun first is lost four times: $(cat cruel.out)"
file=$(ls state/run-*.json | head -1) && : >"$file" # as a machine that went down may leave it
[ "$(search again --runner './engine whole')" = "$expected" ] || fail "with an empty result the answer is another"
rm -rf state
search mortal --runner './engine mortal' >/dev/null && fail "it was not interrupted"
[ "$(search resumed --runner './engine whole')" = "$expected" ] || fail "where it goes on the answer is another"

# Runs as they are started: a program that trains nothing has the name of this one.
cat >fake <<'END'
#!/bin/bash
[ ! -e mortal ] || [ $((RANDOM % 2)) = 0 ] || kill -9 $$
[ ! -e broken ] || { echo "it is broken" >&2 && exit 1; }
said=$(sed "s/.*plan-\([0-9a-f]*\).lua.* --rate \([^ ]*\) --epochs \([0-9]*\) --seed \([0-9]*\).*/\1 \2 \3 \4/" <<<"$*")
cksum <<<"$said" | awk '{ printf "{\"validation\":{\"mean\":%.4f}}\n", 0.8 + $1 % 1000 / 10000 }'
END
chmod +x fake
cat >tiny.lua <<'END'
name "tiny"
input { h = 2, w = 2, c = 1, type = "uint8", scale = 1/255 }
conv { "a", out = 2, k = 1, act = "relu" }
conv { "b", out = 2, k = 1, act = "relu" }
dense { "c", out = 3 }
train { update = "*", optimizer = sgd { rate = 0.05 } }
END
"${LUA:-lua5.4}" "$here/arrays.lua" tiny-x.npy u1 12x2x2x1 3 && "${LUA:-lua5.4}" "$here/arrays.lua" tiny-y.npy l 12 3
# tiny NAME OPTIONS...: as search
tiny() {
    local name=$1
    shift
    rm -rf state
    (exec -a "$PWD/fake" "$gen" choose tiny.lua --train tiny-x.npy,tiny-y.npy --ram 12K --runs 16 -o "$name.lua" --state "$PWD/state" \
        --report=json:"$name.json" "$@") >"$name.out" 2>&1 || return
    grep -v '"seconds"' "$name.json" && cat "$name.lua"
}
two=$(tiny two --jobs 2) || fail "two at once: $(cat two.out)"
touch mortal
[ "$(tiny killed --jobs 2)" = "$two" ] || fail "runs that are killed here: $(cat killed.out)"
rm mortal && touch broken
tiny broken --jobs 2 >/dev/null && fail "no run works, and yet there is an answer"
grep -q "it is broken" broken.out || fail "what a run said is lost: $(cat broken.out)"
rm broken
if parallel --version 2>/dev/null | grep -q "GNU parallel"; then
    [ "$(tiny parallel --runner 'parallel -j 2 -a')" = "$two" ] || fail "GNU parallel: $(cat parallel.out)"
    touch mortal
    [ "$(tiny mortal --runner 'parallel -j 2 -a')" = "$two" ] || fail "GNU parallel, workers die: $(cat mortal.out)"
    rm mortal
fi

# What was chosen is a spec, in the RAM that was told, within the budget.
wanted=$(awk -F'[:,]' '/"chosen":[ \t]*[0-9]/ { at = $2 + 0 } /"ram":/ { ram[n++] = $2 + 0 } END { print ram[at] }' plain.json)
got=$("$gen" plan plain.lua --report=json | awk -F'[:,]' '/"total":/ { print $2 + 0 }')
[ "$got" = "$wanted" ] && [ "$got" -le 12288 ] || fail "plan says $got bytes, choose $wanted"
head -1 plain.lua | grep -q '^-- Chosen by tinytl-gen' || fail "its first line does not say what it is"
grep -q '; as bfloat16"' plain.json || fail "values of two bytes were not tried"
echo "-- mine" >mine.lua
search mine --runner './engine whole' >/dev/null && fail "a file of the user's is written over"

# Data that cannot be read: said before anything runs.
"$gen" choose choose.lua --train nowhere --ram 12K --runs 8 -o no.lua --jobs 2 >no.out 2>&1
code=$?
[ $code = 1 ] && grep -q nowhere no.out && ! ls no.state/run-* >/dev/null 2>&1 || fail "no data: exit code $code, $(cat no.out)"
# A run that gives nothing is tried three times, and its words are told.
"$gen" choose choose.lua --train data --ram 12K --runs 8 -o no.lua --jobs 2 --cc nowhere-cc >no.out 2>&1
code=$?
[ $code = 5 ] && grep -q nowhere-cc no.out || fail "no compiler: exit code $code, $(cat no.out)"
"$gen" choose choose.lua --train data --ram 1K -o no.lua --runner './engine whole' >no.out 2>&1
code=$?
[ $code = 3 ] || fail "nothing fits: exit code $code, $(cat no.out)"

# Runs that do not reach whole plans: said, and what was measured is there for the next call.
"$gen" choose choose.lua --train data --ram 12K --runs 4 -o no.lua --state "$PWD/few" --runner './engine whole' >no.out 2>&1
code=$?
[ $code = 2 ] && grep -q -- "--runs" no.out || fail "four runs: exit code $code, $(cat no.out)"

# --floats: what is run is a network of floats, what leads then one of integers, as the spec says.
"${LUA:-lua5.4}" "$here/../firmware/weights.lua" small.safetensors
"$gen" choose "$here/../firmware/small.lua" -D weights="$PWD/small.safetensors" --train data --ram 64K --runs 16 --floats -o floats.lua \
    --state "$PWD/floats" --runner './engine whole' >floats.out 2>&1 || fail "--floats: $(cat floats.out)"
grep -ho "plan-[0-9a-f]*.lua" floats/commands-* | sort -u >runs
(cd floats && grep -l float32 $(cat ../runs) >../in_floats; grep -L float32 $(cat ../runs) >../in_integers)
[ -s in_floats ] && [ -s in_integers ] && [ "$(wc -l <in_integers)" -lt "$(wc -l <in_floats)" ] ||
    fail "--floats: $(wc -l <in_floats) plans were run in floats, $(wc -l <in_integers) in integers"

# Sub-networks of a super-network: features rank them, the best and those of which the most learns go on.
"${LUA:-lua5.4}" "$here/parts.lua" write super.safetensors
"${LUA:-lua5.4}" "$here/arrays.lua" x.npy u1 12x4x4x2 3 && "${LUA:-lua5.4}" "$here/arrays.lua" y.npy l 12 3
cat >super.lua <<'END'
name "sub"
weights "super.safetensors"
input { h = 4, w = 4, c = 2, type = "uint8", scale = 1/128, zero_point = 128 }
conv { "a", out = choice("width", { 4, 5, 6 }), k = 3, s = 2, act = "relu", of = { out = 6, k = 5 } }
dwconv { "c", k = choice("window", { 3, 5, 7 }), act = "relu", of = { k = 7 } }
conv { "b", out = 4, k = 1, act = "relu", of = {} }
global_pool {}
dense { "e", out = 3, init = "random" }
train { update = "*.bias", optimizer = sgd { rate = 0.02 } }
END
# Too few runs: how many it takes is said, and so many are enough.
"$gen" choose super.lua --train x.npy,y.npy --ram 16K --runs 4 -o few.lua --state "$PWD/few.super" --runner './engine whole' >few.out 2>&1
code=$?
least=$(sed -n 's/.*--runs \([0-9]*\) or more.*/\1/p' few.out)
[ $code = 2 ] && [ -n "$least" ] && [ ! -e few.lua ] || fail "four runs for a super-network: exit code $code, $(cat few.out)"
"$gen" choose super.lua --train x.npy,y.npy --ram 16K --runs "$least" -o few.lua --state "$PWD/few.super" --runner './engine whole' >few.out 2>&1 ||
    fail "$least runs, as was said: exit code $?, $(cat few.out)"
"$gen" choose super.lua --train x.npy,y.npy --ram 16K --runs 40 -o super.chosen.lua --state "$PWD/super" --runner './engine whole' >super.out 2>&1 ||
    fail "a super-network: $(cat super.out)"
ranked=$(cat super/commands-* | grep -c -- --nearest-mean)
[ "$ranked" = 9 ] || fail "$ranked of 9 sub-networks were ranked by their features"
cat super/commands-* | grep -- '--epochs 3' | grep -c -- --validate >short
[ "$(cat short)" -ge 6 ] || fail "$(cat short) of 6 sub-networks had a short run"
grep -q '^set("w' super.chosen.lua || fail "it does not say which sub-network: $(cat super.chosen.lua)"
exit $failed
