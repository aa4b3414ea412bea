#!/bin/sh
# SPDX-License-Identifier: MIT
# What the planner reaches: for every spec and scheme the scratch of the smallest plan, the fastest and one
# with a budget between, their bounds and the gap that is not proven away.
#
#     tests/plans.sh build/tinytl-gen            the table, and whether every figure holds
#     tests/plans.sh build/tinytl-gen NAME...    only these specs; "deep": networks that are hard to pack
#
# Buffers held whole must end at their bound; with maps that overlap diagonally 4 % above is the limit (6 in a chain of 20
# blocks, 7 in proxylessnas-mobile, whose bounds are a sixth lower than when it was 4); a budget that the smallest plan meets
# must be met.  Under a budget the plan with the least memory is taken, though others pack closer to their larger bounds: 9 %
# there.
set -eu
gen=$1
shift
[ $# -gt 0 ] || set -- deep autoencoder ds-cnn mbv2-w0.35 mcunet-5fps mobilenet-v1-0.25 motion-1d proxyless-w0.3 \
    proxylessnas-mobile resnet-8
specs=$(dirname "$0")/../specs
deep=$(dirname "$0")/deep
bad=0

# plan_of OPTIONS...: scratch, bound and what is proven, from the report
plan_of() {
    "$gen" plan "$@" --report=json 2>/dev/null | awk -F: '
        { gsub(/[ ",\t]/, "") }
        $1 == "scratch_train" || $1 == "lower_bound" || $1 == "proven" { v[$1] = $2 }
        END { print v["scratch_train"], v["lower_bound"], v["proven"] }'
}

row() { # name scheme goal limit options...
    name=$1 scheme=$2 goal=$3 limit=$4
    shift 4
    # shellcheck disable=SC2046
    set -- $(plan_of "$@") "$limit"
    verdict=$(awk -v a="$1" -v p="$3" -v l="$4" 'BEGIN { print ((a - p) * 100 > l * p ? "ABOVE" : "ok") }')
    [ "$verdict" = ok ] || bad=1
    printf '%-20s %-10s %-9s %9d %9d %9d %6.2f %% %s\n' "$name" "$scheme" "$goal" "$1" "$2" "$3" \
        "$(awk -v a="$1" -v p="$3" 'BEGIN { print (a - p) * 100 / p }')" "$verdict"
    last=$1
}

printf '%-20s %-10s %-9s %9s %9s %9s %8s\n' spec scheme goal scratch bound proven gap
for name in "$@"; do
    if [ "$name" = deep ]; then # maps that overlap diagonally, beside many that are held; thousands of blocks
        row resnet50 bias smallest 2 "$deep/resnet50.lua" --smallest
        [ "$last" -le 2757000 ] || bad=1
        row chain-10 lite+bias smallest 15 "$deep/chain.lua" -D blocks=10 --smallest
        row chain-20 lite+bias smallest 6 "$deep/chain.lua" -D blocks=20 --smallest
        [ "$last" -le 800000 ] || bad=1
        row chain-80 lite+bias fastest 0 "$deep/chain.lua" -D blocks=80 --fastest
        continue
    fi
    spec=$specs/$name.lua
    schemes="last bias lite lite+bias full" above=4
    [ "$name" != proxylessnas-mobile ] || above=7
    grep -q 'zoo.begin' "$spec" || schemes=own
    for scheme in $schemes; do
        option=
        [ "$scheme" = own ] || option="-D scheme=$scheme"
        # shellcheck disable=SC2086
        {
            row "$name" "$scheme" fastest 0 "$spec" $option --fastest
            fastest=$last
            row "$name" "$scheme" smallest "$above" "$spec" $option --smallest
            smallest=$last
            row "$name" "$scheme" budget 9 "$spec" $option --scratch $(((smallest + fastest) / 2))
        }
    done
done
exit $bad
