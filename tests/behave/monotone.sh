#!/bin/sh
# SPDX-License-Identifier: MIT
# What the planner promises, on networks drawn at random and on those of specs/: monotone.sh TINYTL_GEN [FIRST LAST]
# Seeds FIRST to LAST; a short run is a test, a long one finds more.  See monotone.lua.
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"${LUA:-lua5.4}" "$here/monotone.lua" "$gen" "$here" "$dir" "${2:-1}" "${3:-12}"
