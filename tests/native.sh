# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# native COMPILER: the option by which it uses all instructions of this machine, or nothing if it has none (clang on
# AArch64, gcc on RISC-V). TINYTL_MARCH, for example -march=x86-64-v2, stands for other machines that this one can be.
native() {
    for option in ${TINYTL_MARCH:--march=native} -mcpu=native; do
        "$1" "$option" -E -x c /dev/null >/dev/null 2>&1 && echo "$option" && return
    done
}
