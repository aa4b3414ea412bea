#!/bin/sh
# SPDX-License-Identifier: MIT
# builds.sh [CC]: a build with that compiler (clang) in default settings, an installation into an empty prefix, and
# this repository as a part of another project, for this machine and cross-compiled.  Nothing is optimised, nor for a
# debugger: that is compiled in half of the time.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cc=${1:-clang}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
fail() { failed=1 && echo "FAIL $*" && cat "$dir/log"; }
quietly() { "$@" >"$dir/log" 2>&1; }
command -v "$cc" >/dev/null || { echo "no $cc here" && exit 77; }

# ---- a build and an installation: no more and no less than this ----

echo "== $cc"
quietly cmake -S "$root" -B "$dir/build" -DCMAKE_C_COMPILER="$cc" -DCMAKE_BUILD_TYPE=None -DTINYTL_TESTS=OFF &&
    quietly cmake --build "$dir/build" -j 2 && quietly cmake --install "$dir/build" --prefix "$dir/prefix" ||
    { fail "build with $cc" && exit 1; }
(cd "$dir/prefix" && find . -type f ! -path './share/tinytl-gen/examples/*' | LC_ALL=C sort) >"$dir/installed"
cat >"$dir/wanted" <<'END'
./bin/tinytl-gen
./share/cmake/TinyTLGen/TinyTLGenConfig.cmake
./share/cmake/TinyTLGen/TinyTLGenConfigVersion.cmake
./share/doc/tinytl-gen/LICENSE
./share/doc/tinytl-gen/THIRD-PARTY-NOTICES
./share/man/man1/tinytl-gen.1
./share/pkgconfig/tinytl-gen.pc
./share/tinytl-gen/tinytl-gen.mk
./share/tinytl-gen/zephyr/CMakeLists.txt
./share/tinytl-gen/zephyr/Kconfig
./share/tinytl-gen/zephyr/module.yml
END
diff -u "$dir/wanted" "$dir/installed" >"$dir/log" || fail "installed files"
diff -r "$root/examples" "$dir/prefix/share/tinytl-gen/examples" >"$dir/log" || fail "installed examples"
(cd "$dir" && quietly prefix/bin/tinytl-gen "$root/specs/motion-1d.lua" -o "$dir") || fail "the installed program"

# ---- a part of another project: the program is built, then used ----

mkdir "$dir/product"
cp "$root/tests/firmware/small.lua" "$dir/product/"
"${LUA:-lua5.4}" "$root/tests/firmware/weights.lua" "$dir/product/small.safetensors"
cat >"$dir/product/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.20)
project(product LANGUAGES C)
include(FetchContent)
FetchContent_Declare(tinytl-gen SOURCE_DIR "${TINYTL_SOURCE}")
FetchContent_MakeAvailable(tinytl-gen)
add_library(generator STATIC product.c) # a target of the name of one of ours
tinytl_generate(TARGET generator SPEC small.lua)
END
cat >"$dir/product/product.c" <<'END'
#include "small.h"
int product(small_net *net);
int product(small_net *net) { return small_init(net); }
END
product() { # what, options of CMake...
    what=$1
    shift
    echo "== part of another project, $what"
    rm -rf "$dir/product/build"
    quietly cmake -S "$dir/product" -B "$dir/product/build" -DTINYTL_SOURCE="$root" "$@" &&
        quietly cmake --build "$dir/product/build" -j 2 || fail "$what"
}
product native -DCMAKE_BUILD_TYPE=None
if command -v arm-none-eabi-gcc >/dev/null && command -v ninja >/dev/null; then
    product "cross-compiled" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$root/tests/firmware/project/cortex-m4.cmake" \
        -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY -DTINYTL_HOST_BUILD_TYPE=None
fi
exit $failed
