#!/bin/bash
# SPDX-License-Identifier: MIT
# Specs drawn at random: specs.sh TINYTL_GEN SECONDS [SEED]       for so long, from SEED on; without one, from HEAD's hash
#                        specs.sh TINYTL_GEN -1 SEED              that one spec alone, its files and all that was said are kept
#                        specs.sh TINYTL_GEN kept [NAME...]       those that failed once: corpus/specs
#                        specs.sh GRADIENTS reference COUNT [SEED]  specs of floats: losses, scores and gradients are those
#                                                                 of a naive program in float64 (tests/behave/gradients.c)
# Each is generated (by a generator with sanitizers, best), compiled by gcc and clang as C and C++ with all warnings, run
# under sanitizers with dead bytes poisoned; its plans have to give the same bits. What fails is kept in fuzz-specs/SEED,
# made smaller: net.lua, weights.safetensors, log (its first line says how to see it again).
gen=$(realpath "${1:?usage: specs.sh TINYTL_GEN SECONDS [SEED]}") seconds=${2:-180} seed=$3
[ "$seconds" != reference ] || seed=$4
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../native.sh"
[ -n "$seed" ] || seed=$((16#$(git -C "$here" rev-parse --short=7 HEAD 2>/dev/null || echo 1) % 10000000 * 100))
kept=$PWD/fuzz-specs
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export UBSAN_OPTIONS=print_stacktrace=1 ASAN_OPTIONS=detect_leaks=0 LC_ALL=C
warnings="-Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Wvla -pedantic -Werror"
sanitizers="-fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all"

fails() { echo "FAIL: $*" && return 1; }

# The generator ends with 0, 1 or 3, within 20 seconds of work, and what it says is for the spec's author.
generate() { # output folder, options
    local out=$1 code
    shift
    mkdir -p "$out"
    (ulimit -t 20; exec "$gen" net.lua -q -o "$out" "$@") >said 2>&1
    code=$?
    case $code in
    0) ! grep -q 'error' said || fails "an error, and yet it ends with 0: $(cat said)" || return 1 ;;
    1) grep -Eq '^[^ :]+:([0-9]+:)* ?(error|warning)' said || fails "no place in the message: $(cat said)" || return 1
        ! grep 'error:' said | grep -qEv '^(net\.lua:[0-9]+:|net\.lua: error: the spec does not say its name|weights\.safetensors:)' || fails "a message without a line: $(cat said)" || return 1 ;;
    3) ;;
    *) fails "$gen $* ends with $code: $(cat said)" || return 1 ;;
    esac
    ! grep -qE 'traceback|template|prelude|attempt to|bad argument|\[string|runtime error|Sanitizer|Assertion|stack index|\(null\)' said ||
        fails "no message for an author: $(cat said)" || return 1
    echo $code >code
}

# The prefix and what the header shows, for specs.c.
facts() { # header
    local name
    name=$(basename "$1" .h)
    printf '%s ' "-DHEADER=\"$name.h\"" "-DPREFIX=$name" "-DPREFIX_UPPER=$(echo "$name" | tr '[:lower:]' '[:upper:]')"
    grep -q "_train(" "$1" && printf '%s ' -DTRAINS
    grep -q "const float \*target" "$1" && printf '%s ' -DTARGET
    grep -q "_input(" "$1" && printf '%s ' -DIN_SCRATCH
    grep -q "_class_new(" "$1" && printf '%s ' -DSPARE
    sed -n 's/.*Once all \([0-9]*\) rows have come:.*/-DROWS=\1/p' "$1"
    grep -q "_keep(" "$1" && printf '%s ' -DSTORE "-DERASE=$(sed -n 's/.*store.* erase = \([0-9]*\).*/\1/p' net.lua)"
    grep -q "_replay_put(" "$1" && printf '%s ' -DLATENT
    sed -n 's/.*_predict(.*const \([a-z0-9_]*\) \*input.*/-DTYPE=\1/p; s/.*_rows(.*const \([a-z0-9_]*\) \*rows.*/-DTYPE=\1/p' "$1" | head -1
}

