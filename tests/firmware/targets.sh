# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
# Compilers and emulators: sourced by run.sh and count.sh, which set $here to this folder and $dir to that of the
# emitted file.

arm="-mthumb -ffunction-sections"
m4="-mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard $arm"
m7="-mcpu=cortex-m7 -mfpu=fpv5-sp-d16 -mfloat-abi=hard $arm"
m0plus="-mcpu=cortex-m0plus $arm" # QEMU has no such board: a Cortex-M3 runs its instructions
m33="-mcpu=cortex-m33 -mfpu=fpv5-sp-d16 -mfloat-abi=hard $arm"
m55="-mcpu=cortex-m55 -mfloat-abi=hard $arm"
rv32="-march=rv32imc -mabi=ilp32 -mcmodel=medany -ffunction-sections --specs=picolibc.specs"

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
    rv32)
        has riscv64-unknown-elf-gcc && has qemu-system-riscv32 || return
        cross="riscv64-unknown-elf-gcc $rv32"
        for_board "$cross" "$@"
        ;;
    *)
        has arm-none-eabi-gcc && has qemu-system-arm || return
        eval "core=\$$target"
        cross="arm-none-eabi-gcc $core"
        case $compiler in
        gcc) compiler=$cross ;;
        clang)
            has clang || return
            compiler="clang --target=arm-none-eabi $core -isystem $(dirname "$(arm-none-eabi-gcc -print-file-name=libc.a)")/../include"
            ;;
        esac
        for_board "$compiler" "$@"
        ;;
    esac
}

# Where the boards have their exceptions, their code and its length, their memory.
memory() {
    case $1 in
    m33) echo 0x10000000 0x10000400 0x3ff000 0x38000000 ;; # of the secure side
    m55) echo 0 0x01000000 0x200000 0x21000000 ;;
    rv32) echo 0x80000000 0x80000400 0x3ff000 0x80400000 ;;
    *) echo 0 0x400 0x3ff000 0x20000000 ;; # as board.ld has it
    esac
}

# A program without an operating system: for_board COMPILER [options], linked by $cross.
for_board() {
    compiler=$1
    shift
    # shellcheck disable=SC2086
    for source in "$here/main.c" "$here/board.c" "$dir/$net.c"; do
        $compiler "$@" -c "$source" -o "$dir/$(basename "$source").o" || return 1
    done
    # shellcheck disable=SC2046
    set -- $(memory "$target")
    # shellcheck disable=SC2086
    $cross -nostartfiles -Wl,--gc-sections -Wl,--defsym=vectors_at="$1" -Wl,--defsym=code_at="$2" -Wl,--defsym=code_length="$3" \
        -Wl,--defsym=ram_at="$4" -T "$here/board.ld" "$dir/main.c.o" "$dir/board.c.o" "$dir/$net.c.o" -o "$program" -lm
}

# The tool of a target's compiler: tool TARGET nm|size
tool() {
    case $1 in
    host) echo "$2" ;;
    rv32) echo "riscv64-unknown-elf-$2" ;;
    riscv64) echo "riscv64-linux-gnu-$2" ;;
    *) echo "arm-none-eabi-$2" ;;
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
    rv32) qemu_board virt -bios none "$@" ;;
    m0plus) qemu_board mps2-an385 "$@" ;;
    m33) qemu_board mps2-an505 "$@" ;;
    m55) qemu_board mps3-an547 "$@" ;;
    m4) qemu_board mps2-an386 "$@" ;;
    m7) qemu_board mps2-an500 "$@" ;;
    esac
}

qemu_board() { # board, options
    board=$1
    shift
    emulator=qemu-system-arm
    [ "$board" = virt ] && emulator=qemu-system-riscv32
    timeout 100 $emulator -M "$board" -nographic -monitor none -serial none \
        -semihosting-config enable=on,target=native "$@" -kernel "$program" </dev/null
}

# The file of a pretrained model, if it is there: TINYTL_SHARED or ../shared.
find_model() {
    file=${TINYTL_SHARED:-$here/../../../shared}/models/$1.safetensors
    [ -f "$file" ] && echo "$file"
}
