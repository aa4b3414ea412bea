#!/bin/sh
# SPDX-License-Identifier: MIT
# A tinytl-gen that needs nothing but Linux: one file of some 3 MB, static, for any distribution, WSL and containers.  Two
# minutes; the libraries are built once.  Then its tests, and a .deb and a .tar.gz of it.
#
#     [CC=musl-gcc] tools/static.sh [DIR]       default: build-static
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "${1:-$root/build-static}"
dir=$(cd "${1:-$root/build-static}" && pwd)
[ -f "$dir/libraries/licences/libsndfile" ] || "$root/tools/libraries.sh" "$dir/libraries"
cmake -S "$root" -B "$dir" --toolchain "$dir/libraries/toolchain.cmake" -DTINYTL_TESTS=OFF >/dev/null
cmake --build "$dir" -j "$(nproc)"
"$root/tests/static.sh" "$dir/tinytl-gen"
"$root/tests/golden.sh" "$dir/tinytl-gen"
(cd "$dir" && cpack)
