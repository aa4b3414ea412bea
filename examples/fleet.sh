#!/bin/sh
# SPDX-License-Identifier: 0BSD
# fleet.sh DEVICES JUDGES FOLDER SPEC [option of train...]: many devices learn, each from what is its own; what they learnt is averaged,
# and they go on from there, again and again (federated averaging; McMahan et al., AISTATS 2017).
#
#     DEVICES   a file: a line for each device, its data: a folder with a sub-folder a class, or samples.npy,labels.npy
#     JUDGES    data of others, which nobody learns from
#     FOLDER    is made; round.R.bin is the average after round R, round.R/N.bin what device N made of the one before
#
#     ROUNDS=5  EPOCHS=10 JOBS=N     rounds; passes of a device over its data in a round; runs at a time
#     ALONE=1                        learn also alone, each device as long as all rounds are: what would it have without the others?
#     TOGETHER=1                     learn also from all data in one place: DEVICES holds folders
#     RUNNER=CMD                     CMD FILE does the command lines in FILE, for example RUNNER='parallel --sshlogin 8/one,8/two --workdir . -a';
#                                    without it GNU parallel where it is installed, else xargs
#     TINYTL_GEN=tinytl-gen          the program
#
# Every run has the same spec, options, weights and seed: a save of another base is refused, and where weights are random the seed
# makes them.
set -eu
[ $# -ge 4 ] || { echo "usage: fleet.sh DEVICES JUDGES FOLDER SPEC [option of train...]" >&2 && exit 2; }
devices=$1 judges=$2 out=$3 spec=$4
shift 4
gen=${TINYTL_GEN:-tinytl-gen} rounds=${ROUNDS:-5} epochs=${EPOCHS:-10} jobs=${JOBS:-$(nproc 2>/dev/null || echo 2)}
mkdir -p "$out/cache"
count=$(grep -c . "$devices")
first=$(head -n 1 "$devices")

# A word for the shell.
quoted() { printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")"; }

# The beginning of every run; programs are compiled once, for all machines of a level.
train="$(quoted "$gen") train $(quoted "$spec") --cache $(quoted "$out/cache")"
[ "$(uname -m)" != x86_64 ] || train="$train --level ${LEVEL:-x86-64-v3}"
for option; do train="$train $(quoted "$option")"; done

# all FILE: does the command lines in it, several at a time.
all() {
    if [ -n "${RUNNER:-}" ]; then
        sh -c "$RUNNER $(quoted "$1")"
    elif parallel --version 2>/dev/null </dev/null | grep -q '^GNU'; then
        SHELL=/bin/sh parallel -j "$jobs" -a "$1"
    else
        tr '\n' '\0' <"$1" | xargs -0 -P "$jobs" -n 1 sh -c
    fi
}

# run LOG OPTION...: a command line; what it says goes to LOG, and is shown if it fails.
run() {
    log=$(quoted "$1")
    shift
    echo "$train $* >$log 2>&1 || { cat $log >&2; exit 1; }"
}

# learn FOLDER EPOCHS [FROM]: command lines with which every device learns.
learn() {
    mkdir -p "$1"
    n=0
    while read -r data; do
        n=$((n + 1))
        [ -s "$1/$n.bin" ] || # of a fleet that was interrupted
            run "$1/$n.log" --train "$(quoted "$data")" --test "$(quoted "$data")" --epochs "$2" ${3:+--from "$(quoted "$3")"} \
                --save "$(quoted "$1/$n.bin")"
    done <"$devices"
}

# judge SAVE: a command line that says how right it is of the judges.  What a run begins with is what it is given.
judge() {
    run "$1.judged" --train "$(quoted "$first")" --test "$(quoted "$judges")" --epochs 1 --rate 1e-9 --from "$(quoted "$1")"
}

# The figure in the logs that are named: mean, least, most.
figure() {
    key=$1
    shift
    cat "$@" | awk -v key="$key" '$1 == key { x = 100 * $2; sum += x; n++; if (n == 1 || x < low) low = x; if (n == 1 || x > high) high = x }
        END { if (n > 1) printf "%.1f %% (%.1f to %.1f)\n", sum / n, low, high; else printf "%.1f %%\n", sum }'
}

from=
round=1
while [ "$round" -le "$rounds" ]; do
    learn "$out/round.$round" "$epochs" "$from" >"$out/lines"
    all "$out/lines"
    from=$out/round.$round.bin
    "$gen" saved "$out/round.$round"/*.bin --average -q --force -o "$from"
    judge "$from" >"$out/lines"
    all "$out/lines"
    echo "averaged after round $round: $(figure accuracy_before "$from.judged")"
    round=$((round + 1))
done

if [ -n "${ALONE:-}" ]; then
    learn "$out/alone" $((rounds * epochs)) >"$out/lines"
    all "$out/lines"
    for n in $(seq "$count"); do judge "$out/alone/$n.bin"; done >"$out/lines"
    all "$out/lines"
    echo "each alone: $(figure accuracy_before "$out"/alone/*.judged)"
fi

if [ -n "${TOGETHER:-}" ]; then
    while read -r data; do
        for class in "$data"/*/; do
            to=$out/together/$(basename "$class")
            mkdir -p "$to"
            for sample in "$class"*; do ln -sf "$(realpath "$sample")" "$to/$(basename "$data").$(basename "$sample")"; done
        done
    done <"$devices"
    run "$out/together.log" --train "$(quoted "$out/together")" --test "$(quoted "$judges")" --epochs $((rounds * epochs)) >"$out/lines"
    all "$out/lines"
    echo "all in one place: $(figure accuracy_after "$out/together.log")"
fi
