#!/bin/sh
# SPDX-License-Identifier: MIT
# The generator, installed, in the build of a firmware: project.sh BUILD
#
# A cross build with CMake (make and ninja) and one with make: the firmware learns, and the generator runs once when
# the spec or the weights are new, and not otherwise.
build=$1
here=$(cd "$(dirname "$0")" && pwd)
. "$here/targets.sh"
has arm-none-eabi-gcc && has qemu-system-arm || exit 77
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
fail() { failed=1 && echo "FAIL $*"; }

cmake --install "$build" --prefix "$dir/prefix" >/dev/null || exit 1
mv "$dir/prefix/bin/tinytl-gen" "$dir/tinytl-gen"
printf '#!/bin/sh\necho run >>%s/runs\nexec %s/tinytl-gen "$@"\n' "$dir" "$dir" >"$dir/prefix/bin/tinytl-gen"
chmod +x "$dir/prefix/bin/tinytl-gen"

# Builds; the generator must have run so often: built RUNS WHAT COMMAND...
built() {
    runs=$1 what=$2
    shift 2
    : >"$dir/runs"
    "$@" >"$dir/log" 2>&1 || { fail "$what: $*" && tail -20 "$dir/log"; }
    [ "$(wc -l <"$dir/runs")" -eq "$runs" ] || fail "$what: the generator ran $(wc -l <"$dir/runs") times, not $runs"
}

project() { # name, program, command that builds
    echo "== $1"
    program=$2
    shift 2
    built 1 first "$@"
    run m4 "$program" >"$dir/said" 2>&1
    grep -qx learnt "$dir/said" || fail "the firmware says: $(cat "$dir/said")"
    built 0 "nothing new" "$@"
    sleep 1 # a second: the coarsest time of files
    touch "$source/small.lua"
    built 1 "spec touched" "$@"
    built 0 "spec touched before" "$@"
    sleep 1
    printf 1 | dd of="$source/small.safetensors" bs=1 seek=$(($(wc -c <"$source/small.safetensors") - 5)) conv=notrunc 2>/dev/null
    built 1 "weights changed" "$@"
    built 0 "weights changed before" "$@"
}

new_source() {
    source=$dir/source\ $1/project # a space, as in the folders of many
    mkdir -p "$source"
    cp "$here"/project/* "$here/small.lua" "$source"
    cp "$here"/board.* "$source/.."
    "${LUA:-lua5.4}" "$here/weights.lua" "$source/small.safetensors"
}

for generator in "Unix Makefiles" Ninja; do
    [ "$generator" = Ninja ] && { has ninja || continue; }
    new_source cmake
    rm -rf "$source/build"
    cmake -S "$source" -B "$source/build" -G "$generator" -DCMAKE_TOOLCHAIN_FILE=cortex-m4.cmake \
        -DTinyTLGen_DIR="$dir/prefix/share/cmake/TinyTLGen" >"$dir/log" 2>&1 || { cat "$dir/log" && exit 1; }
    project "CMake, $generator" "$source/build/firmware.elf" cmake --build "$source/build"
done
new_source make
project make "$source/firmware.elf" make -C "$source" TINYTL_SHARE="$dir/prefix/share/tinytl-gen" TINYTL_GEN="$dir/prefix/bin/tinytl-gen"
exit $failed
