#!/bin/sh
# SPDX-License-Identifier: MIT
# lint.sh: what a compiler does not say of our C.
#
#     cppcheck    its warnings, with the exceptions below
#     SPDX lines
#     and shellcheck: errors in the scripts
#
# A tool that is not here is left out with a message.
set -eu
cd "$(dirname "$0")/.."
failed=0

# The licence of a source stands in its first lines: MIT, or 0BSD where the text becomes part of the output.
unlicensed=$(git ls-files '*.[ch]' '*.lua' '*.tpl' '*.sh' '*.cmake' '*.mk' '*CMakeLists.txt' |
    grep -v -e '^generated/' -e '^tests/golden/' -e '^tests/oracle/' -e '^tests/import/golden/' -e '^tests/fuzz/corpus/' | xargs grep -L 'SPDX-License-Identifier: \(MIT\|0BSD\)' || true)
[ -z "$unlicensed" ] || { failed=1 && echo "no SPDX line in:" && echo "$unlicensed"; }

has() { command -v "$1" >/dev/null || { echo "no $1 here: not checked" && return 1; }; }

# Exceptions, each with its reason:
#   uninitvar               it does not see that a function fills what it is given the address of
#   returnDanglingLifetime  it takes every pointer handed to a callback for one that is kept
if has cppcheck; then
    cppcheck --quiet --std=c11 --enable=warning,performance,portability --error-exitcode=1 -j "$(nproc)" \
        --suppress=uninitvar --suppress=returnDanglingLifetime -I generator \
        --template='{file}:{line}: {id}: {message}' generator runtime_min demo || failed=1
fi

if has shellcheck; then
    git ls-files '*.sh' .ci/run | xargs shellcheck -S error || failed=1
fi
exit $failed
