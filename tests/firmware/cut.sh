#!/bin/sh
# SPDX-License-Identifier: MIT
# What a bare Cortex-M4 keeps in flash survives its power failing, in the middle of a write or an erase and at any other
# time: cut.sh TINYTL_GEN [CUTS [CUTS_FROM_OUTSIDE]]
#
# First cut.c resets itself; then QEMU's monitor resets it whenever it likes, and examples/keep_the_best.c, which still has to learn.
# Flash outlives that, as RAM that nobody clears.
gen=$(realpath "$1") cuts=${2:-500} outside=${3:-40}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/targets.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
{ has arm-none-eabi-gcc && has qemu-system-arm; } || { echo "skipped" && exit 77; }
"$gen" "$here/../behave/store.lua" -q -o "$dir" --target cortex-m4 || exit 1

firmware() { # options, sources
    # shellcheck disable=SC2086,SC2154 # options
    arm-none-eabi-gcc $m4 -std=gnu11 -Os -Wall -Wextra -Werror -I"$dir" -nostartfiles -Wl,--gc-sections -T "$here/board.ld" \
        "$@" "$here/board.c" -o "$dir/program" -lm || exit 1
}

# So many resets at random distances up to twice so many seconds, unless there is nobody left to reset.
monitor() { # resets, seconds
    awk -v n="$1" -v mean="$2" 'BEGIN { srand(1); for (i = 0; i < n; i++) print 2 * mean * rand() }' | while read -r pause; do
        sleep "$pause"
        echo system_reset 2>/dev/null || exit 0
    done
}

emulator() { # options
    timeout 100 qemu-system-arm -M mps2-an386 -display none -serial none -chardev file,id=said,path="$dir/said" \
        -semihosting-config enable=on,target=native,chardev=said "$@" -kernel "$dir/program"
}

firmware -DBOOTS="$cuts" -DOUTSIDE=0 "$here/cut.c" "$dir/net.c"
emulator -monitor none </dev/null || { cat "$dir/said" && exit 1; }
cat "$dir/said"

from_outside() { # resets, seconds
    (monitor "$@" | emulator -monitor stdio >"$dir/monitor"; exit $?)
    [ $? = 0 ] || { cat "$dir/said" "$dir/monitor" && exit 1; }
    echo "from outside: $(cat "$dir/said")"
}

firmware -DBOOTS="$outside" -DOUTSIDE=1 "$here/cut.c" "$dir/net.c"
from_outside 2000 0.04
"$gen" "$here/../../examples/keep_the_best.lua" -q -o "$dir" --target cortex-m4 || exit 1
firmware "$here/cut_example.c" "$here/../../examples/keep_the_best.c" "$dir/motion.c"
from_outside 5 0.2 # all of it before somebody presses wrong buttons: how long a round takes is the machine's
awk '$1 == "right" && $4 + 0 > 0 && $2 >= 0.85 * $4 && $6 + 0 > 2 { ok = 1 } END { exit !ok }' "$dir/said" || { echo "FAIL the example" && exit 1; }

# A cut after two rounds in the mean, also in a write and while the buttons are wrong. Once in a while what is wrong is learnt: what was best is
# forgotten with the power.
"${CC:-cc}" -O1 -I"$dir" -Dmain=example -c "$here/../../examples/keep_the_best.c" -o "$dir/example.o" &&
    "${CC:-cc}" -O1 -D_GNU_SOURCE -I"$dir" "$here/cut_histories.c" "$dir/example.o" "$dir/motion.c" -o "$dir/histories" -lm || exit 1
"$dir/histories" 200 5 4096 | tee "$dir/lives"
awk '$7 + 0 <= 5 && $11 >= 100 { ok = 1 } END { exit !ok }' "$dir/lives" || { echo "FAIL lives of the example" && exit 1; }
