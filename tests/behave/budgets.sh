#!/bin/sh
# SPDX-License-Identifier: MIT
# Whatever --smallest fits in, a budget is met in; and a plan that does not fit is reported all the same.  What flash is
# left goes into second copies of weights, the more the more there is.
#
#     tests/behave/budgets.sh build/tinytl-gen
set -eu
gen=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

# value KEY: of the report in $work/report
value() {
    awk -F: -v key="\"$1\"" '{ gsub(/[ ,\t]/, "") } $1 == key { print $2; exit }' "$work/report"
}

plan() { "$gen" plan "$@" --report=json:"$work/report" 2>"$work/messages"; }

complain() {
    echo "FAIL $*"
    sed 's/^/    /' "$work/messages"
    bad=1
}

# within KEY OPTION BUDGET SPEC...: the budget is met
within() {
    key=$1 option=$2 budget=$3
    shift 3
    if ! plan "$@" "$option" "$budget"; then
        complain "$* $option $budget: no plan, though the smallest fits"
    elif [ "$(value "$key")" -gt "$budget" ]; then
        complain "$* $option $budget: takes $(value "$key")"
    fi
}

budgets() {
    plan "$@" --smallest
    scratch=$(value scratch_train) total=$(value total)
    for more in 0 $((scratch / 200)) $((scratch / 20)) $((scratch / 3)); do
        within scratch_train --scratch $((scratch + more)) "$@"
        within total --ram $((total + more)) "$@"
    done
    rm -f "$work/report"
    code=0
    plan "$@" --scratch $((scratch / 2)) || code=$?
    [ $code = 3 ] || complain "$* --scratch $((scratch / 2)): exit code $code"
    [ -s "$work/report" ] && [ "$(value scratch_train)" = "$scratch" ] ||
        complain "$*: a plan that does not fit has no report, or not that of the smallest"
    "$gen" plan "$@" --scratch $((scratch / 2)) --report=svg:"$work/picture.svg" 2>"$work/messages" || :
    grep -q '</svg>' "$work/picture.svg" || complain "$*: no picture of a plan that does not fit"
    echo "ok $*: $scratch"
}

# flash_is_spent SPEC...: on copies, which are counted, all within the budget; nowhere else
flash_is_spent() {
    plan "$@"
    alone=$(value weights) before=0
    for more in 0 300 700 1200 100000; do
        within weights --flash $((alone + more)) "$@" --target cortex-m4
        copies=$(value copies)
        [ "$(value weights)" = $((alone + ${copies:-0})) ] || complain "$* --flash: copies are miscounted"
        [ $((more)) -lt 1200 ] || [ "$(value saved)" -gt "$before" ] || complain "$* --flash: $more bytes save no more than fewer"
        [ "$more" = 0 ] || before=$(value saved)
    done
    for elsewhere in "--target cortex-m4" "--flash 1M --target cortex-m55" "--flash 1M --target cortex-m0plus"; do
        # shellcheck disable=SC2086 # words
        plan "$@" $elsewhere
        [ -z "$(value copies)" ] && [ "$(value weights)" = "$alone" ] || complain "$* $elsewhere: copies of weights"
    done
    echo "ok $*: $alone bytes of flash and $copies of copies"
}

specs=$here/../../specs
budgets "$here/net.lua"
budgets "$specs/ds-cnn.lua"
budgets "$specs/mcunet-5fps.lua" -D scheme=bias
budgets "$specs/mcunet-5fps.lua" -D scheme=bias -D place=scratch
budgets "$specs/proxyless-w0.3.lua" -D scheme=lite+bias
cp "$here/../firmware/small.lua" "$work"
"${LUA:-lua5.4}" "$here/../firmware/weights.lua" "$work/small.safetensors"
flash_is_spent "$work/small.lua"
flash_is_spent "$work/small.lua" -D expand=12 --shuffle 7 # a plan that makes gradients again reads weights twice
exit $bad
