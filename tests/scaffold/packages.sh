#!/bin/sh
# SPDX-License-Identifier: MIT
# packages.sh TINYTL_GEN: tinytl-gen package, for every ecosystem and several networks: the same bytes twice, what its
# checker asks for (as far as it can be asked without it), and the example compiled and run here.
#
#     PACK_XSD=FILE    the .pdsc is also held against it (PACK.xsd of Open-CMSIS-Pack-Spec)
set -eu
gen=$(realpath "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$root/tests/quick:$PATH
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
failed=0
fail() { failed=1 && echo "FAIL $*" && [ ! -s log ] || cat log; }
warnings="-Wall -Wextra -Wconversion -Wdouble-promotion -Wshadow -Wvla -pedantic -Werror"
: >log

# ---- what every package has ----

common() { # folder, name
    for file in README.md LICENSE src/"$2".c src/"$2".h; do
        [ -s "$1/$file" ] || fail "$1 has no $file"
    done
    (cd "$1" && find . -type f) | while read -r file; do
        head -c 256 "$1/$file" | grep -q 'enerated by tinytl-gen' || echo "$file"
    done >log
    [ ! -s log ] || fail "$1: would not be made again"
    [ -z "$(grep -rlF "$dir" "$1")" ] || fail "$1 names a folder of this machine"
    [ -z "$(grep -rnE '[[:blank:]]$' "$1" --include='*.md' --include='*.yml' --include='*.txt' --include='*.json')" ] ||
        fail "$1: blanks at ends of lines"
}

run_c() { # what, source, options...
    what=$1
    shift
    # shellcheck disable=SC2086 # a list of options
    cc -std=c99 -O1 $warnings "$@" -lm -o run 2>log && ./run >said || { fail "$what" && cat said; }
}

# ---- the rules of each ecosystem ----

property() { sed -n "s/^$1=//p" arduino/library.properties; }

# Arduino library specification 1.5; in brackets the rules of arduino-lint.
check_arduino() { # name
    for key in name version author maintainer sentence paragraph category url architectures; do # LP002 ... LP049
        [ -n "$(property $key)" ] || fail "library.properties: no $key"
    done
    property name | grep -qE '^[A-Za-z0-9][A-Za-z0-9 _.-]{0,62}$' || fail "arduino: name [LP008]"
    property name | grep -qi arduino && fail "arduino: the name is Arduino's [LP012]"
    property version | grep -qE '^[0-9]+\.[0-9]+\.[0-9]+$' || fail "arduino: version [LP018]"
    property category | grep -qxE 'Display|Communication|Signal Input/Output|Sensors|Device Control|Timing|Data Storage|Data Processing|Other' ||
        fail "arduino: category [LP035]"
    property sentence | grep -q "^$(property name)" && fail "arduino: the sentence repeats the name"
    [ -f "arduino/src/$(property includes)" ] || fail "arduino: includes [LP053]"
    [ -f "arduino/src/$(property name).h" ] || fail "arduino: no header of the library's name [LS008]"
    for sketch in arduino/examples/*; do
        [ -f "$sketch/$(basename "$sketch").ino" ] || fail "arduino: $sketch [SS001]"
    done
    [ -z "$(find arduino -name '*.exe' -o -type l -o -name '.*' ! -name arduino)" ] || fail "arduino: files [LS004 ...]"
    awk -F '\t' '!/^#/ && (NF != 2 || $2 !~ /^(KEYWORD[123]|LITERAL1)$/) { print; wrong = 1 } END { exit wrong }' \
        arduino/keywords.txt >log || fail "arduino: keywords.txt"
    ls arduino/src | tr '[:upper:]' '[:lower:]' | sort | uniq -d | grep . >log && fail "arduino: names that differ in case alone"
    cat >Arduino.h <<'END'
#include <stdint.h>
#include <stdio.h>
static struct {
    void begin(long) {}
    void print(const char *s) { fputs(s, stdout); }
    void println(float v) { printf("%.4f\n", (double)v); }
} Serial;
void setup();
void loop();
END
    # shellcheck disable=SC2086
    { echo '#include "Arduino.h"' && cat arduino/examples/Learn/Learn.ino &&
        echo 'int main() { setup(); for (int i = 0; i < 8; i++) loop(); }'; } >sketch.cpp
    cc -std=c99 -O1 -c "arduino/src/$1.c" -o net.o &&
        g++ -std=c++11 -O1 -Wall -Wextra -pedantic -Werror -I. -Iarduino/src sketch.cpp net.o -lm -o run 2>log && ./run >said ||
        fail "arduino: the sketch"
    awk '{ v[NR] = $2 } END { exit !(NR == 8 && (v[8] < v[1] || $1 == "score")) }' said || { fail "arduino: the sketch says" && cat said; }
}

check_platformio() { # name
    if command -v python3 >/dev/null; then
        python3 - >log 2>&1 <<'END' || fail "platformio: library.json"
import json, os, re
m = json.load(open("platformio/library.json"))
for key in ("name", "version", "description", "authors", "license", "frameworks", "platforms", "headers", "examples", "build"):
    assert key in m, key
assert re.fullmatch(r"\d+\.\d+\.\d+", m["version"]) and 1 <= len(m["name"]) <= 50 and len(m["description"]) <= 255
assert not re.search(r'[:;/\\,"\'<>|*?]', m["name"])
assert sum(a.get("maintainer", False) for a in m["authors"]) == 1
for h in m["headers"]: assert os.path.exists("platformio/src/" + h), h
for e in m["examples"]:
    for f in e["files"]: assert os.path.exists("platformio/" + e["base"] + "/" + f), f
END
    fi
    run_c "platformio: the example" -Iplatformio/src platformio/examples/learn/src/main.c "platformio/src/$1.c"
}

check_zephyr() { # name
    for sample in samples/learn tests/learn; do
        for file in CMakeLists.txt prj.conf src/main.c; do
            [ -s zephyr/$sample/$file ] || fail "zephyr: no $sample/$file"
        done
        grep -q "^CONFIG_$(echo "$1" | tr '[:lower:]' '[:upper:]')=y" zephyr/$sample/prj.conf || fail "zephyr: $sample/prj.conf"
    done
    grep -q '^  kconfig: zephyr/Kconfig' zephyr/zephyr/module.yml && [ -s zephyr/zephyr/Kconfig ] || fail "zephyr: module.yml"
    if python3 -c 'import yaml' 2>/dev/null; then
        python3 -c 'import sys, yaml; [yaml.safe_load(open(f)) for f in sys.argv[1:]]' $(find zephyr -name '*.y*ml') 2>log ||
            fail "yaml"
    fi
    mkdir -p fake/zephyr/sys # a kernel that is a PC
    echo '#include <stdint.h>' >fake/zephyr/kernel.h
    echo '#include <stdio.h>
#define printk printf' >fake/zephyr/sys/printk.h
    cat >fake/zephyr/ztest.h <<'END'
#include <stdint.h>
static int wrong;
#define zassert_true(x) wrong |= !(x)
#define zassert_equal(a, b) wrong |= (a) != (b)
#define ZTEST(suite, name) static void name(void)
#define ZTEST_SUITE(...) int main(void) { test_learn(); return wrong; }
END
    cc -O1 -Ifake -Izephyr/src zephyr/samples/learn/src/main.c "zephyr/src/$1.c" -lm -o run 2>log && ./run >said && grep -q '^learnt' said ||
        { fail "zephyr: the sample" && cat said; }
    cc -O1 -Ifake -Izephyr/src zephyr/tests/learn/src/main.c "zephyr/src/$1.c" -lm -o run 2>log && ./run || fail "zephyr: the test"
}

check_esp_idf() { # name
    if python3 -c 'import yaml' 2>/dev/null; then
        python3 -c 'import sys, yaml; [yaml.safe_load(open(f)) for f in sys.argv[1:]]' $(find esp-idf -name '*.yml') 2>log || fail "yaml"
    fi
    grep -qE '^version: "[0-9]+\.[0-9]+\.[0-9]+"$' esp-idf/idf_component.yml || fail "esp-idf: version"
    grep -q '^description: "..*"$' esp-idf/idf_component.yml || fail "esp-idf: description"
    grep -q "SRCS \"src/$1.c\"" esp-idf/CMakeLists.txt || fail "esp-idf: CMakeLists.txt"
    mkdir -p idf # a partition that is a file's size of RAM
    cat >idf/nvs_flash.h <<'END'
int nvs_flash_init(void);
END
    cat >idf/nvs.h <<'END'
#include <stdint.h>
#include <stddef.h>
#define ESP_OK 0
typedef uint32_t nvs_handle_t;
enum { NVS_READWRITE };
int nvs_open(const char *name, int mode, nvs_handle_t *h);
int nvs_get_blob(nvs_handle_t h, const char *key, void *to, size_t *size);
int nvs_set_blob(nvs_handle_t h, const char *key, const void *from, size_t size);
int nvs_commit(nvs_handle_t h);
void nvs_close(nvs_handle_t h);
END
    cat >idf/nvs.c <<'END'
#include "nvs.h"
#include "nvs_flash.h"
#include <string.h>
static uint8_t blob[1 << 20];
static size_t length;
int nvs_flash_init(void) { return ESP_OK; }
int nvs_open(const char *name, int mode, nvs_handle_t *h) { return *h = 1, strlen(name) > 15 || mode != NVS_READWRITE; }
int nvs_get_blob(nvs_handle_t h, const char *k, void *to, size_t *n) { (void)h, (void)k; if (!length) return 1; memcpy(to, blob, *n = length); return 0; }
int nvs_set_blob(nvs_handle_t h, const char *k, const void *from, size_t n) { (void)h, (void)k; memcpy(blob, from, length = n); return 0; }
int nvs_commit(nvs_handle_t h) { (void)h; return ESP_OK; }
void nvs_close(nvs_handle_t h) { (void)h; }
void app_main(void);
int main(void) { app_main(); app_main(); return 0; }
END
    cc -O1 -Iidf -Iesp-idf/src esp-idf/examples/learn/main/main.c idf/nvs.c "esp-idf/src/$1.c" -lm -o run 2>log && ./run >said &&
        grep -q '^restored: 0' said || { fail "esp-idf: the example" && cat said; }
}

check_cmsis_pack() { # name
    pdsc=$(cd cmsis-pack && ls ./*.pdsc)
    vendor=$(sed -n 's/.*<vendor>\(.*\)<.*/\1/p' "cmsis-pack/$pdsc") pack=$(sed -n 's/^  <name>\(.*\)<.*/\1/p' "cmsis-pack/$pdsc")
    [ "$pdsc" = "./$vendor.$pack.pdsc" ] || fail "cmsis-pack: $pdsc is not $vendor.$pack.pdsc"
    sed -n 's/.* name="\([^"]*\)".*/\1/p; s/.*<license>\(.*\)<.*/\1/p' "cmsis-pack/$pdsc" | while read -r file; do
        [ -e "cmsis-pack/$file" ] || echo "$file"
    done >log
    [ ! -s log ] || fail "cmsis-pack: files that are not there"
    : >log
    if command -v xmllint >/dev/null; then
        xmllint --noout ${PACK_XSD:+--schema "$PACK_XSD"} "cmsis-pack/$pdsc" 2>log || fail "cmsis-pack: xmllint"
    fi
    run_c "cmsis-pack: the template" -Icmsis-pack/src cmsis-pack/templates/learn.c "cmsis-pack/src/$1.c"
}

check_cmake() { # name
    cmake -S cmake -B cmake/build -DCMAKE_INSTALL_PREFIX="$dir/prefix" >log 2>&1 && cmake --build cmake/build >log 2>&1 &&
        "cmake/build/$1_learn" >said && cmake --install cmake/build >log 2>&1 || fail "cmake: build and install"
    mkdir -p user
    printf 'cmake_minimum_required(VERSION 3.15)\nproject(user C)\nfind_package(%s 1.2 REQUIRED)\nadd_executable(user main.c)\ntarget_link_libraries(user PRIVATE %s::%s)\n' \
        "$1" "$1" "$1" >user/CMakeLists.txt
    cp cmake/examples/learn/main.c user/
    cmake -S user -B user/build -DCMAKE_PREFIX_PATH="$dir/prefix" >log 2>&1 && cmake --build user/build >log 2>&1 && user/build/user >said ||
        fail "cmake: find_package"
    rm -rf cmake/build
}

# ---- networks: an image in scratch, integers, targets that are values, nothing that learns ----

make() { # folder, spec, kind, options...
    folder=$1 spec=$2 kind=$3
    shift 3
    mkdir -p "$(dirname "$folder")"
    "$gen" package "$spec" "$@" --as "$kind" -o "$folder" -q 2>log || fail "$kind of $spec"
}
packages() { # name, spec, "kinds", options...
    name=$1 spec=$(realpath "$2") kinds=$3
    shift 3
    echo "== $name: $kinds"
    rm -rf again
    for kind in $kinds; do
        rm -rf "$kind"
        make "$kind" "$spec" "$kind" "$@"
        (mkdir -p again/x && cd again/x && make "../y/$kind" "$spec" "$kind" "$@")
        diff -r "$kind" "again/y/$kind" >log || fail "$kind: other bytes in another folder"
        common "$kind" "$name"
        "check_$(echo "$kind" | tr - _)" "$name"
    done
}
cat >wake_word.lua <<'END'
name "wake_word"
input { h = 8, w = 8, c = 1, type = "uint8", scale = 2 / 255, zero_point = 128, place = option("place", "caller") }
conv { "first", out = 4, k = 3, s = 2, act = "relu6" }
dense { "classifier", out = 3, init = "random" }
if option("learns", true) then train { update = "*", loss = option("loss", "softmax_cross_entropy"), optimizer = sgd { rate = 0.01 } } end
END
packages wake_word wake_word.lua "arduino platformio zephyr esp-idf cmsis-pack cmake" -D place=scratch \
    --author "Ada Lovelace <ada@example.org>" --url https://example.org/wake --release 1.2.3
sed 's/wake_word/net/; s/uint8/int8/; s/zero_point = 128/zero_point = 0/' wake_word.lua >net.lua
packages net net.lua arduino
packages net net.lua "arduino cmsis-pack" -D loss=mse
packages net net.lua "arduino zephyr" -D learns=false

# ---- what is there is the user's, or was made by us ----

"$gen" package wake_word.lua --as arduino -o arduino -q --force
echo mine >arduino/README.md
"$gen" package wake_word.lua --as arduino -o arduino -q 2>log && fail "a README of the user's is replaced"
[ "$(cat arduino/README.md)" = mine ] || fail "README.md has gone"
"$gen" package wake_word.lua --as arduino -o arduino -q --force && grep -q tinytl-gen arduino/README.md || fail "--force"
refused() { # exit code, options
    code=0 wanted=$1
    shift
    "$gen" package wake_word.lua "$@" -q >log 2>&1 || code=$?
    [ $code = "$wanted" ] && [ -s log ] || fail "$*: exit code $code"
}
refused 2 --as arduino
refused 2 -o x
refused 2 --as bazel -o x
refused 2 --as cmake -o x --release 1.0
refused 2 --as cmake -o x --author 'a"b'
refused 2 --as cmake -o x --weights bin
refused 3 --as cmake -o x --ram 100
refused 5 --as cmake -o wake_word.lua/x
cat >rows.lua <<'END'
name "rows"
input { h = 8, w = 8, c = 1, place = "stream" }
conv { "a", out = 4, k = 3, act = "relu" }
dense { "classifier", out = 3 }
train { update = { "classifier.*" } }
END
code=0
"$gen" package rows.lua --as cmake -o x -q >log 2>&1 || code=$?
[ $code = 1 ] && grep -q 'rows.lua:[0-9]*:.*takes rows' log || fail "a network that takes rows: exit code $code"
[ ! -e x ] || fail "something is left of what was refused"
exit $failed
