#!/bin/sh
# SPDX-License-Identifier: MIT
# What a bare Cortex-M4 keeps in flash survives its power failing, in the middle of a write or an erase and at any other
# time: cut.sh TINYTL_GEN [CUTS [CUTS_FROM_OUTSIDE]]
#
# First cut.c resets itself; then QEMU's monitor resets it whenever it likes. Flash outlives that, as RAM that nobody clears.
gen=$(realpath "$1") cuts=${2:-1000} outside=${3:-40}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/targets.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
{ has arm-none-eabi-gcc && has qemu-system-arm; } || { echo "skipped" && exit 77; }
"$gen" "$here/../behave/store.lua" -q -o "$dir" --target cortex-m4 || exit 1

firmware() { # options
    # shellcheck disable=SC2086,SC2154 # options
    arm-none-eabi-gcc $m4 -std=gnu11 -Os -Wall -Wextra -Werror -I"$dir" "$@" -nostartfiles -Wl,--gc-sections -T "$here/board.ld" \
        "$here/cut.c" "$here/board.c" "$dir/net.c" -o "$dir/program" -lm || exit 1
}

# Resets at random distances, until there is nobody left to reset.
monitor() {
    awk 'BEGIN { srand(1); for (i = 0; i < 2000; i++) print 0.01 + rand() * 0.06 }' | while read -r pause; do
        sleep "$pause"
        echo system_reset 2>/dev/null || exit 0
    done
}

emulator() { # options
    timeout 100 qemu-system-arm -M mps2-an386 -display none -serial none -chardev file,id=said,path="$dir/said" \
        -semihosting-config enable=on,target=native,chardev=said "$@" -kernel "$dir/program"
}

firmware -DBOOTS="$cuts" -DOUTSIDE=0
emulator -monitor none </dev/null || { cat "$dir/said" && exit 1; }
cat "$dir/said"
firmware -DBOOTS="$outside" -DOUTSIDE=1
(monitor | emulator -monitor stdio >"$dir/monitor"; exit $?)
[ $? = 0 ] || { cat "$dir/said" "$dir/monitor" && exit 1; }
echo "from outside: $(cat "$dir/said")"
