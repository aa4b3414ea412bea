% -- SPDX-License-Identifier: 0BSD
% -- new: the program and the build around the spec.
=== main.c
/* $(name) learns samples that are drawn here: put your sensor into read_sensor, and keep net over a reset ($(name)_save). */
% include "package_main.tpl"

=== CMakeLists.txt
# cmake -S . -B build && cmake --build build && build/firmware
cmake_minimum_required(VERSION 3.20)
project($(name)_firmware LANGUAGES C)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_package(TinyTLGen REQUIRED) # or -DTinyTLGen_DIR=/usr/local/share/cmake/TinyTLGen
add_executable(firmware main.c)
tinytl_generate(TARGET firmware SPEC $(name).lua$(flags)) # makes $(name).c and $(name).h, again when the spec has changed
if(UNIX)
  target_link_libraries(firmware PRIVATE m)
endif()
