#!/bin/sh
# SPDX-License-Identifier: MIT
# packing.sh BUILD_DIR: the .deb and the .tar.gz that cpack makes: they run where they are unpacked, and lintian, where it is,
# finds nothing.
set -eu
build=$(realpath "${1:?usage: packing.sh BUILD_DIR}")
root=$(cd "$(dirname "$0")/.." && pwd)
command -v dpkg-shlibdeps >/dev/null || { echo "no dpkg-shlibdeps here" && exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
failed=0
fail() { failed=1 && echo "FAIL $*" && cat log; }
cpack --config "$build/CPackConfig.cmake" -B "$dir" >log 2>&1 || { fail cpack && exit 1; }
deb=$(echo ./*.deb) tar=$(echo ./*.tar.gz)

# The libraries that the program has: one package each, none of a static one.
needed=$(readelf -d "$build/tinytl-gen" | grep -c NEEDED) || true
depends=$(dpkg-deb -f "$deb" Depends | tr ',' '\n' | grep -c .) || true
dpkg-deb -I "$deb" >log
[ "$depends" -le "$needed" ] && { [ "$needed" = 0 ] || dpkg-deb -f "$deb" Depends | grep -q libc6; } || fail "Depends: $depends of $needed"
if command -v lintian >/dev/null; then
    # of a static program: it is meant
    lintian --allow-root --fail-on error,warning --suppress-tags statically-linked-binary "$deb" >log 2>&1 || fail lintian
fi

dpkg-deb -x "$deb" deb
mkdir tar && tar -xzf "$tar" -C tar --strip-components 1
for prefix in deb/usr tar; do
    for file in bin/tinytl-gen share/man/man1/tinytl-gen.1 share/cmake/TinyTLGen/TinyTLGenConfig.cmake share/doc/tinytl-gen \
        share/pkgconfig/tinytl-gen.pc share/tinytl-gen/zephyr/module.yml share/tinytl-gen/examples/builds/signs.lua; do
        [ -e $prefix/$file ] || [ -e $prefix/$file.gz ] || fail "$prefix has no $file"
    done
    cmake -S $prefix/share/tinytl-gen/examples/builds -B $prefix/build -DTinyTLGen_DIR="$dir/$prefix/share/cmake/TinyTLGen" >log 2>&1 &&
        cmake --build $prefix/build >log 2>&1 && $prefix/build/firmware >log 2>&1 || fail "$prefix: a firmware"
done
[ -s deb/usr/share/doc/tinytl-gen/copyright ] && [ -s tar/share/doc/tinytl-gen/LICENSE ] || fail "no licence"
cmp "$root/LICENSE" tar/share/doc/tinytl-gen/LICENSE || failed=1
exit $failed
