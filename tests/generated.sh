#!/bin/sh
# SPDX-License-Identifier: MIT
# generated/ is what the generator makes of a few specs today: generated.sh TINYTL_GEN
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
diff -r "$out" generated > /dev/null && exit 0
echo "generated/ differs: UPDATE_GENERATED=1 tests/generated.sh TINYTL_GEN, then git diff"
exit 1
