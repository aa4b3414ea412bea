#!/bin/sh
# What lies between the integer layers of an int8 network is integers, in both directions: no map of floats is made
# where nothing but integers is wanted.
#
#     integers.sh TINYTL_GEN
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

complain() { echo "FAIL $*" && failed=1; }

# value KEY: of the report in $dir/report
value() { awk -F: -v key="\"$1\"" '{ gsub(/[ ,\t]/, "") } $1 == key { print $2; exit }' "$dir/report"; }

# within BYTES SPEC [options]: scratch for training
within() {
    most=$1
    shift
    "$gen" plan "$@" --report=json:"$dir/report" >/dev/null || complain "$*: no plan"
    scratch=$(value scratch_train)
    [ "$scratch" -le "$most" ] || complain "$*: $scratch bytes of scratch, not $most"
    echo "ok $*: $scratch"
}

# ---- a max pool early in the network: 75264 bytes when its gradient was of floats ----

"${LUA:-lua5.4}" "$here/max_pool_int8_weights.lua" "$dir/mine8.safetensors" || exit 1
set -- "$here/max_pool_int8.lua" -D weights="$dir/mine8.safetensors"
within 33100 "$@" --fastest
within "$scratch" "$@" --fastest -D gradient=int8
within 11600 "$@" --smallest
within "$scratch" "$@" --smallest -D gradient=int8
exit $failed
