#!/bin/sh
# SPDX-License-Identifier: MIT
# format.sh [--fix]: every C file of ours looks as .clang-format says.  Skipped where clang-format is of another
# version than the one that formatted the tree: they do not agree with each other.
set -eu
cd "$(dirname "$0")/.."
command -v clang-format >/dev/null && clang-format --version | grep -q ' 14\.' || {
    echo "no clang-format 14 here: not checked" && exit 77; }
files=$(git ls-files '*.c' '*.h' | grep -v -e '^generated/' -e '^tests/golden/')
case ${1:-} in
--fix) echo "$files" | xargs clang-format -i ;;
*) echo "$files" | xargs clang-format --dry-run -Werror ;;
esac
