#!/bin/sh
# SPDX-License-Identifier: MIT
# ./demo.sh: a network that knows printed letters learns chalk symbols, in the memory of a microcontroller.
#
# Installs what is missing (Debian, Ubuntu: as root or with sudo), builds the generator, generates the
# demo network's C for several ways to learn, compiles it with -Werror and trains it here.  No
# downloads besides the packages; pictures are drawn by demo/draw.c.
#
#   CC=clang ./demo.sh        another compiler          NO_COLOR=1 ./demo.sh     no colours
#   TINYTL_BUILD=DIR          where to build (build)
set -eu
cd "$(dirname "$0")"
build=${TINYTL_BUILD:-build}
out=$build/demo
pictures=10000
start=$(date +%s)

bold='' faint='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$(printf '\033[1m') faint=$(printf '\033[2m') plain=$(printf '\033[0m')
fi
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
*[Uu][Tt][Ff]*8*) block='█' ;;
*) block='#' && export DEMO_PLAIN=1 ;;
esac

heading() { printf '\n%s%s%s\n\n' "$bold" "$1" "$plain"; }

tools/setup.sh build
mkdir -p "$out"

# ---- the generator ----

heading "1  Building the generator (C11 and Lua)"
rm -f "$out/failed"
{
    { cmake -S . -B "$build" -DTINYTL_TESTS=OFF && cmake --build "$build" -j 2 --target tinytl-gen; } 2>&1 || touch "$out/failed"
} | tee "$out/build.log" | while IFS= read -r line; do
    percent=$(expr "x$line" : 'x\[ *\([0-9]*\)%\]') || continue
    if [ -t 1 ]; then printf '\r  %3d %%' "$percent"; fi
done
if [ -e "$out/failed" ]; then
    tail -n 25 "$out/build.log" >&2
    exit 1
fi
if [ -t 1 ]; then printf '\r'; fi
echo "  $build/tinytl-gen, after $(($(date +%s) - start)) s"
gen=$build/tinytl-gen

# ---- the pictures ----

cc=${CC:-cc}
$cc -std=gnu99 -O2 -Igenerator -o "$out/show" demo/show.c demo/draw.c generator/base/screen.c -lm
heading "2  What the network knows: printed letters and digits"
"$out/show" printed
heading "   What it is to learn: ten symbols in chalk, seen by a dim and dusty camera"
"$out/show" chalk

# ---- generate and compile, for each way to learn ----

heading "3  demo/demo.lua -> C: lite residuals and biases learn, in $(sed -n 's/.*option("ram", \([0-9]*\)).*/\1/p' demo/demo.lua) KiB of RAM"
. demo/prepare.sh
"$gen" plan demo/demo.lua --smallest | sed '/^  layer /,$d' | sed '1,2d'
prepare lite+bias &
one=$!
prepare full --ram 4M & # more than its budget: for comparison
other=$!
wait $one
wait $other
prepare bias &
one=$!
prepare last
wait $one
prepare lite+bias+adam --ram 160K
echo "  ${faint}$(wc -l <"$out/lite+bias/demo.c") lines of C, compiled without a warning: $out/lite+bias/demo.c"
echo "  the whole report: $gen plan demo/demo.lua --smallest${plain}"
echo
echo "  Everything learning, in the same budget:"
code=0
"$gen" plan demo/demo.lua -D scheme=full 2>&1 >/dev/null |
    sed -n '/At the peak/q; /error:/,/^ *[0-9]* |/{ s/.*error: */    /; / |/!p; }' || true
"$gen" plan -q demo/demo.lua -D scheme=full >/dev/null 2>&1 || code=$?
echo "  exit code $code. It was generated with a larger budget, for comparison only."

# ---- learn ----

heading "4  Learning from $pictures pictures, each seen once (the emitted C, running here)"

# learn SCHEME TITLE
learn() {
    result=$("$out/$1/learn" chalk $pictures "$(rate "$1")" "$2")
    # shellcheck disable=SC2086 # three numbers
    set -- "$1" "$2" $result
    before=$3
    printf '  %-24s %5s %%   %4s us a picture\n' "$2" "$4" "$5"
    printf '%s|%s|%s|%s\n' "$2" "$4" "$(number values "$out/$1/report.json")" \
        "$(number total "$out/$1/report.json")" >>"$out/rows"
}

: >"$out/rows"
learn last "the last layer"
learn bias "the biases"
learn lite+bias "lite residuals + biases"
learn lite+bias+adam "the same, with Adam"
learn full "everything"

# ---- the table ----

heading "5  Which way to learn pays"
printf '  %-24s %9s %10s %11s\n' "what learns" accuracy values "RAM"
printf '  %-24s %7s %%\n' "nothing yet" "$before"
while IFS='|' read -r title accuracy values ram; do
    bar=$(awk -v n="$ram" -v b="$block" 'BEGIN { for (i = 0; i < n / 16384; i++) printf "%s", b }')
    printf '  %-24s %7s %% %10s %7s KiB  %s\n' "$title" "$accuracy" "$values" \
        "$(awk -v n="$ram" 'BEGIN { printf "%.1f", n / 1024 }')" "$bar"
done <"$out/rows"
echo
echo "  ${faint}RAM: what learns, working memory and stack, of the smallest plan:$plain"
echo "  ${faint}$out/*/report.json$plain"
echo "  ${faint}Accuracy: on 1000 pictures that were not learnt from. $(($(date +%s) - start)) s in all.$plain"
