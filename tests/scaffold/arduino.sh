#!/bin/sh
# SPDX-License-Identifier: MIT
# arduino.sh TINYTL_GEN: from nothing to a learning Arduino sketch: new, package, the Arduino core's own build for a Mega,
# and simavr runs it.  Needs Debian's arduino-builder arduino-core-avr gcc-avr avr-libc simavr; skipped without them.
set -eu
gen=$(realpath "$1")
share=/usr/share/arduino
[ -d $share/hardware/arduino/avr ] || [ -d $share/hardware/arduino/cores ] || { echo "no arduino-core-avr here" && exit 77; }
for tool in arduino-builder arduino-ctags avr-gcc simavr; do
    command -v $tool >/dev/null || { echo "no $tool here" && exit 77; }
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
mkdir build libraries tools
"$gen" new tiny --input 32x3 --classes 3 --ram 4K -q
"$gen" package tiny/tiny.lua --as arduino -o libraries/TinyNet -q

# A compiler that fails may remove its output, and one that is asked for is /dev/null: not as root.
as=
if [ "$(id -u)" = 0 ]; then
    command -v setpriv >/dev/null || { echo "no setpriv here, and this is root" && exit 77; }
    as="setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=$dir"
    chown -R 65534:65534 "$dir"
fi

# DECIMAL_DIG: this core asks for what avr-gcc 5.4 does not define.
# shellcheck disable=SC2086 # words
$as arduino-builder -compile -hardware /usr/share/arduino-builder -hardware $share/hardware -tools "$dir/tools" -libraries libraries \
    -fqbn arduino:avr:mega:cpu=atmega2560 -build-path "$dir/build" -warnings all \
    -prefs=compiler.cpp.extra_flags=-DDECIMAL_DIG=10 -prefs=runtime.tools.avr-gcc.path=/usr -prefs=runtime.tools.ctags.path=/usr/bin \
    libraries/TinyNet/examples/Learn/Learn.ino >log 2>&1 || { cat log && exit 1; }
grep -E 'TinyNet|Learn.*warning' log | grep warning && echo "FAIL warnings" && exit 1
grep -E '^(Sketch|Global)' log

# The sketch goes on for ever; so many lines are enough.
timeout 100 simavr -m atmega2560 -f 16000000 build/Learn.ino.elf 2>&1 | sed -n 's/.*\(loss [0-9.]*[0-9]\).*/\1/p; 8q' >said || true
cat said
awk '{ v[NR] = $2 } END { exit !(NR >= 7 && v[NR] < 0.9 * v[1]) }' said || { echo "FAIL it does not learn" && exit 1; }
