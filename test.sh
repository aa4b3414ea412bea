#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing, builds, and runs every test.  The second of the two commands of the README.
set -eu
cd "$(dirname "$0")"
tools/setup.sh test
cmake -S . -B build -DTINYTL_TESTS=ON > /dev/null
cmake --build build -j "$(nproc)"
ctest --test-dir build -j "$(nproc)" --output-on-failure --no-tests=error
