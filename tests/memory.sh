#!/bin/sh
# SPDX-License-Identifier: MIT
# The generator's own memory grows in proportion to the network: each case has a limit on the address space, well
# above what it takes and well below what it took when something was kept that need not be.
#
#     tests/memory.sh build/tinytl-gen
set -eu
gen=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

if ! (ulimit -v 40000 && "$gen" --version) >/dev/null 2>&1; then
    echo "skipped: the program needs more than that to start (sanitizers?)"
    exit 77
fi

# within KIB what arguments...
within() {
    limit=$1 what=$2
    shift 2
    if (ulimit -v "$limit" && "$gen" "$@") >/dev/null 2>"$work/errors"; then
        echo "ok: $what within $limit KiB"
    else
        echo "NOT OK: $what does not do with $limit KiB: $(head -1 "$work/errors")"
        bad=1
    fi
}

# A million random weights are 13 MB of C, and are never held as text.
cat >"$work/wide.lua" <<'END'
name "wide"
input { h = 1, w = 1, c = 1024 }
dense { "hidden", out = 1024, act = "relu" }
dense { "classifier", out = 10 }
train { update = { "classifier.*" }, optimizer = sgd { rate = 0.01 } }
END
within 40000 "weights as text" "$work/wide.lua" -o "$work" -q
within 40000 "the same, into the same file" "$work/wide.lua" -o "$work" -q
within 40000 "weights as a file" "$work/wide.lua" -o "$work" -q --weights bin

# Labels, dry runs and pairs of neighbours of a deep network.
deep=$(dirname "$0")/deep/chain.lua
within 110000 "the fastest plan of 80 blocks" plan "$deep" -D blocks=80 --fastest -q
within 170000 "the smallest plan of 80 blocks" plan "$deep" -D blocks=80 --smallest -q
exit $bad
