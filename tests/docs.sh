#!/bin/sh
# SPDX-License-Identifier: MIT
# tests/docs.sh BUILD_DIR: does what README.md and docs/ say, in a temporary folder.
#
#     <!-- tested -->        before a fenced block: its commands are run, with an installation of the build
#     <!-- tested: A B -->   likewise, where the programs A and B are
#     <!-- file: NAME -->    before a fenced block: it is written to NAME first
#     <!-- given: NAME from FILE -->       a reader has NAME: here it is a copy of FILE of this repository
#     <!-- given: NAME of CLASS ... -->    NAME/train and NAME/test, with drawn pictures of these classes
#
# One folder serves all files, the README first; nothing is optimised. Also compares man/tinytl-gen.1 with --man.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${1:?usage: tests/docs.sh BUILD_DIR}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PATH=$root/tests/quick:$work/prefix/bin:$PATH
export PKG_CONFIG_PATH="$work/prefix/share/pkgconfig"
cmake --install "$build" --prefix "$work/prefix" >/dev/null
cd "$work"
failed=0 run=0

# Splits a page into NN.sh (commands), NN.NAME.file (contents), in order.
split() {
    awk -v folder="$work/blocks" '
        /^<!-- tested -->/  { kind = "sh" }
        /^<!-- tested: /    { kind = "sh"
                              for (i = 3; i < NF; i++) if (system("command -v " $i " >/dev/null")) kind = "" }
        /^<!-- file: /      { kind = $3 ".file" }
        /^<!-- given: /     { given = sprintf("%s/%02d.given", folder, ++n); print > given; close(given) }
        /^```/ && open      { open = 0; kind = ""; close(out); next }
        /^```/              { open = 1; out = kind ? sprintf("%s/%02d.%s", folder, ++n, kind) : "/dev/null"; next }
        open                { print > out }' "$1"
}

# Plain pictures, a shade for each class.
draw() {
    folder=$1 shade=0
    shift
    for class in "$@"; do
        shade=$((shade + 7))
        for part in train test; do
            mkdir -p "$folder/$part/$class"
            for i in 1 2 3; do
                awk -v v=$((shade + i)) 'BEGIN { print "P6 24 24 255"; for (i = 0; i < 1728; i++) printf "%c", (v + i * v) % 90 + 33 }' \
                    >"$folder/$part/$class/$i.ppm"
            done
        done
    done
}

give() {
    # shellcheck disable=SC2086 # words
    set -- $1
    name=$3 how=$4
    shift 4
    case $how in
    from) cp "$root/$1" "$name" ;;
    of) draw "$name" $(echo "$*" | sed 's/ *-->//') ;;
    esac
}

for page in "$root/README.md" "$root"/docs/*.md; do
    rm -rf blocks
    mkdir blocks
    split "$page"
    for block in blocks/*; do
        case $block in
        *.file)
            name=${block#blocks/??.}
            cp "$block" "${name%.file}"
            ;;
        *.given) give "$(cat "$block")" ;;
        *.sh)
            run=$((run + 1))
            if ! sh -eu "$block" >log 2>&1; then
                echo "${page#"$root"/}: these commands fail:"
                cat "$block" log
                failed=1
            fi
            ;;
        esac
    done
done

if ! tinytl-gen --man | cmp -s - "$root/man/tinytl-gen.1"; then
    echo "man/tinytl-gen.1 is not what tinytl-gen --man prints: build/tinytl-gen --man > man/tinytl-gen.1"
    failed=1
fi
[ $run -gt 0 ] || failed=1
echo "docs: $run blocks of commands run"
exit $failed
