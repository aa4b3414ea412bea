#!/bin/sh
# tests/docs.sh BUILD_DIR: does what README.md and docs/ say, in a temporary folder.
#
#     <!-- tested -->        before a fenced block: its commands are run
#     <!-- file: NAME -->    before a fenced block: it is written to NAME first
#
# One folder serves all files, the README first. Also compares man/tinytl-gen.1 with --man.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${1:?usage: tests/docs.sh BUILD_DIR}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PATH=$build:$PATH
cd "$work"
failed=0 run=0

# Splits a page into NN.sh (commands), NN.NAME.file (contents), in order.
split() {
    awk -v folder="$work/blocks" '
        /^<!-- tested -->/  { kind = "sh" }
        /^<!-- file: /      { kind = $3 ".file" }
        /^```/ && open      { open = 0; kind = ""; close(out); next }
        /^```/              { open = 1; out = kind ? sprintf("%s/%02d.%s", folder, ++n, kind) : "/dev/null"; next }
        open                { print > out }' "$1"
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