build() { # folder of the plan, compiler and options
    local out=$1
    shift
    # shellcheck disable=SC2046,SC2086 # words
    "$@" $warnings -I"$out" $(facts "$out"/*.h) "$here/specs.c" "$out"/*.c -o "$out/program" -lm >said 2>&1 ||
        fails "$*: $(head -c 2000 said)"
}

# Warnings of the network alone, without a program.
compiles() { # folder of the plan, compiler and options
    local out=$1
    shift
    # shellcheck disable=SC2086 # words
    "$@" $warnings "$out"/*.c >said 2>&1 || fails "$*: $(head -c 2000 said)"
}

run() { # folder of the plan
    timeout 60 "$1/program" >"$1/printed" 2>said || fails "$1 ends with $?: $(tail -3 "$1/printed") $(head -c 2000 said)" || return 1
    [ ! -s said ] || fails "$1: $(head -c 2000 said)"
}

same() { # two plans
    cmp -s "$1/printed" "$2/printed" || fails "$1 and $2 do not give the same bits: $(diff "$1/printed" "$2/printed" | head -4)"
}

# All of one spec, in a folder that holds it; prints why it fails.
check() {
    local shuffle=$((1 + $1 % 1000)) code stream=""
    rm -rf fastest smallest shuffled budget
    generate fastest --fastest --poison || return 1
    code=$(cat code)
    [ "$code" = 0 ] || return 0
    # Where the image is does not show in the bits; but in what is needed.
    grep -q 'option("place"' net.lua && ! grep -q 'budget' net.lua && stream="-D place=stream"
    generate smallest --smallest --poison $stream || return 1
    [ "$(cat code)" = 0 ] || fails "the fastest plan fits, the smallest does not: $(cat said)" || return 1
    generate shuffled --shuffle $shuffle --poison $stream || return 1
    # An int8 network gives the same bits however it is compiled, one of floats for each count of lanes.
    local every="" one=-DTINYTL_PORTABLE
    grep -q '"int8"' net.lua && grep -q 'forward =' net.lua || { [ $(($1 % 2)) = 0 ] && every=-DTINYTL_PORTABLE; one=$every; }
    build fastest gcc -std=c99 -O0 $every $sanitizers && run fastest || return 1
    build smallest clang -std=c99 -O${level:-$(($1 % 2))} $every $sanitizers && run smallest || return 1
    same fastest smallest || return 1
    if ls shuffled/*.c >/dev/null 2>&1; then # within its budget
        build shuffled g++ -x c++ -std=c++17 -O${level:-1} $one && run shuffled || return 1
        same fastest shuffled || return 1
    fi
    if [ $(($1 % 3)) = 0 ]; then
        compiles fastest gcc -std=gnu11 -O2 $(native gcc) -c -o object
    else
        compiles fastest clang++ -x c++ -std=c++17 -fsyntax-only
    fi
}

# One that failed once, with the warnings that only an optimiser finds; what is run is not optimised: clang's sanitizers
# take a seventh of the time.
check_kept() {
    level=0 check 1 && { [ "$(cat code)" != 0 ] || compiles fastest gcc -std=gnu11 -O2 $(native gcc) -c -o object; }
}

# Leaves out lines as long as it fails in the same manner.
shrink() { # seed
    local kind smaller count i
    kind=$(head -c 40 log | tr '0-9' '#')
    smaller=1
    while [ $smaller = 1 ]; do
        smaller=0 count=$(wc -l <net.lua)
        for ((i = count; i > 0; i--)); do
            cp net.lua whole.lua
            sed -i "${i}d" net.lua
            if ! check "$1" >less 2>&1 && [ "$(head -c 40 less | tr '0-9' '#')" = "$kind" ]; then
                mv less log && smaller=1
            else
                mv whole.lua net.lua
            fi
        done
    done
    rm -f whole.lua less
}

one() { # seed
    rm -rf "$dir/one" && mkdir "$dir/one" && cd "$dir/one" || exit 2
    "${LUA:-lua5.4}" "$here/specs.lua" "$1" . || exit 2
    if check "$1" >log 2>&1; then return 0; fi
    echo "seed $1: $(head -c 600 log)"
    [ -n "$QUICK" ] || shrink "$1"
    mkdir -p "$kept/$1"
    sed -i "1i tests/fuzz/specs.sh TINYTL_GEN -1 $1" log
    cp net.lua log "$kept/$1"
    cp -f weights.safetensors "$kept/$1" 2>/dev/null
    return 1
}

if [ "$seconds" = -1 ]; then
    QUICK=1 one "$seed"
    code=$?
    mkdir -p "$kept" && cp -r "$dir/one/." "$kept/$seed"
    exit $code
fi
if [ "$seconds" = kept ]; then
    shift 2
    failed=0
    [ $# -gt 0 ] || set -- $(ls "$here/corpus/specs")
    for name; do
        rm -rf "$dir/one" && cp -r "$here/corpus/specs/$name" "$dir/one" && cd "$dir/one" || exit 2
        check_kept >log 2>&1 || { echo "$name: $(head -c 2000 log)" && failed=1; }
    done
    exit $failed
fi
echo "from seed $seed on"
if [ "$seconds" = reference ]; then
    failed=0
    for ((i = 0; i < $3; i++, seed++)); do
        "${LUA:-lua5.4}" "$here/specs.lua" "$seed" "$dir" float || exit 2
        "$gen" spec "$dir/net.lua" "$seed" >"$dir/log" 2>&1 && continue
        grep -q 'error:' "$dir/log" && ! grep -q 'the loss\|gradient [0-9]' "$dir/log" && continue # refused
        failed=$((failed + 1))
        echo "seed $seed: $(head -c 1000 "$dir/log")"
    done
    echo "$3 specs, $failed failed"
    [ $failed = 0 ]
    exit
fi
tried=0 failed=0 refused=0 end=$((SECONDS + seconds))
while [ $SECONDS -lt $end ]; do
    one "$seed" || failed=$((failed + 1))
    [ -d "$dir/one/fastest" ] && [ "$(cat "$dir/one/code" 2>/dev/null)" = 0 ] || refused=$((refused + 1))
    tried=$((tried + 1)) seed=$((seed + 1))
done
echo "$tried specs, $refused of them refused, $failed failed"
[ $failed = 0 ]
