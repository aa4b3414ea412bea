# SPDX-License-Identifier: MIT
# find_package(TinyTLGen) gives a function that makes C of a spec during a build:
#
#     tinytl_generate(TARGET target SPEC spec.lua
#         [NAME name]                 what the spec calls itself; default: its file's name, with _ for -
#         [OUTPUT_DIR dir]            where name.c and name.h go; default: the present binary folder
#         [RAM 96K] [SCRATCH 64K] [FLASH 1M]
#         [PLAN smallest|fastest]
#         [WEIGHTS inline|file|bin]   in name.c, in name_weights.h, or in name.bin, which the assembler includes: quicker to compile
#         [DEFINE name=value ...]     what option("name", ...) gives in the spec; file names: absolute
#         [OPTIONS ...])              anything else that tinytl-gen understands
#
# Likewise FetchContent or add_subdirectory of the whole repository: then the program is built first.
#
# The target compiles name.c and finds name.h.  The generator runs again when the spec, a file that it includes, its
# weights, or the generator itself has changed.
#
# The generator runs on the machine that builds.  In a cross build, where find_package looks for packages of the
# target only, say where this file is: cmake -DTinyTLGen_DIR=/usr/local/share/cmake/TinyTLGen ...
if(DEFINED TINYTL_MADE) # cmake -DTINYTL_MADE=files -P this: behind the generator
  foreach(file IN LISTS TINYTL_MADE)
    if(NOT EXISTS "${file}")
      message(FATAL_ERROR "tinytl-gen did not make ${file}: give tinytl_generate the NAME that the spec has in name \"...\"")
    endif()
  endforeach()
  file(TOUCH ${TINYTL_MADE}) # the generator leaves a file alone that would not change; now the build knows that it is up to date
  return()
endif()
include_guard(GLOBAL)
if(NOT TARGET tinytl-gen) # where it is, it is a part of this build
  find_program(TINYTL_GEN tinytl-gen
    HINTS "${CMAKE_CURRENT_LIST_DIR}/../../../bin" "${CMAKE_CURRENT_LIST_DIR}" NO_CMAKE_FIND_ROOT_PATH)
  if(NOT TINYTL_GEN)
    set(TinyTLGen_FOUND FALSE)
    set(TinyTLGen_NOT_FOUND_MESSAGE "the program tinytl-gen was not found: set TINYTL_GEN")
    return()
  endif()
endif()

function(tinytl_generate)
  set(program "${TINYTL_GEN}")
  if(TARGET tinytl-gen)
    set(program tinytl-gen)
  endif()
  cmake_policy(SET CMP0116 NEW) # relative names in a depfile
  set(limits RAM SCRATCH FLASH)
  cmake_parse_arguments(arg "" "TARGET;SPEC;NAME;OUTPUT_DIR;PLAN;WEIGHTS;${limits}" "DEFINE;OPTIONS" ${ARGN})
  if(NOT arg_TARGET OR NOT arg_SPEC OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "tinytl_generate(TARGET target SPEC spec.lua ...): '${ARGN}'")
  endif()
  get_filename_component(spec "${arg_SPEC}" ABSOLUTE)
  if(NOT arg_NAME)
    get_filename_component(arg_NAME "${spec}" NAME_WE)
    string(REPLACE "-" "_" arg_NAME "${arg_NAME}")
  endif()
  if(NOT arg_OUTPUT_DIR)
    set(arg_OUTPUT_DIR "${CMAKE_CURRENT_BINARY_DIR}")
  endif()
  get_filename_component(dir "${arg_OUTPUT_DIR}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_BINARY_DIR}")
  file(MAKE_DIRECTORY "${dir}")

  set(options ${arg_OPTIONS})
  foreach(limit IN LISTS limits)
    if(arg_${limit})
      string(TOLOWER "${limit}" option)
      list(APPEND options "--${option}=${arg_${limit}}")
    endif()
  endforeach()
  if(arg_PLAN)
    list(APPEND options "--${arg_PLAN}")
  endif()
  set(made "${dir}/${arg_NAME}.c" "${dir}/${arg_NAME}.h")
  if(arg_WEIGHTS)
    list(APPEND options "--weights=${arg_WEIGHTS}")
  endif()
  if(arg_WEIGHTS STREQUAL "bin")
    list(APPEND made "${dir}/${arg_NAME}.bin")
  elseif(arg_WEIGHTS STREQUAL "file")
    list(APPEND made "${dir}/${arg_NAME}_weights.h")
  endif()
  foreach(define IN LISTS arg_DEFINE)
    list(APPEND options -D "${define}")
  endforeach()

  add_custom_command(OUTPUT ${made}
    COMMAND "${program}" gen -q "${spec}" -o "${dir}" --depfile "${dir}/${arg_NAME}.gen.d" ${options}
    COMMAND "${CMAKE_COMMAND}" "-DTINYTL_MADE=${made}" -P "${CMAKE_CURRENT_FUNCTION_LIST_FILE}"
    DEPENDS "${spec}" "${program}" DEPFILE "${dir}/${arg_NAME}.gen.d"
    COMMENT "tinytl-gen ${arg_NAME}" VERBATIM)
  target_sources(${arg_TARGET} PRIVATE "${dir}/${arg_NAME}.c" "${dir}/${arg_NAME}.h")
  target_include_directories(${arg_TARGET} PRIVATE "${dir}")
  if(arg_WEIGHTS STREQUAL "bin")
    string(TOUPPER "${arg_NAME}" upper)
    set_source_files_properties("${dir}/${arg_NAME}.c" PROPERTIES OBJECT_DEPENDS "${dir}/${arg_NAME}.bin"
      COMPILE_DEFINITIONS "${upper}_BIN=\"${dir}/${arg_NAME}.bin\"")
  endif()
endfunction()
