#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/svg.sh TINYTL_GEN: the picture of every small spec here, and of a network of the zoo, is one
# well-formed file that needs nothing else, stays small, names every buffer of the plan, and is the same
# when drawn again.
gen=$1
cd "$(dirname "$0")" || exit 1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
wrong=0 count=0

complain() {
    echo "FAIL $spec $options: $1"
    wrong=$((wrong + 1))
}

draw() { # spec, options
    spec=$1 options=$2 count=$((count + 1))
    "$gen" plan "$spec" $options --report=svg:"$out/a.svg" 2>/dev/null || return 0 # it does not fit
    "$gen" plan "$spec" $options -q --report=svg:"$out/b.svg" --dump=plan > "$out/plan"
    cmp -s "$out/a.svg" "$out/b.svg" || complain "drawn twice, it differs"
    [ "$(wc -c < "$out/a.svg")" -lt 300000 ] || complain "it is large"
    grep -q -e '<script' -e 'href' -e '@import' -e '@font' "$out/a.svg" && complain "it needs something else"
    grep -o 'http[^"]*' "$out/a.svg" | grep -v '^http://www.w3.org/2000/svg$' && complain "it has an address"
    if command -v python3 > /dev/null; then
        python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' "$out/a.svg" 2> "$out/why" ||
            complain "$(tail -1 "$out/why")"
    fi
    # With replay the picture is of what trains and predicts from what is remembered.
    sed '/^latent:/,/^predict:/d' "$out/plan" | grep -E ' (map|ring) ' | sed 's/.* //' | sort -u > "$out/names"
    sed -n 's/.*<title>//p' "$out/a.svg" | sort -u | comm -13 - "$out/names" > "$out/missing"
    [ ! -s "$out/missing" ] || complain "no shape is called $(head -1 "$out/missing")"
}

for spec in golden/*.lua oracle/*.lua; do
    draw "$spec" ""
    draw "$spec" --smallest
done
draw ../specs/mcunet-5fps.lua ""
draw ../specs/mcunet-5fps.lua --smallest
draw ../specs/proxylessnas-mobile.lua --smallest

echo "$count pictures, $wrong wrong"
[ $wrong = 0 ]
