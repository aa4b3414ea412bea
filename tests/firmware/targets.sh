# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
# Compilers and emulators: sourced by run.sh and count.sh, which set $here to this folder and $dir to that of the
# emitted file.

arm="-mthumb -ffunction-sections"
m4="-mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard $arm"
m7="-mcpu=cortex-m7 -mfpu=fpv5-sp-d16 -mfloat-abi=hard $arm"
m0plus="-mcpu=cortex-m0plus $arm" # QEMU has no such board: a Cortex-M3 runs its instructions

# Compiles main.c and the network in $dir: build PROGRAM TARGET gcc|clang [options].  77: no such compiler.
build() {
    program=$1 target=$2 compiler=$3
    shift 3
    header=$(cd "$dir" && echo *.h)
    net=${header%.h}
    set -- "$@" -I"$dir" -I"$here" -DHEADER="\"$header\"" -DNET="$net" -DNET_UPPER="$(echo "$net" | tr '[:lower:]' '[:upper:]')"
    [ -z "$steps" ] || set -- "$@" -DSTEPS="$steps"
    [ -z "$predicts" ] || set -- "$@" -DPREDICTS="$predicts"
    grep -q "_input(" "$dir/$header" && set -- "$@" -DIN_SCRATCH
    case $target in
    host)
        has "$compiler" || return
        "$compiler" "$@" "$here/main.c" "$here/host.c" "$dir/$net.c" -o "$program" -lm
        ;;
    riscv64)
        has riscv64-linux-gnu-gcc && has qemu-riscv64 || return
        riscv64-linux-gnu-gcc "$@" -static "$here/main.c" "$here/host.c" "$dir/$net.c" -o "$program" -lm
        ;;
    *)
        has arm-none-eabi-gcc && has qemu-system-arm || return
        eval "core=\$$target"
        case $compiler in
        gcc) compiler="arm-none-eabi-gcc $core" ;;
        clang)
            has clang || return
            compiler="clang --target=arm-none-eabi $core -isystem $(dirname "$(arm-none-eabi-gcc -print-file-name=libc.a)")/../include"
            ;;
        esac
        # shellcheck disable=SC2086
        for source in "$here/main.c" "$here/board.c" "$dir/$net.c"; do
            $compiler "$@" -c "$source" -o "$dir/$(basename "$source").o" || return 1
        done
        # shellcheck disable=SC2086
        arm-none-eabi-gcc $core -nostartfiles -Wl,--gc-sections -T "$here/board.ld" "$dir/main.c.o" "$dir/board.c.o" "$dir/$net.c.o" \
            -o "$program" -lm
        ;;
    esac
}

has() {
    command -v "$1" >/dev/null || { echo "no $1" >&2 && return 77; }
}

# Runs what build made: run TARGET PROGRAM [options of the emulator]
run() {
    target=$1 program=$2
    shift 2
    case $target in
    host) "$program" ;;
    riscv64) qemu-riscv64 "$@" "$program" ;;
    m0plus) qemu_board mps2-an385 "$@" ;;
    m4) qemu_board mps2-an386 "$@" ;;
    m7) qemu_board mps2-an500 "$@" ;;
    esac
}

qemu_board() { # board, options
    board=$1
    shift
    timeout 100 qemu-system-arm -M "$board" -nographic -monitor none -serial none \
        -semihosting-config enable=on,target=native "$@" -kernel "$program" </dev/null
}

# The file of a pretrained model, if it is there: TINYTL_SHARED or ../shared.
find_model() {
    file=${TINYTL_SHARED:-$here/../../../shared}/models/$1.safetensors
    [ -f "$file" ] && echo "$file"
}
