#!/bin/sh
# lint.sh: what a compiler does not say of our C.
#
#     cppcheck    its warnings, with the exceptions below
#     and shellcheck: errors in the scripts
#
# A tool that is not here is left out with a message; nothing at all: skipped (77).
set -eu
cd "$(dirname "$0")/.."
checked=0 failed=0
has() { command -v "$1" >/dev/null || { echo "no $1 here: not checked" && return 1; }; }

# Exceptions, each with its reason:
#   uninitvar               it does not see that a function fills what it is given the address of
#   returnDanglingLifetime  it takes every pointer handed to a callback for one that is kept
if has cppcheck; then
    checked=1
    cppcheck --quiet --std=c11 --enable=warning,performance,portability --error-exitcode=1 -j "$(nproc)" \
        --suppress=uninitvar --suppress=returnDanglingLifetime -I generator \
        --template='{file}:{line}: {id}: {message}' generator runtime_min demo || failed=1
fi

if has shellcheck; then
    checked=1
    git ls-files '*.sh' .ci/run | xargs shellcheck -S error || failed=1
fi
[ $checked = 1 ] || exit 77
exit $failed
