#!/bin/sh
# SPDX-License-Identifier: MIT
# What the object file of the output gives and takes: symbols.sh TINYTL_GEN
gen=$1
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../native.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

check() { # nm, compiler and options
    nm=$1
    shift
    command -v "$1" >/dev/null || { echo "skipped: no $1" && return; }
    "$@" -c "$dir/net.c" -o "$dir/o" || exit 1
    fused=no_such_name
    case $* in *-O0*) fused=fmaf ;; esac # an instruction otherwise
    given=$($nm -g --defined-only "$dir/o" | awk '{print $3}' | sed 's/_plan_[0-9a-f]*$/_plan/' | sort | tr '\n' ' ')
    wanted="net_init net_init_plan net_input net_input_plan net_load net_load_plan net_loss net_loss_plan net_predict net_predict_plan net_save net_save_plan "
    wanted="${wanted}net_score_add net_score_add_plan net_set_rate net_set_rate_plan net_train net_train_plan "
    # __aeabi_*: arithmetic that a core does not have, from the compiler's own library
    taken=$($nm -u "$dir/o" | awk '{print $2}' | grep -vxE 'mem(cpy|set)|(sqrt|exp|expm1|log1p|tanh|erfc)f|'$fused'|__aeabi_[a-z0-9]+|_GLOBAL_OFFSET_TABLE_' | tr '\n' ' ')
    writable=$($nm "$dir/o" | awk '$2 ~ /^[bBdDcC]$/ {print $3}' | tr '\n' ' ')
    [ "$given" = "$wanted" ] || { failed=1 && echo "FAIL $*: gives $given"; }
    [ -z "$taken" ] || { failed=1 && echo "FAIL $*: takes $taken"; }
    [ -z "$writable" ] || { failed=1 && echo "FAIL $*: variables $writable"; }
}

"$gen" "$here/net.lua" -q -o "$dir" -D place=scratch -D optimizer=adam || exit 1
m4="-mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard"
for o in -O0 -O2 -Os; do
    check nm gcc -std=c99 $o
    check nm gcc -std=gnu11 $o $(native gcc)
    check nm clang -std=c99 $o
    check arm-none-eabi-nm arm-none-eabi-gcc -std=c99 $m4 $o
    check arm-none-eabi-nm arm-none-eabi-gcc -std=c99 -mcpu=cortex-m0 -mthumb $o
done
[ $failed = 0 ] && echo ok
