#!/bin/sh
# SPDX-License-Identifier: MIT
# New firmware of the same base takes over what old firmware has learnt: adopt.sh TINYTL_GEN
set -e
gen=$1
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
flags="-std=c99 -O0 -g -Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Werror -fsanitize=address,undefined -fno-sanitize-recover=undefined"

pair() { # macros, options of old, of new
    # shellcheck disable=SC2086 # options
    "$gen" "$here/adopt.lua" -q -o "$dir" $2
    # shellcheck disable=SC2086 # options
    "$gen" "$here/adopt.lua" -q -o "$dir" -D name=new $3
    # shellcheck disable=SC2086 # options
    cc $flags $1 -I"$dir" "$here/adopt.c" "$dir/old.c" "$dir/new.c" -o "$dir/adopt" -lm
    "$dir/adopt"
    echo "old: $2; new: $3"
}
pair "-DTENSORS=6 -DALL" "" "-D classes=5"
pair "-DTENSORS=6 -DALL" "-D classes=5" "-D momentum=0"
pair "-DTENSORS=3" "-D update=some" "-D classes=7"
pair "-DTENSORS=3" "" "-D update=some"
pair "-DTENSORS=6 -DALL" "-D trained=bfloat16" "-D trained=bfloat16 -D classes=5"
pair "-DTENSORS=6 -DALL -DSPARE" "" "-D spare=3"
