# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# For demo.sh and demo/table.sh, which set: gen, out (a folder), cc.
warnings="-std=c99 -Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Wvla -pedantic -Werror"
native=
if echo | $cc -march=native -E - >/dev/null 2>&1; then native=-march=native; fi

# prepare NAME [OPTION...]: demo.c, demo.h, the report and the program `learn`, in a folder of that name; NAME is a scheme, or a
# scheme and "+adam".
# --smallest: of all plans the one with the least memory, so that the ways to learn compare.
prepare() {
    scheme=${1%+adam} dir=$out/$1
    if [ "$scheme" != "$1" ]; then
        shift
        set -- -D optimizer=adam "$@"
    else
        shift
    fi
    mkdir -p "$dir"
    "$gen" demo/demo.lua -D scheme="$scheme" -o "$dir" --smallest --report=json:"$dir/report.json" "$@"
    # shellcheck disable=SC2086 # lists of words
    $cc $warnings -O2 $native -c -o "$dir/demo.o" "$dir/demo.c"
    $cc -std=gnu99 -O2 -I"$dir" -Idemo -Igenerator -o "$dir/learn" demo/learn.c demo/draw.c generator/base/screen.c \
        "$dir/demo.o" -lm
}

# number KEY REPORT: a number of a JSON report.
number() { sed -n "s/^[[:space:]]*\"$1\":[[:space:]]*\([0-9]*\),*\$/\1/p" "$2" | head -n 1; }

# rate NAME: its best of a few.
rate() {
    case $1 in
    full+adam) echo 0.001 ;;
    *+adam) echo 0.002 ;;
    full) echo 0.02 ;;
    *) echo 0.05 ;;
    esac
}
