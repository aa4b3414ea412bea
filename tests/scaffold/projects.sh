#!/bin/sh
# SPDX-License-Identifier: MIT
# projects.sh TINYTL_GEN BUILD_DIR: tinytl-gen new: what it writes builds without a warning, fits, and learns; it asks only
# on a terminal and replaces nothing.
set -eu
gen=$(realpath "$1")
build=$(realpath "$2")
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$root/tests/quick:$PATH
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
failed=0
fail() { failed=1 && echo "FAIL $*"; }
warnings="-Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Wvla -pedantic -Werror"

learns() { # folder, name, options of gen...
    (
        cd "$1"
        name=$2
        shift 2
        "$gen" "$name.lua" -q "$@" &&
            cc -std=c99 -O1 $warnings main.c "$name.c" -lm -o run && ./run
    ) || fail "$1"
}
try() { # folder, name, options...
    folder=$1 name=$2
    shift 2
    "$gen" new "$folder" -q "$@" </dev/null && learns "$folder" "$name" || fail "new $folder $*"
}
try signs signs --input 96x96x1 --classes 3 --ram 128K
try motion motion --input 128x3 --classes 4 --ram 32K
try my-net my_net --input 1x64x2 --classes 2 --ram 16K
try values values --input 16 --classes 3 --ram 8K
try colours colours --input 32x48x3 --classes 10 --ram 96K
[ "$(ls signs)" = "CMakeLists.txt
main.c
run
signs.c
signs.h
signs.lua" ] || fail "signs: $(ls signs)"

# The build that it writes, with a package that was not installed.
cmake -S motion -B motion/build -DTinyTLGen_DIR="$build" >log 2>&1 && cmake --build motion/build >log 2>&1 && motion/build/firmware ||
    { fail "CMakeLists.txt" && cat log; }

# On a terminal it asks.
printf '32x3\n4\n4\n' | script -qec "$gen new asked -q" /dev/null >said
[ "$(grep -o '?' said | wc -l)" = 3 ] && grep -q 'h = 32, w = 1, c = 3' asked/asked.lua && grep -q 'ram = 4 \* KiB' asked/asked.lua && learns asked asked ||
    { fail "questions" && cat said; }

# From a model.
"$gen" new detector "$root/tests/fuzz/corpus/onnx/residual.onnx" -q --ram 1M >log 2>&1 && learns detector detector || { fail "a model" && cat log; }

# Mistakes, and files that are there.
refused() { # exit code, words...
    code=0 wanted=$1
    shift
    "$gen" new "$@" </dev/null >log 2>&1 || code=$?
    [ $code = "$wanted" ] && [ -s log ] || { fail "new $*: exit code $code" && cat log; }
}
refused 5 signs
refused 2 stdio
refused 2 2fast
refused 2 x --input 3x4x5x6
refused 2 x --input 0x3
refused 2 x --classes 1
refused 2
refused 3 x --ram 512
refused 1 x nothing.onnx
[ ! -e x/x.lua ] || fail "something is left of what was refused"
exit $failed
