#!/bin/sh
# SPDX-License-Identifier: MIT
# scaffold/builds.sh BUILD_DIR: the CMake of examples/zephyr and examples/esp-idf with stand-ins for Zephyr's and
# ESP-IDF's own: what the modules call, and that the programs learn.  make, Meson and pkg-config: docs/builds.md.
set -eu
build=$(realpath "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
failed=0
fail() { failed=1 && echo "FAIL $*" && [ ! -s log ] || cat log; }
cmake --install "$build" --prefix "$dir/prefix" >/dev/null
PATH=$root/tests/quick:$dir/prefix/bin:$PATH
cp -r "$root/examples" .

# ---- Zephyr: find_package reads the modules' CMakeLists.txt, and makes the library app ----

mkdir -p zephyr headers/zephyr/sys
cat >zephyr/ZephyrConfig.cmake <<'END'
enable_language(C)
file(WRITE ${CMAKE_BINARY_DIR}/empty.c "")
add_executable(app ${CMAKE_BINARY_DIR}/empty.c)
target_include_directories(app PRIVATE ${HEADERS})
set(CONFIG_TINYTL y)
foreach(module IN LISTS ZEPHYR_EXTRA_MODULES)
  add_subdirectory(${module}/zephyr ${CMAKE_BINARY_DIR}/module)
endforeach()
END
echo '#include <stdint.h>' >headers/zephyr/kernel.h
printf '#include <stdio.h>\n#define printk printf\n' >headers/zephyr/sys/printk.h
cat >headers/zephyr/ztest.h <<'END'
#include <stdint.h>
static int wrong;
#define zassert_true(x) wrong |= !(x)
#define zassert_equal(a, b) wrong |= (a) != (b)
#define ZTEST(suite, name) static void name(void)
#define ZTEST_SUITE(...) int main(void) { test_learn(); return wrong; }
END
for app in learn test; do
    sed -i "s|\${CMAKE_CURRENT_SOURCE_DIR}/../../..|$dir/prefix/share/tinytl-gen|" examples/zephyr/$app/CMakeLists.txt
    cmake -S examples/zephyr/$app -B zephyr-$app -DZephyr_DIR="$dir/zephyr" -DHEADERS="$dir/headers" -DCMAKE_BUILD_TYPE=Release >log 2>&1 &&
        cmake --build zephyr-$app >log 2>&1 && zephyr-$app/app >said || fail "zephyr/$app"
done
zephyr-learn/app | grep -q '^learnt' || fail "zephyr/learn does not learn"

# ---- ESP-IDF: project.cmake reads main/CMakeLists.txt, in which idf_component_register makes the library ----

mkdir -p idf/tools/cmake idf/include
cat >idf/tools/cmake/project.cmake <<'END'
function(idf_component_register)
  cmake_parse_arguments(arg "" "" "SRCS;INCLUDE_DIRS;REQUIRES" ${ARGN})
  add_library(main STATIC ${arg_SRCS})
  target_include_directories(main PUBLIC $ENV{IDF_PATH}/include)
  set(COMPONENT_LIB main PARENT_SCOPE)
endfunction()
macro(project name)
  _project(${name} C)
  set(CONFIG_SIGNS_RAM_KIB 64)
  add_subdirectory(main)
  add_executable(run $ENV{IDF_PATH}/nvs.c)
  target_link_libraries(run main)
endmacro()
END
printf 'int nvs_flash_init(void);\n' >idf/include/nvs_flash.h
cat >idf/include/nvs.h <<'END'
#include <stddef.h>
#include <stdint.h>
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
#include "include/nvs.h"
#include "include/nvs_flash.h"
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
IDF_PATH=$dir/idf && export IDF_PATH
cmake -S examples/esp-idf -B esp -DCMAKE_BUILD_TYPE=Release >log 2>&1 && cmake --build esp >log 2>&1 && esp/run >said &&
    grep -q '^restored: 0' said || fail "esp-idf"
exit $failed
