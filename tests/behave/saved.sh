#!/bin/sh
# SPDX-License-Identifier: MIT
# Saved nets as docs/saved.md has them, on machines of either byte order: saved.sh TINYTL_GEN
#
# A reader that knows that page alone (tests/saved.lua) finds every value of the struct.  A big-endian machine (s390x under
# QEMU's user mode) writes the same bytes for the same values, and each reads what the other wrote.
set -e
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
lua=${LUA:-lua5.4}
big=
if command -v s390x-linux-gnu-gcc >/dev/null && command -v qemu-s390x >/dev/null; then
    big=yes
else
    echo "skipped: no compiler or emulator of s390x"
fi

both() { # net, its name in C, options of tinytl-gen: emitted, compiled, saved, read, carried over
    net=$1 upper=$2
    shift 2
    "$gen" "$@" -q -o "$dir"
    # gnu11: with c99 this gcc computes floats in double on s390x (FLT_EVAL_METHOD 1)
    flags="-std=gnu11 -O0 -DTINYTL_PORTABLE -ffp-contract=off -DHEADER=\"$net.h\" -DLOWER=$net -DUPPER=$upper -I$dir -I$here/../firmware"
    # shellcheck disable=SC2086
    cc $flags "$here/carry.c" "$dir/$net.c" -o "$dir/little" -lm
    "$dir/little" learn "$dir/little.save" "$dir/struct"
    $lua "$here/../saved.lua" "$dir/little.save" "$dir/$net.h" "$dir/struct" >"$dir/read" && grep -q '^ok$' "$dir/read"
    [ "$big" ] || return 0
    # shellcheck disable=SC2086
    s390x-linux-gnu-gcc -static $flags "$here/carry.c" "$dir/$net.c" -o "$dir/big" -lm
    qemu-s390x "$dir/big" learn "$dir/big.save"
    [ $net != small ] || cmp "$dir/little.save" "$dir/big.save" # integers learn the same bits everywhere
    for save in little big; do
        "$dir/little" keep "$dir/$save.save" "$dir/again" >"$dir/little.scores"
        cmp "$dir/again" "$dir/$save.save"
        qemu-s390x "$dir/big" keep "$dir/$save.save" "$dir/again" >"$dir/big.scores"
        cmp "$dir/again" "$dir/$save.save"
        cmp "$dir/little.scores" "$dir/big.scores"
    done
}

$lua "$here/../firmware/weights.lua" "$dir/small.safetensors"
both net NET "$here/net.lua"
both net NET "$here/net.lua" -D optimizer=adam -D batch=2
for gradient in int16 int8; do
    both small SMALL "$here/../firmware/small.lua" -D weights="$dir/small.safetensors" -D gradient=$gradient -D trained=bfloat16
    grep -q bfloat16 "$dir/read" && grep -q int32 "$dir/read"
done
echo ok
