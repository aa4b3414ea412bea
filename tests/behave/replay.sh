#!/bin/sh
# SPDX-License-Identifier: MIT
# What is remembered of samples: replay.lua with replay at PLACE and without it, in one program under the sanitizers.
#
#     replay.sh TINYTL_GEN PLACE [options of tinytl-gen...]
set -e
gen=$1 at=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
warnings="-Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Wvla -Wcast-qual -pedantic -Werror"
pixel=uint8_t same=0 place= whole=
for option; do
    case $option in
    kind=int8) pixel=int8_t same=1 ;;
    place=scratch) place=-DNET_SCRATCH ;;
    place=stream) place=-DNET_STREAM=19 whole="-D place=caller" ;;
    esac
done
"${LUA:-lua5.4}" "$here/max_pool_int8_weights.lua" "$dir/w.safetensors"
set -- "$here/replay.lua" -q -o "$dir" -D weights="$dir/w.safetensors" "$@"
"$gen" "$@" -D at="$at"
# shellcheck disable=SC2086 # two words
"$gen" "$@" -D name=plain -D at=none $whole
${CC:-cc} -std=c99 -O0 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined $warnings -Wno-unused-function -DNET_PIXEL=$pixel \
    -DSAME_BITS=$same $place -I"$dir" "$here/replay.c" "$dir/net.c" "$dir/plain.c" -o "$dir/program" -lm
"$dir/program"
