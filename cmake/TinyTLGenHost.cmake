# SPDX-License-Identifier: MIT
# The generator runs on the machine that builds, whatever it is built for: where a project that is cross-compiled adds
# this one, tinytl-gen is built by a CMake of its own, with the compiler of this machine (TINYTL_HOST_CC; default: cc),
# as TINYTL_HOST_BUILD_TYPE says (default: Release).
include(ExternalProject)
find_program(TINYTL_HOST_CC NAMES cc gcc clang NO_CMAKE_FIND_ROOT_PATH REQUIRED)
if(NOT TINYTL_HOST_BUILD_TYPE)
  set(TINYTL_HOST_BUILD_TYPE Release)
endif()
set(folder "${CMAKE_CURRENT_BINARY_DIR}/host")
ExternalProject_Add(tinytl_host
  SOURCE_DIR "${CMAKE_CURRENT_LIST_DIR}/.."
  BINARY_DIR "${folder}"
  PREFIX "${folder}-steps"
  CMAKE_ARGS "-DCMAKE_C_COMPILER=${TINYTL_HOST_CC}" -DCMAKE_BUILD_TYPE=${TINYTL_HOST_BUILD_TYPE} -DTINYTL_TESTS=OFF -DTINYTL_WERROR=OFF
  BUILD_COMMAND "${CMAKE_COMMAND}" --build <BINARY_DIR> --target tinytl-gen
  INSTALL_COMMAND ""
  BUILD_BYPRODUCTS "${folder}/tinytl-gen")
add_executable(tinytl-gen IMPORTED GLOBAL)
set_target_properties(tinytl-gen PROPERTIES IMPORTED_LOCATION "${folder}/tinytl-gen")
add_dependencies(tinytl-gen tinytl_host)
include("${CMAKE_CURRENT_LIST_DIR}/TinyTLGenConfig.cmake")
