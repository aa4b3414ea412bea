#!/bin/sh
# SPDX-License-Identifier: MIT
# examples.sh TINYTL_GEN: each program of examples/ compiles without a warning against the network that its head names,
# here and for a Cortex-M4 where that compiler is, and does here what it says.
set -eu
gen=$1
here=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
warnings="-Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Wvla -pedantic -Werror"
fail() { echo "FAIL $*" && exit 1; }

# The commands in a program's head: tinytl-gen SPEC [options] -o .
build() { # program
    mkdir "$dir/$1"
    command=$(sed -n 's/^ \* *tinytl-gen \(.*\) -o \.$/\1/p' "$here/examples/$1.c")
    [ -n "$command" ] || fail "$1: its head names no network"
    (cd "$here" && "$gen" $command -q -o "$dir/$1") || fail "$1: $command"
    sources="$here/examples/$1.c $(echo "$dir/$1"/*.c)"
    # shellcheck disable=SC2086 # lists of options and files
    ${CC:-cc} -std=c99 -O2 $warnings -I"$dir/$1" -o "$dir/$1/run" $sources "$here/examples/board_host.c" -lm
    if command -v arm-none-eabi-gcc >/dev/null; then
        arm-none-eabi-gcc -std=c99 -Os -mcpu=cortex-m4 -mthumb $warnings -I"$dir/$1" -c -o "$dir/$1/m4.o" "$here/examples/$1.c"
    fi
    cd "$dir/$1"
}

# At least 85 of 100: chance has one of three, and a window may hold the end of one doing and the beginning of the next.
good() { echo "$1" | awk '$1 == "right" && $4 > 0 && $2 >= 0.85 * $4 {ok = 1} END {exit !ok}'; }

build learn_and_keep
said=$(./run)
good "$said" || fail "learn_and_keep: $said"
[ -s flash.bin ] || fail "learn_and_keep keeps nothing"

# Somebody presses the wrong button in the end: who keeps the best is none the worse, who does not is.
said=$(BOARD_LIES=1 ./run)
good "$said" && fail "learn_and_keep does not mind lies: $said"
build keep_the_best
said=$(./run)
good "$said" || fail "keep_the_best: $said"
rm flash.bin
said=$(BOARD_LIES=1 ./run)
good "$said" || fail "keep_the_best, lies: $said"

build collect
said=$(./run)
good "$said" || fail "collect: $said"

build watch
said=$(./run)
good "$said" || fail "watch: $said"

build serial
for i in 1 2 3 4 5 6; do echo hear && echo "learn 7"; done >lines
printf 'ask\nlearn 99\nrate -1\nforget\nnonsense\n' >>lines
./run <lines >answers
tail -5 answers | head -1 | grep -q '^7 ' || fail "serial: learns nothing: $(tail -5 answers)"
[ "$(tail -4 answers | grep -c '^error')" = 3 ] || fail "serial: $(tail -4 answers)"
echo "learn_and_keep, keep_the_best, collect, watch and serial do what they say"
