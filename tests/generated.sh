#!/bin/sh
# SPDX-License-Identifier: MIT
# generated/ is what the generator makes of a few specs today, and that and some more passes the checker of emitted text:
# generated.sh TINYTL_GEN
# UPDATE_GENERATED=1 rewrites it.
gen=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 1
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
out=${UPDATE_GENERATED:+generated}
out=${out:-$temporary}
for spec in specs/motion-1d.lua tests/behave/net.lua; do
    "$gen" "$spec" -q -o "$out" || exit 1
done
diff -r "$out" generated > /dev/null || {
    echo "generated/ differs: UPDATE_GENERATED=1 tests/generated.sh TINYTL_GEN, then git diff"
    exit 1
}

check() { "${LUA:-lua5.4}" tests/emitted.lua "$@"; }
more=$temporary/more
mkdir "$more"
for spec in specs/resnet-8.lua specs/ds-cnn.lua specs/vibration.lua tests/behave/store.lua "demo/demo.lua --smallest --target cortex-m4"; do
    # shellcheck disable=SC2086 # a spec and its options
    "$gen" $spec -q -o "$more" --weights file || exit 1
done
check "$out"/*.c "$more"/*.c || exit 1

# What it is to find, put in.
for fault in '0,/^KERNEL void/s//KERNEL void nobody(void)\n{\n}\n\n&/' 's/\(AT_[a-z0-9_]* = \)[0-9]*,/\1900000,/' 's/int ch = 0;/int ch = 0 + 0;/' \
    's/^KERNEL/$(left) KERNEL/'; do
    sed "$fault" "$out/motion.c" >"$more/motion.c"
    cp "$out/motion.h" "$more"
    ! check "$more/motion.c" >"$more/said" || { echo "not found: $fault" && exit 1; }
done
