#!/bin/sh
# SPDX-License-Identifier: MIT
# bench/fleet.sh PHOTOS [FOLDER]: people of the hand signs as a fleet (docs/fleet.md). Those of sign-digits/train are devices, each with
# its ten photos; those of sign-digits/test judge.  PHOTOS is the folder with models/ and data/.  Half an hour of one thread.
set -eu
cd "$(dirname "$0")/.."
photos=${1:?usage: fleet.sh PHOTOS [FOLDER]} out=${2:-${TINYTL_BUILD:-build}/fleet}
mkdir -p "$out"

# Shots are numbered through the digits of one person and then those of the next: where the digit does not rise, another begins.
if [ ! -s "$out/devices" ]; then
    find "$photos/data/sign-digits/train" -name '*.JPG' | awk -F / '{ print $NF, $(NF - 1), $0 }' | sort |
        while read -r _ digit photo; do
            [ "$digit" -gt "${last:--1}" ] || person=$((${person:-0} + 1))
            last=$digit
            mkdir -p "$out/people/${person:=1}/$digit"
            ln -sf "$(realpath "$photo")" "$out/people/$person/$digit/"
        done
    find "$out/people" -mindepth 1 -maxdepth 1 | sort -V >"$out/devices"
fi
TINYTL_GEN=${TINYTL_BUILD:-build}/tinytl-gen ALONE=1 TOGETHER=1 examples/fleet.sh "$out/devices" "$photos/data/sign-digits/test" "$out/runs" \
    specs/mcunet-5fps.lua -D weights="$photos/models/mcunet-5fps.safetensors" -D scheme=bias -D from=4 --fastest --any-size --rate 0.01
