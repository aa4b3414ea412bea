#!/bin/sh
# SPDX-License-Identifier: MIT
# Things that must not change a single bit: same.sh TINYTL_GEN output|weights|numbers
#
#     output   the folder from where, and the name by which, a spec is read
#     weights  in the C file, or in a file beside it: what the net computes
#     numbers  poison, the plan, an image that lives in scratch: what the net computes
set -e
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../native.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

if [ "$2" = output ]; then
    mkdir "$dir/a" "$dir/b" "$dir/c"
    (cd / && "$gen" "$here/../oracle/12_mini_tinytl_LB.lua" -q -o "$dir/a")
    (cd "$here/../oracle" && "$gen" 12_mini_tinytl_LB.lua -q -o "$dir/b")
    cp "$here"/../oracle/12_mini_tinytl_LB.* "$dir/c"
    (cd "$dir/c" && LC_ALL=C TZ=Asia/Tokyo "$gen" ../c/12_mini_tinytl_LB.lua -q)
    for ending in c h; do
        cmp "$dir/a/net12.$ending" "$dir/b/net12.$ending"
        cmp "$dir/a/net12.$ending" "$dir/c/net12.$ending"
    done
    ! grep -q "$here\|$dir" "$dir"/?/*.c # no absolute paths
    stamp=$(stat -c %Y.%i "$dir/a/net12.c")
    "$gen" "$here/../oracle/12_mini_tinytl_LB.lua" -q -o "$dir/a"
    [ "$stamp" = "$(stat -c %Y.%i "$dir/a/net12.c")" ] # an output that is the same is not written again
    echo ok
    exit
fi

if [ "$2" = weights ]; then
    "${LUA:-lua5.4}" "$here/../firmware/weights.lua" "$dir/small.safetensors"
    for form in inline bin file; do
        mkdir "$dir/$form" && cd "$dir/$form"
        "$gen" "$here/../firmware/small.lua" -q --weights $form -D weights="$dir/small.safetensors" -D trained=bfloat16
        cc -std=gnu11 -O0 -I. -DHEADER='"small.h"' -DNET=small -DNET_UPPER=SMALL "$here/../firmware/main.c" "$here/../firmware/host.c" \
            small.c -o print -lm
        ./print | grep -v '^stack' >printed
    done
    cmp "$dir/inline/printed" "$dir/bin/printed"
    cmp "$dir/inline/printed" "$dir/file/printed"
    [ -s "$dir/bin/printed" ]
    [ "$(wc -c <"$dir/file/small.c")" -lt "$(wc -c <"$dir/inline/small.c")" ]
    echo ok
    exit
fi

numbers() { # file, CFLAGS, options: every bit that print.c gives
    out=$dir/$1 CFLAGS=$2
    shift 2
    export CFLAGS
    "$here/run.sh" "$gen" print "$@" > "$out"
}

for options in "" "-D optimizer=adam -D batch=2"; do
    level=-O1 # of what is contracted, or in vectors; then what the optimiser does not touch
    [ -z "$options" ] || level=-O0
    for flags in "-std=c99 -O0 -DTINYTL_PORTABLE -ffp-contract=off" "-std=gnu11 $level $(native cc)"; do
        numbers plain "$flags" $options --fastest
        numbers poison "$flags" $options --fastest --poison
        numbers smallest "$flags" $options --smallest --poison
        numbers scratch "$flags" $options -D place=scratch --poison
        for other in poison smallest scratch; do
            cmp "$dir/plain" "$dir/$other" || { echo "FAIL $other, $flags $options" && exit 1; }
        done
    done
done
wc -l < "$dir/plain" | sed 's/$/ words are the same/'
