#!/bin/sh
# SPDX-License-Identifier: MIT
# paper.sh BUILD: TinyTL's own accounting of ProxylessNAS-Mobile (224x224, batch 8, 196 classes) must come to
# the paper's figures, in MB, which its authors' script gives for a network with the lite modules in place.
build=${1:-build}
root=$(cd "$(dirname "$0")/../.." && pwd)
failures=0

check() { # scheme, MB
    total=$("$build/tinytl-gen" plan "$root/specs/proxylessnas-mobile.lua" -D paper=true -D batch=8 \
        -D classes=196 -D scheme="$1" --paper-accounting | awk '$1 == "total" { print $2 }')
    if awk -v a="$total" -v b="$2" 'BEGIN { exit !(a >= 0.99 * b && a <= 1.01 * b) }'; then
        echo "ok    $1: $total MB"
    else
        echo "WRONG $1: $total MB, not $2"
        failures=$((failures + 1))
    fi
}

check last      31.3
check bias      32.2
check lite      37.6
check lite+bias 37.6
check norm+last 192.9
check full      391.3
exit $((failures > 0))
