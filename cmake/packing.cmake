# SPDX-License-Identifier: MIT
# cpack: a .deb and a .tar.gz of what is installed.  CMake reads this, and CPack again for what a Debian package wants beyond it.
if(CPACK_BUILD_SOURCE_DIRS)
  if(CPACK_GENERATOR STREQUAL "DEB")
    set(share ${CPACK_TEMPORARY_DIRECTORY}/usr/share)
    set(doc ${share}/doc/tinytl-gen)
    file(READ ${doc}/LICENSE licence)
    file(READ ${doc}/THIRD-PARTY-NOTICES notices)
    file(WRITE ${doc}/copyright "${licence}\n---\n\n${notices}\nThe text of LGPL 2.1 is in /usr/share/common-licenses/LGPL-2.1.\n")
    file(REMOVE ${doc}/LICENSE ${doc}/THIRD-PARTY-NOTICES)
    file(WRITE ${doc}/changelog "tinytl-gen (${CPACK_PACKAGE_VERSION}) stable; urgency=medium\n
  * CHANGELOG.md of the repository says what is new.\n
 -- ${CPACK_PACKAGE_CONTACT}  Thu, 01 Jan 2026 00:00:00 +0000\n")
    execute_process(COMMAND gzip -9n ${doc}/changelog ${share}/man/man1/tinytl-gen.1 COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND chmod -R u=rwX,go=rX ${CPACK_TEMPORARY_DIRECTORY} COMMAND_ERROR_IS_FATAL ANY)
  endif()
  return()
endif()

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_CONTACT "the tinytl-gen authors <maintainers@tinytl-gen.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "writes C that trains a network on a microcontroller")
set(CPACK_PACKAGE_DESCRIPTION "A small convolutional network, described in Lua or imported from ONNX or
TFLite, becomes one C file that trains it: prediction, a training step,
saving and loading, without a library, a heap or a run-time graph.")
set(CPACK_PACKAGE_FILE_NAME "tinytl-gen-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "gcc, libc6-dev") # verify, train, choose and quantize compile their output
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_FILE})
include(CPack)
