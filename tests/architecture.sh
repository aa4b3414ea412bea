#!/bin/sh
# SPDX-License-Identifier: MIT
# docs/architecture.svg is what tools/architecture.lua draws of the includes today.  UPDATE_GOLDEN=1 draws it again.
set -eu
cd "$(dirname "$0")/.."
drawn=$(mktemp)
trap 'rm -f "$drawn"' EXIT
lua5.4 tools/architecture.lua generator >"$drawn"
[ -z "${UPDATE_GOLDEN:-}" ] || cp "$drawn" docs/architecture.svg
cmp "$drawn" docs/architecture.svg || { echo "draw it again: UPDATE_GOLDEN=1 tests/architecture.sh" && exit 1; }
