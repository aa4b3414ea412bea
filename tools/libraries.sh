#!/bin/sh
# SPDX-License-Identifier: MIT
# The libraries of the generator for another C library or another system, static, from Debian's source packages:
# Lua, cJSON, protobuf-c, and libsndfile without the codecs that WAVE files do not need.  Beside them what is headers only
# (stb, onnx), and toolchain.cmake.  Needs tools/setup.sh build; changes nothing outside DIR.
#
#     tools/libraries.sh DIR                                 for a static program; also CC=musl-gcc
#     CC=x86_64-w64-mingw32-gcc tools/libraries.sh DIR       for Windows
#     cmake -S . -B build-static --toolchain DIR/toolchain.cmake
set -eu
mkdir -p "${1:?usage: [CC=compiler] tools/libraries.sh DIR}"
prefix=$(cd "$1" && pwd)
cc=${CC:-gcc}
case $cc in
*-mingw32-gcc) ar=${cc%gcc}ar system='set(CMAKE_SYSTEM_NAME Windows)
set(TINYTL_WERROR OFF) # isfinite of its headers' posix='' ;;
*) ar=ar system='' posix=-DLUA_USE_POSIX ;;
esac
command -v "$cc" >/dev/null || { echo "no $cc here" >&2 && exit 1; }
mkdir -p "$prefix/include" "$prefix/lib" "$prefix/licences" "$prefix/source"
cat >"$prefix/toolchain.cmake" <<END
set(CMAKE_C_COMPILER $cc)
$system
set(CMAKE_FIND_ROOT_PATH $prefix)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static -s")
set(LUA_MATH_LIBRARY -lm CACHE STRING "") # FindLua looks for libm in the folder only
set(TINYTL_LICENCES $prefix/licences)
END

# ---- the sources: lists of packages of our own, so that the system's stay as they are ----

cd "$prefix/source"
if [ ! -f fetched ]; then
    mkdir -p lists/partial
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    for suite in "debian $release" "debian-security $release-security"; do
        echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/$suite main"
    done >sources.list
    set -- -q -o Dir::Etc::SourceList="$PWD/sources.list" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$PWD/lists" \
        -o APT::Sandbox::User="$(id -un)"
    apt-get "$@" update >log && apt-get "$@" source lua5.4 cjson protobuf-c libsndfile >>log 2>&1 || { cat log >&2 && exit 1; }
    touch fetched
fi

# ---- three of them are a few files ----

library() { # name, files...
    name=$1
    shift
    rm -rf objects && mkdir objects
    for file; do
        # shellcheck disable=SC2086 # a word or none
        "$cc" -O2 $posix -I../include -c "$file" -o "objects/$(basename "$file" .c).o"
    done
    "$ar" rcs "../lib/lib$name.a" objects/*.o
}
cp lua5.4-*/src/*.h ../include
echo '#define DEB_HOST_MULTIARCH "."' >../include/lua5.4-deb-multiarch.h # Debian's place for modules: none here
# shellcheck disable=SC2046 # a list of files
library lua $(find lua5.4-*/src -name '*.c' ! -name lua.c ! -name luac.c)
mkdir -p ../include/cjson ../include/protobuf-c
cp cjson-*/cJSON.h ../include/cjson
library cjson cjson-*/cJSON.c
cp protobuf-c-*/protobuf-c/protobuf-c.h ../include/protobuf-c
library protobuf-c protobuf-c-*/protobuf-c/protobuf-c.c

# ---- libsndfile has a build of its own ----

cmake -S libsndfile-* -B sndfile -DCMAKE_TOOLCHAIN_FILE="$prefix/toolchain.cmake" -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$prefix" \
    -DCMAKE_INSTALL_LIBDIR=lib -DBUILD_SHARED_LIBS=OFF -DENABLE_EXTERNAL_LIBS=OFF -DENABLE_MPEG=OFF -DBUILD_PROGRAMS=OFF \
    -DBUILD_EXAMPLES=OFF -DBUILD_TESTING=OFF -DCMAKE_CXX_COMPILER="$cc" -DCMAKE_CXX_COMPILER_WORKS=ON >log 2>&1 &&
    cmake --build sndfile -j 2 >>log 2>&1 && cmake --install sndfile >>log 2>&1 || { tail -40 log >&2 && exit 1; }
cp libsndfile-*/COPYING ../licences/libsndfile # LGPL 2.1

cp -r /usr/include/stb /usr/include/onnx ../include
echo "$prefix: $(cd ../lib && echo lib*.a)"
