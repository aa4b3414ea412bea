#!/bin/sh
# SPDX-License-Identifier: MIT
# Classes to come: classes.lua with room and without it, in one program under the sanitizers.
#
#     classes.sh TINYTL_GEN [options of tinytl-gen...]
set -e
gen=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
warnings="-Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Wvla -Wcast-qual -pedantic -Werror"
pixel=uint8_t features=16 batch=1 row='net.classifier_weight[(i) * NET_CLASSES + (label)]' one=1.0f near=1e-4f same=1
for option; do
    case $option in
    kind=int8) pixel=int8_t ;;
    pool=false) features=1152 ;;
    batch=*) batch=${option#batch=} ;;
    trained=bfloat16) row="widen($row)" one=0x3f80 near=4e-3f same=0 ;; # chance comes from the place in the net
    place=scratch) place=-DNET_SCRATCH ;;
    esac
done
cat >"$dir/row.h" <<END
#include <stdint.h>
#include <string.h>
static inline float widen(uint16_t v)
{
    const uint32_t bits = (uint32_t)v << 16;
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}
#define ROW(i, label) $row
#define ONE $one
#define NEAR $near
#define SAME_BITS $same
END
"${LUA:-lua5.4}" "$here/max_pool_int8_weights.lua" "$dir/w.safetensors"
"$gen" "$here/classes.lua" -q -o "$dir" -D weights="$dir/w.safetensors" "$@"
"$gen" "$here/classes.lua" -q -o "$dir" -D weights="$dir/w.safetensors" "$@" -D name=plain -D spare=0
${CC:-cc} -std=c99 -O0 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined $warnings -Wno-unused-function -DNET_PIXEL=$pixel \
    -DNET_FEATURES=$features -DNET_BATCH=$batch $place -include "$dir/row.h" -I"$dir" "$here/classes.c" "$dir/net.c" "$dir/plain.c" -o "$dir/program" -lm
"$dir/program"
