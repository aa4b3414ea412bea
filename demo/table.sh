#!/bin/sh
# SPDX-License-Identifier: MIT
# demo/table.sh [--check]: the README's table, means over three seeds with their spread (two minutes).
#
# Each seed draws other pictures, to learn from and to test with.  --check compares the first seed with what the README says:
# values and RAM must be the same, an accuracy may differ from the mean by three standard errors of such a difference.  Needs
# the generator in build/ (TINYTL_BUILD).
set -eu
cd "$(dirname "$0")/.."
cc=${CC:-cc} gen=${TINYTL_BUILD:-build}/tinytl-gen
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
. demo/prepare.sh
seeds="1 2 3" pictures=10000

row() { # NAME TITLE [OPTION...], see prepare
    name=$1 title=$2
    shift 2
    prepare "$name" "$@"
    for seed in $seeds; do
        "$out/$name/learn" chalk $pictures "$(rate "$name")" "$title" "$seed" >>"$out/$name/results" &
    done
    wait
    awk -v title="$title" -v values="$(number values "$out/$name/report.json")" \
        -v ram="$(number total "$out/$name/report.json")" '
        function spread(sum, squares) { return NR > 1 ? sqrt((squares - sum * sum / NR) / (NR - 1)) : 0 }
        { b += $1; bb += $1 * $1; a += $2; aa += $2 * $2 }
        END {
            if (title ~ /last/)
                printf "  %-24s  %4.1f +- %3.1f %%\n", "nothing yet", b / NR, spread(b, bb)
            printf "  %-24s  %4.1f +- %3.1f %% %8d %8.1f KiB\n", title, a / NR, spread(a, aa), values, ram / 1024
        }' "$out/$name/results"
}

table() {
    echo "  what learns                   accuracy   values          RAM"
    row last "the last layer"
    row bias "the biases"
    row lite+bias "lite residuals + biases"
    row lite+bias+adam "the same, with Adam" --ram 160K
    row full "everything" --ram 4M
    row full+adam "the same, with Adam" --ram 4M
}

[ "${1:-}" = --check ] || { table && exit; }
seeds=1
table >"$out/table"
sed -n '/^  what learns .*accuracy/,/^```/p' README.md | sed '/^```/d' >"$out/readme"
paste -d '|' "$out/table" "$out/readme" | awk -F '|' '
    NR == 1 { differs = $1 != $2; next }
    {
        n = split($1, made, /  +| \+- | % */) split($2, said, /  +| \+- | % */)
        error = made[3] - said[3]; error = error < 0 ? -error : error
        gone = 3 * sqrt(4 / 3) * said[4] + 1
        if (made[2] != said[2] || made[5] != said[5] || made[6] != said[6] || error > gone)
            differs = 1
    }
    END { exit differs }' || { echo "README.md has another table than this, of demo/table.sh:" && cat "$out/table" && exit 1; }
