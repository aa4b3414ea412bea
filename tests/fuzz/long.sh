#!/bin/sh
# SPDX-License-Identifier: MIT
# Fuzzes one reader for some time, beginning with the kept corpus:  long.sh onnx|tflite|safetensors|saved|csv|wav|npy|group [SECONDS]
# Needs clang with libFuzzer.  What it finds stays in build-fuzz/; make it small, and keep it in corpus/.
set -eu
kind=${1:?usage: long.sh onnx|tflite|safetensors|saved|csv|wav|npy|group [SECONDS]} seconds=${2:-600}
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build-fuzz
flags="-g -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined"
cmake -S "$root" -B "$build" -DTINYTL_TESTS=OFF -DTINYTL_WERROR=OFF -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=None \
    -DCMAKE_C_FLAGS="$flags" >/dev/null
cmake --build "$build" --target tinytl_generator
case $kind in
safetensors | saved) source=${kind}_fuzz ;;
csv | wav | npy | group) source=data_fuzz ;;
*) source=import_fuzz ;;
esac
clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -I"$root/generator" \
    -DFUZZ_MODEL="\"fuzz.$kind\"" -DFUZZ_DATA="\"$kind\"" "$root/tests/fuzz/$source.c" "$build/libtinytl_generator.a" "$build/libtinytl_onnx.a" \
    "$build/libtinytl_stb.a" -llua5.4 -lcjson -lsndfile -lprotobuf-c -lm -ldl -o "$build/$kind.fuzz"
mkdir -p "$build/$kind.corpus"
cd "$build"
exec nice "./$kind.fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1500 -max_len=40000 \
    -print_final_stats=1 "$kind.corpus" "$root/tests/fuzz/corpus/$kind"
