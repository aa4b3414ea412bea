#!/bin/sh
# SPDX-License-Identifier: MIT
# Emits a network, compiles a program of this folder with it under the sanitizers, runs it.
#
#     run.sh TINYTL_GEN PROGRAM [options of tinytl-gen...]
#
# SPEC: another spec than net.lua.  CC, CFLAGS: another compiler, other flags.  LEVEL: -O0 finds what -O1 does, in a third of the
# compiler's time.  RUN: an emulator.
set -e
gen=$1 program=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
warnings="-Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Wvla -Wcast-qual -pedantic -Werror"
sanitize="${LEVEL:--O0} -g -fsanitize=address,undefined -fno-sanitize-recover=undefined"

"$gen" "$here/${SPEC:-net.lua}" -q --report=json:"$dir/report.json" -o "$dir" "$@"
defines=
for option; do
    case $option in
    loss=mse) defines="$defines -DNET_MSE" ;;
    place=scratch) defines="$defines -DNET_SCRATCH" ;;
    batch=*) defines="$defines -DNET_BATCH=${option#batch=}" ;;
    esac
done
sources="$here/$program.c $dir/net.c"
if [ "$program" = save ]; then # and networks with other weights, with other tensors that learn, with another rate
    "$gen" "$here/net.lua" -q -o "$dir" "$@" -D name=other --seed 2
    "$gen" "$here/net.lua" -q -o "$dir" "$@" -D name=more -D update=all
    "$gen" "$here/net.lua" -q -o "$dir" "$@" -D name=faster -D rate=0.5
    sources="$sources $dir/other.c $dir/more.c $dir/faster.c"
fi
if [ "$program" = sizes ]; then
    "$gen" plan "$here/${SPEC:-net.lua}" --report=json "$@" > "$dir/report.json"
    for key in net scratch_train scratch_infer stack total input lower_bound; do
        value=$(sed -n "s/^.*\"$key\":[^0-9]*\([0-9]*\),*\$/\1/p" "$dir/report.json" | head -1)
        defines="$defines -DREPORT_$(echo $key | tr a-z A-Z)=$value"
    done
fi
${CC:-cc} ${CFLAGS:--std=c99 $sanitize} $warnings -Wno-unused-function $defines -I"$dir" -I"$here" $sources -o "$dir/program" -lm
$RUN "$dir/program"
