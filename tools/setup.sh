#!/bin/sh
# SPDX-License-Identifier: MIT
# tools/setup.sh [build|test]: installs the Debian packages that are missing; silent if none is.
set -eu
packages="build-essential cmake liblua5.4-dev libcjson-dev libstb-dev libsndfile1-dev libonnx-dev libprotobuf-c-dev
    protobuf-c-compiler"
case ${1:-build} in
build) ;;
test) packages="$packages libcmocka-dev lua5.4 clang g++ gcc-arm-none-eabi libnewlib-arm-none-eabi
    qemu-system-arm gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf qemu-system-misc gcc-xtensa-lx106
    picolibc-xtensa-lx106-elf gcc-avr avr-libc simavr arduino-builder arduino-core-avr meson gcc-aarch64-linux-gnu
    libc6-dev-arm64-cross gcc-riscv64-linux-gnu libc6-dev-riscv64-cross gcc-s390x-linux-gnu libc6-dev-s390x-cross qemu-user
    gdb ninja-build pkg-config chromium clang-format cppcheck shellcheck parallel" ;;
*) echo "usage: tools/setup.sh [build|test]" >&2 && exit 2 ;;
esac

missing=
for p in $packages; do
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

sudo=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "please install as root:$missing" >&2 && exit 1; }
    sudo=sudo
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -q >/dev/null
# shellcheck disable=SC2086 # a list of words
$sudo apt-get install -q -y --no-install-recommends $missing >/dev/null
