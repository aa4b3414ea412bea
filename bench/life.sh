#!/bin/sh
# SPDX-License-Identifier: MIT
# bench/life.sh MODELS: what a product's life costs in flash and RAM: mcunet-5fps, int8, biases from blocks.4, Cortex-M4, -Os.
# MODELS holds mcunet-5fps.safetensors.  A row for each part of bench/life.lua: bytes beyond the network that has none of it.
set -eu
cd "$(dirname "$0")/.."
models=${1:?usage: life.sh MODELS}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# Flash of all functions and constants that a program uses that uses all of the API; net, stack and total.
measure() {
    "${TINYTL_BUILD:-build}/tinytl-gen" bench/life.lua -q -D weights="$models/mcunet-5fps.safetensors" -D with="$1" --target cortex-m4 --smallest \
        --force -o "$dir" --report=json:"$dir/report.json"
    arm-none-eabi-gcc -std=c99 -Os -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -c "$dir/mcunet_5fps.c" -o "$dir/net.o"
    echo "$(arm-none-eabi-size "$dir/net.o" | awk 'NR == 2 { print $1 + $2 }')" \
        "$(arm-none-eabi-nm -S "$dir/net.o" | awk '/ T mcunet_5fps_loss_plan/ { print $2; exit }')" \
        "$(for key in net stack total; do sed -n "s/^[[:space:]]*\"$key\":[[:space:]]*\([0-9]*\).*/\1/p" "$dir/report.json" | head -n 1; done | tr '\n' ' ')"
}

# shellcheck disable=SC2046 # numbers
set -- $(measure "")
flash=$1 total=$5
printf '%-28s flash %7d bytes (of it mcunet_5fps_loss %d), RAM %6d\n' "nothing of it" "$1" "0x$2" "$5"
for with in store rate "store rate" spare replay "store rate spare replay"; do
    # shellcheck disable=SC2046
    set -- $(measure "$with")
    printf '%-28s flash %+7d bytes, RAM %+6d (net %d, stack %d)\n' "$with" $(($1 - flash)) $(($5 - total)) "$3" "$4"
done
